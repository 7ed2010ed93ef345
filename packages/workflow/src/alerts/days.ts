import type { AlertDays, CalendarDate, Clock, YearMonth } from "@xianmai/plugin-api";

import { dateOfDay, dayNumber } from "../time/zone.ts";

/** The days of a clock, and whether a condition has asked for them: then it is to be looked at anew when the day is over. */
export function daysOf({ today }: Pick<Clock, "today">): { readonly days: AlertDays; readonly asked: () => boolean } {
  let asked = false;
  const ask = (): CalendarDate => {
    asked = true;
    return today();
  };
  return {
    asked: () => asked,
    days: {
      get today() {
        return ask();
      },
      get thisMonth() {
        return ask().slice(0, 7) as YearMonth;
      },
      daysFromToday: (days) => dateOfDay(dayNumber(ask()) + days),
    },
  };
}
