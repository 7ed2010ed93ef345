import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { DatabaseError, type ClientBase } from "pg";
import { from as copyFrom } from "pg-copy-streams";

import { MIGRATION_LOCK } from "../migrations/migrate.ts";
import { quoted, quotedList } from "../names.ts";
import { AFTER, BEFORE } from "./tables-copy.ts";
import { compareAt, SCHEMAS, settle } from "./figures.ts";
import type { Manifest } from "./manifest.ts";
import { databaseNotEmpty, restoredDiffers, restoreFailed } from "./restore-refusals.ts";

/** A backup of tables, and where it is put. */
export interface Loading {
  readonly backup: string;
  readonly manifest: Manifest;
  /** The database, for people. */
  readonly where: string;
  readonly signal: AbortSignal;
}

/**
 * Puts the tables of a backup into a database that has none of the platform's, within the running transaction, and compares them.
 *
 * @param client a session of the owner's, in a transaction
 * @throws Refusal RESTORE_DATABASE_NOT_EMPTY, RESTORE_FAILED, RESTORE_DIFFERS: roll back
 */
export async function loadTables(client: ClientBase, { backup, manifest, where, signal }: Loading): Promise<void> {
  await settle(client);
  // a server that starts meanwhile waits, and finds everything there
  await client.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
  const { rows } = await client.query<{ name: string }>("select nspname as name from pg_namespace where nspname = any($1) order by 1", [
    SCHEMAS,
  ]);
  if (rows.length > 0)
    throw databaseNotEmpty(
      where,
      rows.map(({ name }) => name),
    );

  await run(client, backup, BEFORE);
  for (const { schema, name, columns, path } of manifest.data) {
    const target = client.query(copyFrom(`copy ${quoted(schema)}.${quoted(name)} (${quotedList(columns)}) from stdin`));
    try {
      await pipeline(createReadStream(join(backup, path)), target, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw restoreFailed(path, error);
    }
  }
  await run(client, backup, AFTER);
  signal.throwIfAborted();
  const wrong = await compareAt(client, manifest);
  if (wrong.length > 0) throw restoredDiffers(wrong);
}

async function run(client: ClientBase, backup: string, file: string): Promise<void> {
  const text = await readFile(join(backup, file), "utf8");
  try {
    await client.query(text);
  } catch (error) {
    throw restoreFailed(placeOf(error, text, file), error);
  }
}

/** The line of the script at which PostgreSQL stopped, where it says. */
function placeOf(error: unknown, text: string, file: string): string {
  const position = error instanceof DatabaseError ? Number(error.position ?? 0) : 0;
  return position === 0 ? file : `${file}:${Array.from(text).slice(0, position).join("").split("\n").length}`;
}
