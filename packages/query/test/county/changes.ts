import type { ClientBase } from "pg";

import type { Dice } from "../oracle/rows.ts";

/** Changes something of a filled county, as somebody in psql would. @param moving whether rows may go to other units */
export async function change(client: ClientBase, dice: Dice, { moving }: { readonly moving: boolean }): Promise<void> {
  const some = (table: string): string => `(select id from app.${table} order by md5(id::text || '${dice.below(1_000_000)}') limit 1)`;
  const statements: readonly (() => string)[] = [
    () => `update app.project set total_investment = ${dice.below(1000)}, batch = ${dice.below(4)} where id = ${some("project")}`,
    () => `update app.project set name = name || '改' where id = ${some("project")}`,
    () => `update app.project set leader_id = null, stage = 'STARTED', tags = '{改}' where id = ${some("project")}`,
    () => `update app.unit set name = '改' || name, position = ${dice.below(4)} where id = ${some("unit")}`,
    () => `update app.dictionary_entry set zh = zh || '改' where id = ${some("dictionary_entry")}`,
    () => `delete from app.report where id = ${some("report")}`,
    () => `delete from app.blocker where id = ${some("blocker")}`,
    () => `insert into app.report (project_id, month, invested) select id, '2022-${String(dice.below(12) + 1).padStart(2, "0")}', 1 from app.project p
           where id = ${some("project")} on conflict do nothing`,
    () =>
      `insert into app.blocker (project_id, owner_id, summary, raised_on) select ${some("project")}, ${some("unit")}, '新', '2023-06-01'`,
    ...(moving
      ? [
          () => `update app.project set township_id = ${some("unit")} where id = ${some("project")}`,
          () => `update app.official set unit_id = ${some("unit")} where id = ${some("official")}`,
        ]
      : []),
  ];
  await client.query(dice.of(statements)());
}
