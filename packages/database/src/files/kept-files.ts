import type { ClientBase } from "pg";

import { quoted } from "../names.ts";

/** The advisory lock between those who attach files and those who remove bytes that nothing names; "file" in ASCII. */
const LOCK = 0x66696c65;

/** Keeps the bytes of files from being removed until the transaction ends: its rows may come to name any of them. */
export async function lockForAttaching(client: ClientBase): Promise<void> {
  await client.query(`select pg_catalog.pg_advisory_xact_lock_shared(${LOCK})`);
}

/**
 * What rows of a table name in a column, now and in their history, while nobody attaches anything until the transaction ends.
 *
 * @param client in a transaction of the role that sees every row
 */
export async function filesNamed(client: ClientBase, table: string, column: string): Promise<ReadonlySet<string>> {
  await client.query(`select pg_catalog.pg_advisory_xact_lock(${LOCK})`);
  const [from, name] = [quoted(table), quoted(column)];
  const { rows } = await client.query<{ name: string }>(
    `select ${name} as name from app.${from} union select ${name} from xmh.${from} where ${name} is not null`,
  );
  return new Set(rows.map((row) => row.name));
}
