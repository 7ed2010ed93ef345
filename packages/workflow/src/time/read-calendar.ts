import type { CalendarDate, Clock, DayKind, ReadContext } from "@xianmai/plugin-api";
import type { Model } from "@xianmai/plugin-api/model";
import type { Kysely } from "kysely";

import { workingTime, type WorkingTime } from "./working-time.ts";

/** The database as the tables are asked, and the county's time zone. */
export type ClockContext = Pick<ReadContext, "db"> & { readonly clock: Pick<Clock, "timeZone"> };

/** The tables of a work calendar, whatever they are called; its columns every provider has. */
interface CalendarTables {
  readonly day: { readonly date: CalendarDate; readonly kind: DayKind };
  readonly schedule: {
    readonly valid_from: CalendarDate;
    readonly morning_opens: string;
    readonly morning_closes: string;
    readonly afternoon_opens: string;
    readonly afternoon_closes: string;
  };
}

/**
 * Reads the county's working time as it is in the snapshot of the request, so that a corrected calendar counts at once.
 *
 * @throws Refusal CALENDAR_INVALID
 */
export async function readWorkingTime({ day, schedule }: NonNullable<Model["calendar"]>, context: ClockContext): Promise<WorkingTime> {
  const db = context.db(day.entity, schedule.entity) as unknown as Kysely<CalendarTables>;
  const days = await db
    .selectFrom(day.table as "day")
    .select(["date", "kind"])
    .execute();
  const hours = await db
    .selectFrom(schedule.table as "schedule")
    .select([
      "valid_from as validFrom",
      "morning_opens as morningOpens",
      "morning_closes as morningCloses",
      "afternoon_opens as afternoonOpens",
      "afternoon_closes as afternoonCloses",
    ])
    .execute();
  return workingTime({ timeZone: context.clock.timeZone, days, hours });
}
