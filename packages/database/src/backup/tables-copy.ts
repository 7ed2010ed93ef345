import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Label } from "@xianmai/plugin-api";
import type { ClientBase } from "pg";
import { to as copyTo } from "pg-copy-streams";

import { MIGRATION_LOCK } from "../migrations/migrate.ts";
import { quoted, quotedList } from "../names.ts";
import { makeFolders, syncFolder, writeThrough, type FileEntry } from "./copy.ts";
import { figuresNow, readLayouts, settle, type TableLayout } from "./figures.ts";
import type { Figure, TableData } from "./manifest.ts";
import { beginMoment, type FeedMoment } from "./moment.ts";
import { notCopied } from "./refusals.ts";
import { schemaAfter, schemaBefore } from "./schema-sql.ts";
import { amountLine, amountOf, stopwatch } from "./sizes.ts";

/** What was copied, and what it holds. */
export interface TablesCopy {
  readonly folders: readonly string[];
  readonly files: readonly FileEntry[];
  readonly data: readonly TableData[];
  readonly moment: FeedMoment;
  readonly tables: Readonly<Record<string, Figure>>;
}

/** Where the rows lie in a backup, and the statements that go before and after them. */
const TABLES = "tables";
export const BEFORE = "before.sql";
export const AFTER = "after.sql";

/**
 * Copies the platform's tables as text, all of one snapshot, with the statements that make them elsewhere: on any PostgreSQL from 15 on, of whatever
 * owner. Writers are not held up; a migration waits.
 *
 * @param client a session of the owner's
 * @param to the backup's folder
 * @throws Refusal BACKUP_UNSUPPORTED, FILES_NOT_COPIED
 */
export async function copyTables(client: ClientBase, to: string, signal: AbortSignal, log: (line: Label) => void): Promise<TablesCopy> {
  const seconds = stopwatch();
  await settle(client);
  await client.query("select pg_advisory_lock_shared($1)", [MIGRATION_LOCK]);
  const moment = await beginMoment(client);
  const layouts = await readLayouts(client);
  // an administrator does not know of our lock
  await client.query(`lock table ${layouts.map(nameOf).join(", ")} in access share mode`);
  await makeFolders([join(to, TABLES)]);
  const files = [await write(to, BEFORE, await schemaBefore(client))];
  const data: TableData[] = [];
  for (const layout of layouts) {
    const { schema, name, columns } = layout;
    const path = `${TABLES}/${String(data.length + 1).padStart(3, "0")}-${schema}.${name.replace(/[^a-z0-9_]/g, "-")}.copy`;
    files.push({ path, ...(await copyOut(client, layout, join(to, path), signal)) });
    data.push({ schema, name, columns: [...columns], path });
  }
  await syncFolder(join(to, TABLES));
  const tables = await figuresNow(client, layouts);
  files.push(await write(to, AFTER, await schemaAfter(client)));
  log(amountLine({ zh: `${layouts.length} 张表`, en: `${layouts.length} tables` }, amountOf(files), seconds()));
  return { folders: [TABLES], files, data, moment, tables };
}

async function write(to: string, path: string, text: string): Promise<FileEntry> {
  return { path, ...(await writeThrough(join(to, path), text)) };
}

async function copyOut(client: ClientBase, table: TableLayout, file: string, signal: AbortSignal): Promise<Omit<FileEntry, "path">> {
  const hash = createHash("sha256");
  let size = 0;
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      size += chunk.length;
      done(undefined, chunk);
    },
  });
  const rows = client.query(copyTo(`copy ${nameOf(table)} (${quotedList(table.columns)}) to stdout`));
  const target = createWriteStream(file, { flags: "wx", mode: 0o600, flush: true });
  let broken: unknown;
  target.on("error", (error) => {
    broken = notCopied(file, error);
  });
  try {
    await pipeline(rows, counted, target, { signal });
  } catch (error) {
    throw broken ?? error;
  }
  return { size, sha256: hash.digest("hex") };
}

function nameOf({ schema, name }: Pick<TableLayout, "schema" | "name">): string {
  return `${quoted(schema)}.${quoted(name)}`;
}
