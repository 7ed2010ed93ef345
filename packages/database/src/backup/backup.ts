import { join } from "node:path";

import { Refusal, type Clock, type Label } from "@xianmai/plugin-api";

import { superuser } from "../postgres/cluster.ts";
import { connected } from "../postgres/connect.ts";
import { openDataFolder } from "../postgres/data-folder.ts";
import { openPostgres, type Postgres } from "../postgres/open.ts";
import { readSecrets } from "../postgres/secrets.ts";
import { copyCluster } from "./cluster-copy.ts";
import { contentFaults, contentsNamed, faultsLine } from "./contents.ts";
import { copyFiles, makeFolders, type FileEntry } from "./copy.ts";
import { DATA, dataFiles, hasDatabase } from "./data-files.ts";
import { manifestOf, rowsIn, writeManifest, type Manifest } from "./manifest.ts";
import { hasPlatform, type FeedMoment } from "./moment.ts";
import { backupFailed, isOfPostgres, nothingThere } from "./refusals.ts";
import { rehearse } from "./rehearse.ts";
import { amountLine, amountOf, stopwatch } from "./sizes.ts";
import { copyTables } from "./tables-copy.ts";
import { writeBackup, type Draft } from "./target.ts";

/** What to back up, and where to. */
export interface BackupOptions {
  /** The private server's place; what lies in it beside the database is backed up too, whichever database that is. */
  readonly dataFolder: string;
  /** The owner's login on a given server; without it the private one is backed up. */
  readonly databaseUrl?: string | undefined;
  readonly databaseAppUrl?: string | undefined;
  /** The folder of backups, in which a new one is made: `xianmai-2026-11-24T013000Z`. Made where it does not exist. */
  readonly target: string;
  /** Tables as text, for any PostgreSQL, instead of the private server's files. A given server is always backed up like that. */
  readonly portable: boolean;
  /** Whether the backup is restored elsewhere and compared before it is called one. */
  readonly verify: boolean;
  /** Of the platform. */
  readonly version: string;
  readonly clock: Clock;
  /** Cuts the work short; nothing is left then. */
  readonly signal: AbortSignal;
  /** Told what takes time, with sizes and seconds. */
  readonly log: (line: Label) => void;
}

/** What was backed up. */
export interface BackupReport extends Pick<Manifest, "form" | "generation" | "checked"> {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  readonly tables: number;
  readonly rows: number;
}

/** A backup that is being made of a database that is open. */
interface Work extends BackupOptions {
  readonly postgres: Postgres;
}

/** What was written, before it is known whether it is good. */
interface Written extends Pick<Manifest, "form" | "folders" | "files" | "data" | "tables"> {
  readonly moment: FeedMoment;
}

/**
 * Backs up a platform while it runs: a backup is a folder with a manifest, and has its name only once it is whole, written through to the disk and,
 * unless told otherwise, restored elsewhere and compared.
 *
 * @throws Refusal with nothing left behind: BACKUP_NOTHING, BACKUP_INSIDE_DATA, BACKUP_UNSUPPORTED, BACKUP_FAILED, BACKUP_DIFFERS, BACKUP_UNUSABLE,
 *   FILES_NOT_COPIED, those of `openPostgres`; the reason of `signal`
 */
export async function backup(options: BackupOptions): Promise<BackupReport> {
  const { dataFolder, databaseUrl = "", databaseAppUrl, target, clock, signal, log } = options;
  // opening it would make an empty one
  if (databaseUrl === "" && !hasDatabase(dataFolder)) throw nothingThere(dataFolder);
  const postgres = await openPostgres({ dataFolder, databaseUrl, databaseAppUrl, log });
  try {
    if (!(await connected(postgres.owner, hasPlatform))) throw nothingThere(postgres.where);
    const work = { ...options, postgres };
    const { folder, result } = await writeBackup(target, dataFolder, clock.now(), log, async (draft) => write(work, draft));
    const { form, generation, checked, files, tables } = result;
    const { files: count, bytes } = amountOf(files);
    return { folder, form, generation, checked, files: count, bytes, tables: Object.keys(tables).length, rows: rowsIn(tables) };
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Refusal || !isOfPostgres(error) ? error : backupFailed(postgres.where, error);
  } finally {
    await postgres.release();
  }
}

async function write(work: Work, draft: Draft): Promise<Manifest> {
  const { postgres, clock, signal, log } = work;
  const beganAt = clock.now();
  const before = await copyData(work, draft, "before");
  const { form, moment, folders, files, data, tables } = await copyDatabase(work, draft);
  const named = await contentsNamed(postgres.owner);
  const after = await copyData(work, draft, "after");
  const faults = contentFaults(named, after.files);
  if (faults.length > 0) log(faultsLine(faults));
  const content = manifestOf({
    form,
    xianmai: work.version,
    postgresql: postgres.serverVersion,
    beganAt,
    endedAt: clock.now(),
    ...moment,
    checked: "no",
    tables,
    data,
    folders: [...new Set([...folders, ...before.folders, ...after.folders])].toSorted(),
    files: [...files, ...before.files, ...after.files],
  });
  const checked = work.verify ? await check(work, draft, content) : "no";
  signal.throwIfAborted();
  const manifest = { ...content, checked };
  await writeManifest(draft.folder, manifest);
  return manifest;
}

async function copyDatabase({ postgres, dataFolder, portable, signal, log }: Work, draft: Draft): Promise<Written> {
  if (postgres.kind === "given" || portable) {
    const copy = await connected(postgres.owner, async (client) => copyTables(client, draft.folder, signal, log));
    return { form: "tables", ...copy, folders: [...copy.folders], files: [...copy.files], data: [...copy.data] };
  }
  const password = readSecrets(openDataFolder(dataFolder))?.superuser ?? "";
  const copy = await copyCluster({
    cluster: postgres.where,
    superuser: { ...postgres.owner, user: superuser, password },
    to: draft.folder,
    signal,
    log,
  });
  return { form: "cluster", ...copy, folders: [...copy.folders], files: [...copy.files], data: [] };
}

async function copyData(
  { dataFolder, signal, log }: Work,
  draft: Draft,
  when: "before" | "after",
): Promise<{ readonly folders: readonly string[]; readonly files: readonly FileEntry[] }> {
  const seconds = stopwatch();
  const { folders, files: paths } = await dataFiles(dataFolder, when);
  if (folders.length + paths.length === 0) return { folders: [], files: [] };
  const made = [DATA, ...folders.map((folder) => `${DATA}/${folder}`)];
  await makeFolders(made.map((folder) => join(draft.folder, folder)));
  const copy = { from: dataFolder, to: join(draft.folder, DATA), prefix: `${DATA}/` };
  const files = await copyFiles({ ...copy, paths, mayVanish: true, signal, log });
  log(amountLine({ zh: "数据文件夹中的其他文件", en: "Other files of the data folder" }, amountOf(files), seconds()));
  return { folders: made, files };
}

async function check({ signal, log }: Work, draft: Draft, manifest: Manifest): Promise<Manifest["checked"]> {
  const seconds = stopwatch();
  const checked = await rehearse({ backup: draft.folder, manifest, scratch: draft.scratch, signal, log });
  const tables = Object.keys(manifest.tables).length;
  const rows = rowsIn(manifest.tables).toLocaleString("en-US");
  if (checked === "restored") {
    log({
      zh: `已试恢复并比对：${tables} 张表，${rows} 行，一致，${seconds()} 秒`,
      en: `Restored elsewhere and compared: ${tables} tables, ${rows} rows, all alike, ${seconds()} s`,
    });
  }
  return checked;
}
