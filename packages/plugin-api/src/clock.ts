import type { CalendarDate, Instant } from "./values.ts";

/** The only way to know the time. It is passed in, so that deadlines can be tested and a demo can stand still. */
export interface Clock {
  /** The moment, in UTC with three decimals. */
  now(): Instant;
  /** The calendar date in the county's time zone. */
  today(): CalendarDate;
  /** Whether a moment is still to come. */
  until(at: Instant): boolean;
  /** IANA name of the county's time zone: `Asia/Shanghai`. */
  readonly timeZone: string;
  /** Whether this clock shows the time of a demo rather than the real one. */
  readonly demo: boolean;
}

/** A clock over any source of milliseconds. */
export function clockOf(milliseconds: () => number, timeZone: string, demo = false): Clock {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return {
    now: () => new Date(milliseconds()).toISOString() as Instant,
    today: () => day.format(milliseconds()) as CalendarDate,
    until: (at) => milliseconds() < Date.parse(at),
    timeZone,
    demo,
  };
}

/** The machine's own clock. */
export function systemClock(timeZone: string): Clock {
  return clockOf(() => Date.now(), timeZone);
}

/** A clock that stands still at a moment. */
export function fixedClock(at: Instant, timeZone: string, demo = false): Clock {
  const milliseconds = Date.parse(at);
  return clockOf(() => milliseconds, timeZone, demo);
}
