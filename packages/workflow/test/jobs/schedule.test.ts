import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readSchedule } from "../../src/jobs/schedule.ts";

const NOW = new Date("2026-11-24T00:00:00Z");

/** A minute as the queue tells it: in UTC, without its year. */
const minuteOf = (moment: Date) => ({
  min: moment.getUTCMinutes(),
  hour: moment.getUTCHours(),
  date: moment.getUTCDate(),
  month: moment.getUTCMonth() + 1,
  dow: moment.getUTCDay(),
});

describe("a schedule", () => {
  test("is read in the county's time zone", () => {
    const schedule = readSchedule("0 3 * * *", "Asia/Shanghai", NOW);
    expect(schedule.next(NOW)?.toISOString()).toBe("2026-11-24T19:00:00.000Z");
    expect(schedule.matches(minuteOf(new Date("2026-11-24T19:00:00Z")))).toBe(true);
    expect(schedule.matches(minuteOf(new Date("2026-11-24T03:00:00Z")))).toBe(false);
  });

  test("fires at the very minutes that it says are next, in every year of a long run and with leap days", () => {
    const schedules = ["0 3 * * *", "*/15 8-18 * * 1-5", "0 0 29 2 *", "0 0 1 1 *", "30 23 31 12 *"].map((text) =>
      readSchedule(text, "Asia/Shanghai", NOW),
    );
    fc.assert(
      fc.property(fc.constantFrom(...schedules), fc.integer({ min: -300, max: 1_400 }), (schedule, days) => {
        const next = schedule.next(new Date(NOW.getTime() + days * 86_400_000));
        if (next === undefined || next.getUTCFullYear() > 2031) return;
        expect(schedule.matches(minuteOf(next))).toBe(true);
        expect(schedule.matches(minuteOf(new Date(next.getTime() + 60_000)))).toBe(
          schedule.next(next)?.getTime() === next.getTime() + 60_000,
        );
      }),
    );
  });

  test("is made up for after a pause only where its times lie at least an hour apart", () => {
    const sparse = ["0 * * * *", "0 3 * * *", "0 0 1 * *"].map((text) => readSchedule(text, "Asia/Shanghai", NOW).sparse);
    const dense = ["* * * * *", "*/30 * * * *", "0,1 3 * * *"].map((text) => readSchedule(text, "Asia/Shanghai", NOW).sparse);
    expect([sparse, dense]).toEqual([
      [true, true, true],
      [false, false, false],
    ]);
  });

  test("that cannot be read, or whose time never comes, is an error", () => {
    for (const text of ["", "3 Uhr", "0 3 * *", "60 3 * * *", "0 0 3 * * *", "0 0 30 2 *"])
      expect(() => readSchedule(text, "Asia/Shanghai", NOW)).toThrow(/./);
  });
});
