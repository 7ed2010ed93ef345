import type { ClientBase } from "pg";

import { quoted } from "../names.ts";

/** The advisory lock between those who attach files and those who remove bytes that nothing names; "file" in ASCII. */
const LOCK = 0x66696c65;

/** The rows of files, and the column that names their content by its hash: the platform's own, whatever plugins there are. */
export const FILE_ROWS = { table: "attachment", column: "sha256" } as const;

/** Keeps the bytes of files from being removed until the transaction ends: its rows may come to name any of them. */
export async function lockForAttaching(client: ClientBase): Promise<void> {
  await client.query(`select pg_catalog.pg_advisory_xact_lock_shared(${LOCK})`);
}

/**
 * The contents that rows name, now and in their history, while nobody attaches anything until the transaction ends.
 *
 * @param client in a transaction of the role that sees every row
 */
export async function filesNamed(client: ClientBase): Promise<ReadonlySet<string>> {
  await client.query(`select pg_catalog.pg_advisory_xact_lock(${LOCK})`);
  const [from, name] = [quoted(FILE_ROWS.table), quoted(FILE_ROWS.column)];
  const { rows } = await client.query<{ name: string }>(
    `select ${name} as name from app.${from} union select ${name} from xmh.${from} where ${name} is not null`,
  );
  return new Set(rows.map((row) => row.name));
}
