import type { CalendarDate, DayKind } from "@xianmai/plugin-api";

import { DEFAULT_HOURS, readHours, type CalendarRows, type Hours, type Stretch } from "./calendar-rows.ts";
import { DAY, dateOfDay, dayNumber, isWeekday, momentIn } from "./zone.ts";

/** A day as it is worked: moments in milliseconds of UTC. */
export interface WorkedDay {
  /** Its first moment, and the first of the next day. */
  readonly begins: number;
  readonly ends: number;
  /** When offices are open; none on a day that is not worked. */
  readonly stretches: readonly Stretch[];
  /** When they close for the day; `undefined` on a day that is not worked. */
  readonly closes: number | undefined;
}

/** A county's working time. Days are counted from 1970-01-01. */
export interface WorkingTime {
  dayOf(moment: number): number;
  day(number: number): WorkedDay;
}

/**
 * The working time that a county's calendar gives: the days that depart from their week, the office hours of the time.
 *
 * @throws Refusal CALENDAR_INVALID
 */
export function workingTime({ timeZone, days, hours }: CalendarRows): WorkingTime {
  const momentAt = momentIn(timeZone);
  const kinds = new Map(days.map(({ date, kind }) => [dayNumber(date), kind]));
  const valid = readHours(hours);
  // moments in a zone are dear, and a batch of rows asks for the same days again and again
  const known = new Map<number, WorkedDay>();

  function made(number: number): WorkedDay {
    const worked = stretchesOf(kinds.get(number), isWeekday(number), hoursOn(valid, dateOfDay(number)));
    const stretches = worked.map(([opens, closes]): Stretch => [momentAt(number, opens), momentAt(number, closes)]);
    return {
      begins: momentAt(number, 0),
      ends: momentAt(number + 1, 0),
      stretches,
      closes: stretches.at(-1)?.[1],
    };
  }

  function day(number: number): WorkedDay {
    const found = known.get(number) ?? made(number);
    known.set(number, found);
    return found;
  }

  return {
    day,
    dayOf: (moment) => {
      // the day of UTC is the zone's, or the one beside it
      let number = Math.floor(moment / DAY);
      while (day(number).ends <= moment) number += 1;
      while (day(number).begins > moment) number -= 1;
      return number;
    },
  };
}

function hoursOn(valid: readonly Hours[], date: CalendarDate): Omit<Hours, "validFrom"> {
  return valid.find(({ validFrom }) => validFrom <= date) ?? DEFAULT_HOURS;
}

function stretchesOf(kind: DayKind | undefined, weekday: boolean, { morning, afternoon }: Omit<Hours, "validFrom">): readonly Stretch[] {
  switch (kind) {
    case "HOLIDAY":
      return [];
    case "MORNING_ONLY":
      return [morning];
    case "AFTERNOON_ONLY":
      return [afternoon];
    case "MAKE_UP":
      return [morning, afternoon];
    case undefined:
      return weekday ? [morning, afternoon] : [];
  }
}
