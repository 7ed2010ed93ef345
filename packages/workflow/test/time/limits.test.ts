import { describe, expect, test } from "vitest";

import type { CalendarDate } from "@xianmai/plugin-api";

import { dueAt, spentAt, timeBetween, type Pause, type TimeLimit } from "../../src/time/limits.ts";
import { workingTime } from "../../src/time/working-time.ts";
import { closingAt, county, local, moment, PUBLISHED } from "./county.ts";

const time = workingTime(county());
const workingDays = (amount: number): TimeLimit => ({ unit: "workingDays", amount });
const workingHours = (amount: number): TimeLimit => ({ unit: "workingHours", amount });

function due(limit: TimeLimit, received: string, pauses: readonly Pause[] = [], calendar = time): string | undefined {
  return local(dueAt(calendar, limit, moment(received), pauses));
}

describe("a limit in working days", () => {
  test("received on Friday, 20 January 2023, 17:50, three of them end on Monday, 30 January, at closing", () => {
    expect(due(workingDays(3), "2023-01-20 17:50")).toBe("2023-01-30 18:00");
  });

  test("where offices close at 17:30, the same has come after hours and ends on 31 January", () => {
    const earlier = workingTime(county({ hours: [closingAt("17:30")] }));
    expect(due(workingDays(3), "2023-01-20 17:50", [], earlier)).toBe("2023-01-31 17:30");
  });

  test.each([
    ["before offices open", "2023-03-01 06:00", "2023-03-02 18:00"],
    ["during the lunch break", "2023-03-01 13:00", "2023-03-02 18:00"],
    ["at the very minute of closing", "2023-03-01 18:00", "2023-03-02 18:00"],
    ["a minute after closing", "2023-03-01 18:01", "2023-03-03 18:00"],
    ["on a Saturday", "2023-03-04 10:00", "2023-03-07 18:00"],
    ["in the middle of the Spring Festival", "2023-01-24 10:00", "2023-01-29 18:00"],
    ["on a make-up Sunday", "2023-01-29 10:00", "2023-01-30 18:00"],
    ["on the last day of the year", "2022-12-30 17:00", "2023-01-03 18:00"],
  ])("one of them, received %s", (_, received, ends) => {
    expect(due(workingDays(1), received)).toBe(ends);
  });

  test.each([
    ["across the Spring Festival of 2023", 5, "2023-01-18 09:00", "2023-01-30 18:00"],
    ["across the Spring Festival of 2024, after which a Sunday is worked", 5, "2024-02-07 09:00", "2024-02-20 18:00"],
    ["over a make-up Sunday", 3, "2024-02-02 09:00", "2024-02-06 18:00"],
    ["across National Day 2023 with its two make-up days", 3, "2023-09-28 09:00", "2023-10-09 18:00"],
    ["across the end of 2023", 2, "2023-12-29 10:00", "2024-01-03 18:00"],
    ["over a quarter of a year", 60, "2023-01-03 09:00", "2023-03-31 18:00"],
  ])("runs %s", (_, days, received, ends) => {
    expect(due(workingDays(days), received)).toBe(ends);
  });

  test("a half day is a working day, and closes when its half does", () => {
    const halves = workingTime(
      county({
        days: [
          ...PUBLISHED,
          { date: "2023-03-08" as CalendarDate, kind: "MORNING_ONLY" },
          { date: "2023-03-11" as CalendarDate, kind: "AFTERNOON_ONLY" },
        ],
      }),
    );
    expect(due(workingDays(1), "2023-03-07 09:00", [], halves)).toBe("2023-03-08 12:00");
    expect(due(workingDays(1), "2023-03-08 13:00", [], halves)).toBe("2023-03-10 18:00");
    expect(due(workingDays(4), "2023-03-07 09:00", [], halves)).toBe("2023-03-11 18:00");
    expect(timeBetween(halves, "workingHours", moment("2023-03-08 00:00"), moment("2023-03-09 00:00"))).toBe(3.5 * 3_600_000);
  });

  test("summer hours hold from their day on", () => {
    const seasons = workingTime(
      county({
        hours: [
          closingAt("18:30", { validFrom: "2023-06-01" as CalendarDate, afternoonOpens: "15:00" }),
          closingAt("17:30", { validFrom: "2022-10-01" as CalendarDate }),
          closingAt("17:30", { validFrom: "2023-10-01" as CalendarDate }),
        ],
      }),
    );
    expect(due(workingDays(1), "2023-05-30 09:00", [], seasons)).toBe("2023-05-31 17:30");
    expect(due(workingDays(2), "2023-05-30 09:00", [], seasons)).toBe("2023-06-01 18:30");
    expect(due(workingDays(1), "2023-09-27 09:00", [], seasons)).toBe("2023-09-28 18:30");
    expect(due(workingDays(1), "2023-09-28 09:00", [], seasons)).toBe("2023-10-07 17:30");
  });
});

