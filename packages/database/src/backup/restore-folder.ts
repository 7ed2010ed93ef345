import { existsSync, readdirSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";

import type { Instant } from "@xianmai/plugin-api";

import { openDataFolder, type DataFolder } from "../postgres/data-folder.ts";
import { holdDataFolder } from "../postgres/hold.ts";
import { stopPostmaster } from "../postgres/postmaster.ts";
import { syncFolder } from "./copy.ts";
import { folderNotEmpty } from "./restore-refusals.ts";
import { discardScratch } from "./scratch.ts";

/** Within the data folder, which may be a disk of its own: nothing takes it for one, and it can become one by renaming alone. */
const STAGING = "restoring";

/** What an empty folder may hold: what a new disk has, and what a restore that was killed has left. */
const EMPTY = new Set([STAGING, "server.lock", "server.json", "lost+found"]);

/** Until these are there, a start would find no database. */
const LAST = ["postgres-is-elsewhere.txt", "postgres"];

const STOP_WITHIN = 600_000;

/** What was put together in the staging folder. */
interface Filled<Result> {
  /** The cluster that was started there. */
  readonly cluster?: string;
  readonly result: Result;
}

/**
 * Fills an empty data folder: everything is put together in a folder within it, and moved to its place when all is there. No server can use the
 * data folder meanwhile.
 *
 * @param work fills the staging folder, and stops what it started
 * @returns where the cluster lies, and what `work` gave
 * @throws Refusal RESTORE_FOLDER_NOT_EMPTY; DATA_FOLDER_HELD when a server uses it; whatever `work` throws, with the folder as it was
 */
export async function fillFolder<Result>(
  path: string,
  now: Instant,
  work: (staging: DataFolder) => Promise<Filled<Result>>,
): Promise<{ readonly where: string; readonly result: Result }> {
  const wanted = resolve(path);
  const existed = existsSync(wanted);
  // a file in its place is named when the folder is opened
  const names = statSync(wanted, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(wanted) : [];
  const isEmpty = names.every((name) => EMPTY.has(name));
  if (!isEmpty && !names.includes("server.lock")) throw folderNotEmpty(wanted);
  const hold = holdDataFolder(wanted, { pid: process.pid, port: 0, startedAt: now });
  try {
    if (!isEmpty) throw folderNotEmpty(wanted);
    const folder = openDataFolder(wanted);
    const staging = folder.file(STAGING);
    await discardScratch(staging);
    try {
      const { cluster, result } = await work(openStaging(folder, staging));
      if (cluster !== undefined) await stopPostmaster(cluster, STOP_WITHIN);
      await moveUp(staging, folder.path);
      return { where: cluster === join(staging, "postgres") ? folder.file("postgres") : (cluster ?? folder.path), result };
    } catch (error) {
      await discardScratch(staging);
      throw error;
    }
  } catch (error) {
    if (!existed) await rm(wanted, { recursive: true, force: true });
    throw error;
  } finally {
    hold.release();
  }
}

function openStaging(folder: DataFolder, path: string): DataFolder {
  const staging = openDataFolder(path);
  folder.handOver(staging.path);
  return openDataFolder(staging.path);
}

async function moveUp(staging: string, folder: string): Promise<void> {
  const names = readdirSync(staging);
  const passing = names.filter((name) => /\.lock$|^postgres-(start\.log|system\.txt)$/.test(name));
  for (const name of passing) await rm(join(staging, name));
  const kept = names.filter((name) => !passing.includes(name) && !LAST.includes(name));
  for (const name of [...kept, ...LAST.filter((last) => names.includes(last))]) await rename(join(staging, name), join(folder, name));
  await rm(staging, { recursive: true });
  await syncFolder(folder);
}
