import type { ClientBase } from "pg";
import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";

import type { Value } from "../cells/reading.ts";
import { quoted, recordset, tableOf } from "./sql.ts";

const ID = { column: "id", sqlType: "uuid" };

/** A row to be written: its id, and a value for each column that is written. */
export interface WrittenRow {
  readonly id: string;
  readonly values: readonly Value[];
}

/** Inserts rows by one statement, so that rows may refer to each other in any order. */
export async function insertRows(
  client: ClientBase,
  entity: EntityModel,
  columns: readonly ColumnModel[],
  rows: readonly WrittenRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = [ID, ...columns].map(({ column }) => quoted(column));
  await client.query(
    `insert into ${tableOf(entity)} (${names.join(", ")}) select ${names.map((name) => `r.${name}`).join(", ")} from ${recordset([ID, ...columns])}`,
    [asJson(columns, rows)],
  );
}

/** Updates rows by one statement. */
export async function updateRows(
  client: ClientBase,
  entity: EntityModel,
  columns: readonly ColumnModel[],
  rows: readonly WrittenRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const set = columns.map(({ column }) => `${quoted(column)} = r.${quoted(column)}`).join(", ");
  await client.query(`update ${tableOf(entity)} t set ${set} from ${recordset([ID, ...columns])} where t.id = r.id`, [
    asJson(columns, rows),
  ]);
}

function asJson(columns: readonly ColumnModel[], rows: readonly WrittenRow[]): string {
  return JSON.stringify(
    rows.map((row) => ({ id: row.id, ...Object.fromEntries(columns.map(({ column }, at) => [column, row.values[at] ?? null])) })),
  );
}
