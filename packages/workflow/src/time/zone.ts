import type { CalendarDate } from "@xianmai/plugin-api";
import { Temporal } from "temporal-polyfill";

/** Days of the calendar in a time zone, counted from 1970-01-01, and moments in milliseconds of UTC. */
export interface Zone {
  /** The day in which a moment lies. */
  dayOf(moment: number): number;
  /** The moment of a time of day; where the clock is put forward over it, the same while later. @param minutes after midnight, 0 to 1440 */
  momentAt(day: number, minutes: number): number;
}

const DAY = 86_400_000;

/** The zone of an IANA name. @throws RangeError for a name that is none */
export function zoneOf(timeZone: string): Zone {
  return {
    dayOf: (moment) => {
      const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timeZone);
      return Date.UTC(year, month - 1, day) / DAY;
    },
    momentAt: (day, minutes) => {
      const local = new Date(day * DAY + minutes * 60_000);
      const [year, month, date] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
      const [hour, minute] = [local.getUTCHours(), local.getUTCMinutes()];
      return Temporal.PlainDateTime.from({ year, month, day: date, hour, minute }).toZonedDateTime(timeZone).epochMilliseconds;
    },
  };
}

/** The number of a day. */
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
