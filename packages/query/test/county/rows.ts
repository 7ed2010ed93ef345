import { randomUUID } from "node:crypto";

import { entityOf } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { county } from "./plugin.ts";

/** A row as a test writes it: row keys, money as bigint. */
export type Given = Readonly<Record<string, unknown>>;

/** Adds rows as the owner; what is left out is empty. Gives their ids. */
export async function add(client: ClientBase, entityName: string, rows: readonly Given[]): Promise<readonly string[]> {
  const entity = entityOf(county, entityName);
  const ids = rows.map((row) => (row["id"] as string | undefined) ?? randomUUID());
  const records = rows.map((row, at) => {
    const values = entity.columns.map((column): [string, unknown] => {
      const value = row[column.rowKey] ?? (column.kind === "texts" ? [] : (column.declared.default ?? null));
      return [column.column, typeof value === "bigint" ? String(value) : value];
    });
    return { id: ids[at], ...Object.fromEntries(values) };
  });
  const columns = ["id", ...entity.columns.map(({ column }) => column)].map((name) => `"${name}"`).join(", ");
  const table = `app."${entity.table}"`;
  await client.query(`insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`, [
    JSON.stringify(records),
  ]);
  return ids;
}

/** The id of an entry that the migration has seeded. */
export async function entryId(client: ClientBase, dictionary: string, code: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    "select e.id from app.dictionary_entry e join app.dictionary d on d.id = e.dictionary_id where d.code = $1 and e.code = $2",
    [dictionary, code],
  );
  return rows[0]!.id;
}
