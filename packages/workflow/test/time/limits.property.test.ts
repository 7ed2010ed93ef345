import fc from "fast-check";
import { expect, test } from "vitest";

import type { CalendarDate, Instant, TimeUnit } from "@xianmai/plugin-api";

import type { CalendarDayRow, CalendarRows, OfficeHoursRow } from "../../src/time/calendar-rows.ts";
import { dueAt, spentAt, timeBetween, type Pause, type TimeLimit } from "../../src/time/limits.ts";
import { workingTime } from "../../src/time/working-time.ts";

// Everything below is in minutes of the county's time since 2023-01-01 00:00, which was a Sunday.
const DAY = 1440;
const EPOCH = Date.parse("2023-01-01T00:00:00+08:00");
const at = (minute: number): Instant => new Date(EPOCH + minute * 60_000).toISOString() as Instant;
const dateOf = (day: number): CalendarDate => new Date(EPOCH + day * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10) as CalendarDate;
const clock = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

interface Calendar {
  readonly rows: CalendarRows;
  /** Whether offices are open in the minute that begins here. */
  readonly open: (minute: number) => boolean;
}

const hours = fc
  .uniqueArray(fc.integer({ min: 0, max: 95 }), { minLength: 4, maxLength: 4 })
  .map((quarters) => quarters.map((quarter) => quarter * 15).sort((a, b) => a - b));

/** Any calendar at all of thirty days: holidays, half days, make-up days, and office hours that change now and then. */
const calendar: fc.Arbitrary<Calendar> = fc
  .record({
    kinds: fc.array(fc.option(fc.constantFrom("HOLIDAY", "MAKE_UP", "MORNING_ONLY", "AFTERNOON_ONLY"), { nil: undefined, freq: 2 }), {
      maxLength: 30,
    }),
    hours: fc.uniqueArray(fc.record({ from: fc.integer({ min: 0, max: 30 }), times: hours }), {
      selector: ({ from }) => from,
      maxLength: 3,
    }),
  })
  .map(({ kinds, hours: rules }) => {
    const times = (day: number): readonly number[] =>
      rules.filter(({ from }) => from <= day).sort((a, b) => b.from - a.from)[0]?.times ?? [510, 720, 870, 1080];
    return {
      rows: {
        timeZone: "Asia/Shanghai",
        days: kinds.flatMap((kind, day): CalendarDayRow[] => (kind === undefined ? [] : [{ date: dateOf(day), kind }])),
        hours: rules.map(({ from, times: given }): OfficeHoursRow => {
          const [morningOpens, morningCloses, afternoonOpens, afternoonCloses] = given.map(clock);
          return {
            validFrom: dateOf(from),
            morningOpens: morningOpens!,
            morningCloses: morningCloses!,
            afternoonOpens: afternoonOpens!,
            afternoonCloses: afternoonCloses!,
          };
        }),
      },
      open: (minute) => {
        const day = Math.floor(minute / DAY);
        const [opens, noon, afternoon, closes] = times(day);
        const kind = kinds[day];
        const inDay = minute - day * DAY;
        const morning = inDay >= opens! && inDay < noon!;
        const later = inDay >= afternoon! && inDay < closes!;
        if (kind === "HOLIDAY") return false;
        if (kind === "MORNING_ONLY") return morning;
        if (kind === "AFTERNOON_ONLY") return later;
        return (kind === "MAKE_UP" || (day % 7 !== 0 && day % 7 !== 6)) && (morning || later);
      },
    };
  });

const minute = fc.integer({ min: 0, max: 35 * DAY });
const unit = fc.constantFrom<TimeUnit>("workingDays", "workingHours", "days", "hours");
const limit: fc.Arbitrary<TimeLimit> = fc.record({ unit, amount: fc.integer({ min: 1, max: 12 }) });
const stop = fc.tuple(minute, fc.integer({ min: 0, max: 4 * DAY })).map(([from, long]) => ({ from, until: from + long }));
const stops = fc.array(stop, { maxLength: 3 });
const pausesOf = (given: readonly { readonly from: number; readonly until: number }[]): readonly Pause[] =>
  given.map(({ from, until }) => ({ from: at(from), until: at(until) }));

