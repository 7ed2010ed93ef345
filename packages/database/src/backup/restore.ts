import { realpathSync } from "node:fs";

import { Refusal, type Clock, type Label } from "@xianmai/plugin-api";
import type { ClientBase } from "pg";

import { inTransaction } from "../migrations/transaction.ts";
import { majorVersion } from "../postgres/binaries.ts";
import { connected } from "../postgres/connect.ts";
import { openPostgres, type Postgres } from "../postgres/open.ts";
import { checkFiles } from "./check-files.ts";
import { compareAt, settle } from "./figures.ts";
import { layCluster, layDataFiles } from "./lay.ts";
import { readManifest, rowsIn, type Manifest } from "./manifest.ts";
import { beginLife } from "./moment.ts";
import { isOfPostgres } from "./refusals.ts";
import { noBackup, notPortable, otherMajor, restoredDiffers, restoreFailed } from "./restore-refusals.ts";
import { fillFolder } from "./restore-folder.ts";
import { amountLine, amountOf, stopwatch } from "./sizes.ts";
import { loadTables } from "./tables-load.ts";

/** Which backup to restore, and where to. */
export interface RestoreOptions {
  /** The folder that `backup` made. */
  readonly backup: string;
  /** New or empty. The private server's place; with `databaseUrl` only what lay beside the database comes here. */
  readonly dataFolder: string;
  /** The owner's login of an empty database; without it the private server of the data folder is filled. */
  readonly databaseUrl?: string | undefined;
  readonly databaseAppUrl?: string | undefined;
  readonly clock: Clock;
  /** Cuts the work short; nothing is restored then. */
  readonly signal: AbortSignal;
  /** Told what takes time, with sizes and seconds. */
  readonly log: (line: Label) => void;
}

/** What was restored. */
export interface RestoreReport extends Pick<Manifest, "form" | "xianmai"> {
  /** Where the database is, for people. */
  readonly where: string;
  /** The end of the backup: what was committed before it is there. */
  readonly takenAt: string;
  /** The change feed's, which nobody has read from yet. */
  readonly generation: number;
  readonly tables: number;
  readonly rows: number;
}

/**
 * Restores a platform from a backup that is found whole, into a place that is found empty. It is there when this returns, and not before: compared
 * with what the backup tells, its change feed in a new generation, so that whoever followed the original is told of a gap.
 *
 * @throws Refusal with nothing restored: BACKUP_UNKNOWN, BACKUP_DAMAGED, BACKUP_TOO_NEW, BACKUP_OTHER_POSTGRES, BACKUP_NOT_PORTABLE,
 *   RESTORE_FOLDER_NOT_EMPTY, RESTORE_DATABASE_NOT_EMPTY, RESTORE_FAILED, RESTORE_DIFFERS, DATA_FOLDER_HELD, FILES_NOT_COPIED
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const { log } = options;
  const folder = realFolder(options.backup);
  const manifest = await readManifest(folder);
  const given = (options.databaseUrl ?? "") !== "";
  if (given && manifest.form === "cluster") throw notPortable(folder);
  const major = manifest.postgresql.split(".")[0] ?? "";
  if (manifest.form === "cluster" && major !== majorVersion) throw otherMajor(folder, major, majorVersion);

  const work = { ...options, backup: folder, manifest };
  await check(work);
  const { where, generation } = await put(work, given);
  const [tables, rows] = [Object.keys(manifest.tables).length, rowsIn(manifest.tables)];
  log({
    zh: `已恢复并比对：${tables} 张表，${rows.toLocaleString("en-US")} 行，一致`,
    en: `Restored and compared: ${tables} tables, ${rows.toLocaleString("en-US")} rows, all alike`,
  });
  const { form, xianmai, endedAt } = manifest;
  return { form, xianmai, where, takenAt: endedAt, generation, tables, rows };
}

async function put(work: Work, given: boolean): Promise<Done> {
  try {
    return await (given ? intoDatabase(work) : intoFolder(work));
  } catch (error) {
    work.signal.throwIfAborted();
    throw error instanceof Refusal || !isOfPostgres(error) ? error : restoreFailed(work.backup, error);
  }
}

interface Work extends RestoreOptions {
  readonly manifest: Manifest;
}

interface Done {
  readonly where: string;
  readonly generation: number;
}

function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw noBackup(path);
  }
}

async function check({ backup, manifest, signal, log }: Work): Promise<void> {
  const seconds = stopwatch();
  await checkFiles(backup, manifest, signal);
  log(amountLine({ zh: "备份完好", en: "The backup is whole" }, amountOf(manifest.files), seconds()));
}

async function intoFolder(work: Work): Promise<Done> {
  const { backup, manifest, dataFolder, clock, signal, log } = work;
  return fillFolder(dataFolder, clock.now(), async (staging) => {
    const seconds = stopwatch();
    await layDataFiles({ backup, manifest, folder: staging, signal, log });
    if (manifest.form === "cluster") {
      await layCluster({ backup, manifest, folder: staging, signal, log });
      log(amountLine({ zh: "已复制", en: "Copied" }, amountOf(manifest.files), seconds()));
    }
    const postgres = await openPostgres({ dataFolder: staging.path, log });
    try {
      return { cluster: postgres.where, result: await begin(work, postgres) };
    } finally {
      await postgres.release();
    }
  }).then(({ where, result }) => ({ where, generation: result }));
}

async function intoDatabase(work: Work): Promise<Done> {
  const { backup, manifest, dataFolder, databaseUrl, databaseAppUrl, clock, signal, log } = work;
  const postgres = await openPostgres({ dataFolder, databaseUrl, databaseAppUrl, log });
  const fill = async (): Promise<Done> => ({ where: postgres.where, generation: await begin(work, postgres) });
  if (!manifest.files.some(({ path }) => path.startsWith("data/"))) return fill();
  return (
    await fillFolder(dataFolder, clock.now(), async (staging) => {
      await layDataFiles({ backup, manifest, folder: staging, signal, log });
      return { result: await fill() };
    })
  ).result;
}

/** Brings the rows in, or finds them there, and begins their new life. @returns the feed's generation */
async function begin(work: Work, { owner, where }: Postgres): Promise<number> {
  const { manifest } = work;
  return connected(owner, async (client) => {
    const generation = await inTransaction(client, async () => {
      await (manifest.form === "tables" ? loadTables(client, { ...work, where }) : compare(client, manifest));
      work.signal.throwIfAborted();
      return beginLife(client, `restored from the backup of ${manifest.endedAt}`);
    });
    if (manifest.form === "tables") await client.query("analyze");
    return generation;
  });
}

async function compare(client: ClientBase, manifest: Manifest): Promise<void> {
  await settle(client);
  const wrong = await compareAt(client, manifest);
  if (wrong.length > 0) throw restoredDiffers(wrong);
}
