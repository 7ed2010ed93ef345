import type { TimeUnit } from "@xianmai/plugin-api";

import type { WorkingTime } from "./working-time.ts";

/**
 * How time is counted in a unit: days one by one, as each ends; hours in milliseconds. Counting is additive: what lies in (a, b] and what lies in
 * (b, c] is together what lies in (a, c].
 */
export interface Measure {
  /** How much one of the unit is. */
  readonly one: number;
  /** From when on time counts for what is received at a moment. */
  start(received: number): number;
  /** How much lies in (from, to]. */
  amount(from: number, to: number): number;
  /** The first moment by which an amount above none lies after `from`. */
  reach(from: number, amount: number): number;
}

const HOUR = 3_600_000;

/** How a county's time is counted in a unit. */
export function measureOf(unit: TimeUnit, time: WorkingTime): Measure {
  switch (unit) {
    case "workingDays":
      return {
        one: 1,
        start: (received) => closeOf(receiptDay(time, received), time),
        ...ticking(time, (day) => time.day(day).closes),
      };
    case "workingHours":
      return { one: HOUR, start: (received) => received, ...flowing(time) };
    case "days":
      return {
        one: 1,
        start: (received) => time.day(receiptDay(time, received)).ends,
        ...ticking(time, (day) => time.day(day).ends),
      };
    case "hours":
      return {
        one: HOUR,
        start: (received) => received,
        amount: (from, to) => Math.max(0, to - from),
        reach: (from, amount) => from + amount,
      };
  }
}

/** The working day on which something counts as received: what comes after hours has come on the next. */
function receiptDay(time: WorkingTime, received: number): number {
  let day = time.dayOf(received);
  while (closeOf(day, time) < received) day += 1;
  return day;
}

/** When offices close on a day; before all time where they do not open. */
function closeOf(day: number, time: WorkingTime): number {
  return time.day(day).closes ?? Number.NEGATIVE_INFINITY;
}

type Counting = Pick<Measure, "amount" | "reach">;

/** Counts days, each at the moment at which it ends. @param tick that moment, `undefined` for a day that does not count */
function ticking(time: WorkingTime, tick: (day: number) => number | undefined): Counting {
  return {
    amount: (from, to) => {
      let counted = 0;
      if (to <= from) return counted;
      // a day may end at the first moment of the next
      for (let day = time.dayOf(from) - 1, last = time.dayOf(to); day <= last; day += 1) {
        const at = tick(day);
        if (at !== undefined && at > from && at <= to) counted += 1;
      }
      return counted;
    },
    reach: (from, amount) => {
      let left = amount;
      for (let day = time.dayOf(from) - 1; ; day += 1) {
        const at = tick(day);
        if (at === undefined || at <= from) continue;
        left -= 1;
        if (left <= 0) return at;
      }
    },
  };
}

/** Counts the milliseconds in which offices are open. */
function flowing(time: WorkingTime): Counting {
  return {
    amount: (from, to) => {
      let counted = 0;
      if (to <= from) return counted;
      for (let day = time.dayOf(from), last = time.dayOf(to); day <= last; day += 1) {
        for (const [opens, closes] of time.day(day).stretches) counted += Math.max(0, Math.min(closes, to) - Math.max(opens, from));
      }
      return counted;
    },
    reach: (from, amount) => {
      let left = amount;
      for (let day = time.dayOf(from); ; day += 1) {
        for (const [opens, closes] of time.day(day).stretches) {
          const begins = Math.max(opens, from);
          if (closes <= begins) continue;
          if (closes - begins >= left) return begins + left;
          left -= closes - begins;
        }
      }
    },
  };
}
