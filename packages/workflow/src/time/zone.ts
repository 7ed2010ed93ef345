import type { CalendarDate } from "@xianmai/plugin-api";
import { Temporal } from "temporal-polyfill";

/** The milliseconds of a day of UTC. */
export const DAY = 86_400_000;

/**
 * The moment of a time of day in a time zone, in milliseconds of UTC; where the clock is put forward over it, the same while later.
 *
 * @param day counted from 1970-01-01
 * @param minutes after midnight, 0 to 1440
 */
type MomentAt = (day: number, minutes: number) => number;

/** Finds moments in the zone of an IANA name. @throws RangeError for a name that is none */
export function momentIn(timeZone: string): MomentAt {
  return (day, minutes) => {
    const local = new Date(day * DAY + minutes * 60_000);
    const [year, month, date] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
    const [hour, minute] = [local.getUTCHours(), local.getUTCMinutes()];
    return Temporal.PlainDateTime.from({ year, month, day: date, hour, minute }).toZonedDateTime(timeZone).epochMilliseconds;
  };
}

/** The number of a day, counted from 1970-01-01. */
export function dayNumber(date: CalendarDate): number {
  return Date.parse(date) / DAY;
}

/** The date of a day's number. */
export function dateOfDay(day: number): CalendarDate {
  return new Date(day * DAY).toISOString().slice(0, 10) as CalendarDate;
}

/** Whether a day lies from Monday to Friday. */
export function isWeekday(day: number): boolean {
  // 1970-01-01 was a Thursday
  const weekday = (((day + 3) % 7) + 7) % 7;
  return weekday < 5;
}