describe("other limits", () => {
  test.each([
    ["within a day, over lunch", 4, "2023-03-01 10:00", "2023-03-01 16:30"],
    ["from the morning's last half hour to the end of the afternoon", 4, "2023-03-01 11:30", "2023-03-01 18:00"],
    ["from after hours on Friday", 1, "2023-03-03 20:00", "2023-03-06 09:30"],
    ["across the Spring Festival", 2, "2023-01-20 17:00", "2023-01-28 09:30"],
    ["over several days", 16, "2023-03-02 14:30", "2023-03-06 16:30"],
  ])("working hours run while offices are open: %s", (_, hours, received, ends) => {
    expect(due(workingHours(hours), received)).toBe(ends);
  });

  test("calendar days end at midnight, whatever is a holiday; what comes after hours has come on the next working day", () => {
    expect(due({ unit: "days", amount: 5 }, "2023-01-20 10:00")).toBe("2023-01-26 00:00");
    expect(due({ unit: "days", amount: 5 }, "2023-01-20 19:00")).toBe("2023-02-03 00:00");
    expect(due({ unit: "days", amount: 1 }, "2023-12-30 10:00")).toBe("2024-01-04 00:00");
  });

  test("calendar hours never stand still", () => {
    expect(due({ unit: "hours", amount: 24 }, "2023-01-20 19:10")).toBe("2023-01-21 19:10");
  });

  test("a day of 25 or 23 hours is one day, and its offices open by the clock on the wall", () => {
    const berlin = workingTime({ timeZone: "Europe/Berlin", days: [], hours: [] });
    // summer time ended on Sunday, 29 October 2023
    const received = new Date("2023-10-27T10:00:00+02:00").toISOString() as never;
    expect(dueAt(berlin, workingDays(1), received)).toBe("2023-10-30T17:00:00.000Z");
    expect(timeBetween(berlin, "hours", "2023-10-28T22:00:00.000Z" as never, "2023-10-29T23:00:00.000Z" as never)).toBe(25 * 3_600_000);
    expect(timeBetween(berlin, "days", "2023-10-28T22:00:00.000Z" as never, "2023-10-29T23:00:00.000Z" as never)).toBe(1);
  });
});

describe("pauses", () => {
  const pause = (from: string, until?: string): Pause => ({
    from: moment(from),
    ...(until === undefined ? {} : { until: moment(until) }),
  });

  test("a day counts where the clock runs when it closes", () => {
    expect(due(workingDays(3), "2023-03-01 09:00", [pause("2023-03-02 10:00", "2023-03-02 16:00")])).toBe("2023-03-06 18:00");
    expect(due(workingDays(3), "2023-03-01 09:00", [pause("2023-03-02 17:00", "2023-03-03 09:00")])).toBe("2023-03-07 18:00");
    expect(due(workingDays(3), "2023-03-01 09:00", [pause("2023-03-03 19:00", "2023-03-06 08:00")])).toBe("2023-03-06 18:00");
  });

  test("working hours go on where they stopped", () => {
    expect(due(workingHours(4), "2023-03-01 10:00", [pause("2023-03-01 11:00", "2023-03-08 09:00")])).toBe("2023-03-08 12:00");
  });

  test("a clock that still stands is due at no time, unless it ran out before", () => {
    expect(due(workingDays(3), "2023-03-01 09:00", [pause("2023-03-02 10:00")])).toBeUndefined();
    expect(due(workingDays(3), "2023-03-01 09:00", [pause("2023-03-07 10:00")])).toBe("2023-03-06 18:00");
  });

  test("pauses may overlap, and one that ends before it begins is none", () => {
    const pauses = [pause("2023-03-03 09:00", "2023-03-07 09:00"), pause("2023-03-02 09:00", "2023-03-06 09:00")];
    expect(due(workingDays(3), "2023-03-01 09:00", pauses)).toBe("2023-03-09 18:00");
    expect(due(workingDays(3), "2023-03-01 09:00", [pause("2023-03-03 19:00", "2023-03-01 19:00")])).toBe("2023-03-06 18:00");
  });
});

test("how much has run and how much is left, also when it is over", () => {
  const spent = (at: string) => spentAt(time, workingDays(3), moment("2023-01-20 17:50"), moment(at));
  expect(spent("2023-01-28 17:59")).toEqual({ elapsed: 0, remaining: 3 });
  expect(spent("2023-01-28 18:00")).toEqual({ elapsed: 1, remaining: 2 });
  expect(spent("2023-02-01 09:00")).toEqual({ elapsed: 4, remaining: -1 });
  expect(spentAt(time, workingHours(8), moment("2023-03-01 10:00"), moment("2023-03-01 15:30"))).toEqual({
    elapsed: 3 * 3_600_000,
    remaining: 5 * 3_600_000,
  });
});

test.each([
  ["a time that is none", { morningOpens: "8:30" }],
  ["an hour that no day has", { afternoonCloses: "24:00" }],
  ["hours that overlap", { morningCloses: "15:00" }],
  ["an afternoon that closes as it opens", { afternoonCloses: "14:30" }],
])("office hours with %s are refused, with the day and the remedy", (_, wrong) => {
  expect(() => workingTime(county({ hours: [closingAt("18:00", wrong)] }))).toThrow(
    /CALENDAR_INVALID: The office hours from 2000-01-01 on/,
  );
});