/** Works a limit out as one would with a stop-watch, minute by minute. */
function byStopWatch(
  { open }: Calendar,
  { unit: counted, amount }: TimeLimit,
  received: number,
  paused: readonly { readonly from: number; readonly until: number }[],
): number {
  const runs = (end: number): boolean => !paused.some(({ from, until }) => from < end && end <= until);
  const closesAt = (end: number): boolean => {
    if (!open(end - 1)) return false;
    for (let later = end; later < (Math.floor((end - 1) / DAY) + 1) * DAY; later += 1) if (open(later)) return false;
    return true;
  };
  let hasDayOfReceipt = !counted.endsWith("ays");
  let receiptDay = -1;
  let left = counted.endsWith("ays") ? amount : amount * 60;
  for (let end = received; ; end += 1) {
    if (!hasDayOfReceipt) {
      // the day of receipt is the first that closes from now on
      if (!closesAt(end)) continue;
      hasDayOfReceipt = true;
      receiptDay = Math.floor((end - 1) / DAY);
      continue;
    }
    if (end === received) continue;
    const day = Math.floor((end - 1) / DAY);
    const counts =
      counted === "hours" ||
      (counted === "workingHours" && open(end - 1)) ||
      (counted === "workingDays" && day > receiptDay && closesAt(end)) ||
      (counted === "days" && day > receiptDay && end % DAY === 0);
    if (counts && runs(end)) left -= 1;
    if (left === 0) return end;
  }
}

test("any limit over any calendar ends when a stop-watch says so, with any pauses", () => {
  fc.assert(
    fc.property(calendar, limit, minute, stops, (one, wanted, received, paused) => {
      expect(dueAt(workingTime(one.rows), wanted, at(received), pausesOf(paused))).toBe(at(byStopWatch(one, wanted, received, paused)));
    }),
    { numRuns: 300 },
  );
});

test("what comes later is due no sooner, and a longer limit no sooner than a shorter one", () => {
  fc.assert(
    fc.property(calendar, limit, minute, minute, (one, wanted, a, b) => {
      const time = workingTime(one.rows);
      const [first, second] = [Math.min(a, b), Math.max(a, b)].map((received) => dueAt(time, wanted, at(received))!);
      expect(first! <= second!).toBe(true);
      expect(dueAt(time, { ...wanted, amount: wanted.amount + 1 }, at(a))! > dueAt(time, wanted, at(a))!).toBe(true);
      expect(dueAt(time, wanted, at(a))! > at(a)).toBe(true);
    }),
  );
});

test("time is additive: what lies between a and b and between b and c lies between a and c", () => {
  fc.assert(
    fc.property(calendar, unit, fc.tuple(minute, minute, minute), (one, counted, moments) => {
      const time = workingTime(one.rows);
      const [a, b, c] = moments.sort((x, y) => x - y).map(at);
      expect(timeBetween(time, counted, a!, b!) + timeBetween(time, counted, b!, c!)).toBe(timeBetween(time, counted, a!, c!));
    }),
  );
});

test("what has run and what is left is the whole limit, and nothing is left exactly from the moment at which it is due", () => {
  fc.assert(
    fc.property(calendar, limit, minute, stops, (one, wanted, received, paused) => {
      const time = workingTime(one.rows);
      const pauses = pausesOf(paused);
      const due = dueAt(time, wanted, at(received), pauses)!;
      const before = new Date(Date.parse(due) - 1).toISOString() as Instant;
      expect(spentAt(time, wanted, at(received), due, pauses).remaining).toBe(0);
      expect(spentAt(time, wanted, at(received), before, pauses).remaining).toBeGreaterThan(0);
    }),
  );
});

test("a pause costs no time: as much runs before the end as without it, and one in which nothing would have run moves nothing", () => {
  fc.assert(
    fc.property(calendar, limit, minute, stop, (one, wanted, received, { from, until }) => {
      const time = workingTime(one.rows);
      const pauses = pausesOf([{ from, until }]);
      const [plain, paused] = [dueAt(time, wanted, at(received))!, dueAt(time, wanted, at(received), pauses)!];
      expect(paused >= plain).toBe(true);
      const spent = (by: Instant, stopped: readonly Pause[]) => spentAt(time, wanted, at(received), by, stopped).elapsed;
      expect(spent(paused, pauses)).toBe(spent(plain, []));
      expect(paused === plain || spent(at(until), []) > spent(at(from), [])).toBe(true);
    }),
  );
});

test("two pauses that touch are one", () => {
  fc.assert(
    fc.property(calendar, limit, minute, stop, fc.nat(4 * DAY), (one, wanted, received, { from, until }, more) => {
      const time = workingTime(one.rows);
      const two = pausesOf([
        { from: until, until: until + more },
        { from, until },
      ]);
      expect(dueAt(time, wanted, at(received), two)).toBe(dueAt(time, wanted, at(received), pausesOf([{ from, until: until + more }])));
    }),
  );
});
