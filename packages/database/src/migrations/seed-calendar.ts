import { columnOf, type Model } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { quoted } from "../names.ts";

/**
 * Adds the published days of each year of which the work calendar has no day yet. From then on they belong to the county.
 *
 * @returns the years, in their order
 */
export async function seedCalendar(client: ClientBase, model: Model): Promise<readonly string[]> {
  if (model.calendar === undefined) return [];
  const {
    day,
    calendar: { published },
  } = model.calendar;
  const table = `app.${quoted(day.table)}`;
  const columns = ["date", "kind", "zh", "en"].map((name) => quoted(columnOf(day, name).column));
  const { rows } = await client.query<{ year: string }>(
    `with published as (select date, kind, zh, en, to_char(date, 'YYYY') as year from unnest($1::date[], $2::text[], $3::text[], $4::text[]) d(date, kind, zh, en)),
      added as (insert into ${table} (${columns.join(", ")}) select date, kind, zh, en from published
        where year not in (select to_char(${columns[0] ?? ""}, 'YYYY') from ${table}) returning ${columns[0] ?? ""} as date)
    select distinct to_char(date, 'YYYY') as year from added order by year`,
    [0, 1, 2, 3].map((at) => published.map((day) => day[at])),
  );
  return rows.map(({ year }) => year);
}
