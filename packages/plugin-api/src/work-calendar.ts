import type { Column } from "./column.ts";
import type { Columns, Entity, EntityDefinition } from "./entity.ts";
import type { CalendarDate } from "./values.ts";

/**
 * How a day departs from its week, in which Monday to Friday are worked. A day on which only the morning or the afternoon is worked is a working day
 * that is shorter.
 */
export type DayKind = "HOLIDAY" | "MAKE_UP" | "MORNING_ONLY" | "AFTERNOON_ONLY";

/** A day with which a calendar begins, before the county edits it: its date as YYYY-MM-DD, its kind, its name in both languages. */
export type PublishedDay = readonly [date: string, kind: DayKind, zh: string, en: string];

/** The work calendar (工作日历): what limits in working time are counted by. Packages know it by this alone. */
export interface WorkCalendar {
  /** One row per day that departs from its week. */
  readonly day: Entity;
  /** One row per change of the office hours. */
  readonly schedule: Entity;
  /** The days that are published by now. Those of a year are added once, where the calendar has none of that year; then they belong to the county. */
  readonly published: readonly PublishedDay[];
}

/** The columns of a day that departs from its week. */
export interface CalendarDayColumns extends Columns {
  readonly date: Column<"date", CalendarDate>;
  readonly kind: Column<"choice", DayKind>;
  readonly zh: Column<"text", string>;
  readonly en: Column<"text", string>;
}

/** The columns of office hours: they hold from a day on, until the next row's; each time of the day is written `08:30`. */
export interface OfficeScheduleColumns extends Columns {
  readonly validFrom: Column<"date", CalendarDate>;
  readonly morningOpens: Column<"text", string>;
  readonly morningCloses: Column<"text", string>;
  readonly afternoonOpens: Column<"text", string>;
  readonly afternoonCloses: Column<"text", string>;
}

/** Declares which entities hold the work calendar, and with which days it begins. */
export function workCalendar<D extends CalendarDayColumns, S extends OfficeScheduleColumns>(
  day: Entity & { readonly definition: EntityDefinition<string, D> },
  schedule: Entity & { readonly definition: EntityDefinition<string, S> },
  published: readonly PublishedDay[] = [],
): WorkCalendar {
  return Object.freeze({ day, schedule, published });
}
