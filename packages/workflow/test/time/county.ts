import { instant, type CalendarDate, type DayKind, type Instant } from "@xianmai/plugin-api";

import type { CalendarRows, OfficeHoursRow } from "../../src/time/calendar-rows.ts";

/** A moment of the county's own time: `2023-01-20 17:50`. */
export function moment(local: string): Instant {
  const [date, time] = local.split(" ");
  const found = instant(`${date}T${time}:00+08:00`);
  if (found === undefined) throw new Error(`${local} is no moment.`);
  return new Date(found).toISOString() as Instant;
}

/** A moment as the county writes it. */
export function local(at: Instant | undefined): string | undefined {
  if (at === undefined) return undefined;
  return new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 16).replace("T", " ");
}

/** Every day from one to another. */
function span(from: string, to: string, kind: DayKind): readonly { readonly date: CalendarDate; readonly kind: DayKind }[] {
  const days = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    days.push({ date: new Date(at).toISOString().slice(0, 10) as CalendarDate, kind });
  }
  return days;
}

/** As the State Council published them: the New Years, Spring Festivals and National Days of 2023 and 2024. */
export const PUBLISHED = [
  ...span("2022-12-31", "2023-01-02", "HOLIDAY"),
  ...span("2023-01-21", "2023-01-27", "HOLIDAY"),
  ...span("2023-01-28", "2023-01-29", "MAKE_UP"),
  ...span("2023-09-29", "2023-10-06", "HOLIDAY"),
  ...span("2023-10-07", "2023-10-08", "MAKE_UP"),
  ...span("2023-12-30", "2024-01-01", "HOLIDAY"),
  ...span("2024-02-04", "2024-02-04", "MAKE_UP"),
  ...span("2024-02-10", "2024-02-17", "HOLIDAY"),
  ...span("2024-02-18", "2024-02-18", "MAKE_UP"),
];

/** Office hours from the beginning on. */
export function closingAt(afternoonCloses: string, rest: Partial<OfficeHoursRow> = {}): OfficeHoursRow {
  return {
    validFrom: "2000-01-01" as CalendarDate,
    morningOpens: "08:30",
    morningCloses: "12:00",
    afternoonOpens: "14:30",
    afternoonCloses,
    ...rest,
  };
}

/** The county's calendar, with what a test changes. */
export function county(changed: Partial<CalendarRows> = {}): CalendarRows {
  return { timeZone: "Asia/Shanghai", days: PUBLISHED, hours: [], ...changed };
}
