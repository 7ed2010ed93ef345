import { chmodSync, existsSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";

import type { Instant, Label } from "@xianmai/plugin-api";

import { isRoot } from "../postgres/data-folder.ts";
import { takeLock } from "../postgres/file-lock.ts";
import { makeFolders, syncFolder } from "./copy.ts";
import { notCopied, targetInside } from "./refusals.ts";
import { discardScratch } from "./scratch.ts";

/** A backup that is being written. */
export interface Draft {
  /** Where it is written: a name that no restore takes. */
  readonly folder: string;
  /** Where a copy may be started for a check; it is removed with everything in it. */
  readonly scratch: string;
}

const LOCK = "xianmai-backup.lock";

/**
 * Writes a backup into a folder of backups: under a name of its own that says it is not whole, and under its final one once it is. What a killed
 * run left there is removed, and so is what a failing one has written. One run at a time writes into a folder.
 *
 * @param work writes it; where it throws, nothing is left
 * @returns the folder of the backup, and what `work` gave
 * @throws Refusal BACKUP_INSIDE_DATA, FILES_NOT_COPIED where the folder cannot be made
 */
export async function writeBackup<Result>(
  target: string,
  dataFolder: string,
  now: Instant,
  log: (line: Label) => void,
  work: (draft: Draft) => Promise<Result>,
): Promise<{ readonly folder: string; readonly result: Result }> {
  const parent = openParent(target, dataFolder);
  const lock = await takeLock(join(parent, LOCK), "exclusive", () => {
    log({ zh: `另一个备份正在写入 ${parent}，等待 …`, en: `Another backup is being written to ${parent}, waiting …` });
  });
  try {
    await tidy(parent);
    const folder = freeName(parent, now);
    const draft = { folder: `${folder}.partial`, scratch: `${folder}.checking` };
    try {
      await makeFolders([draft.folder]);
      const result = await work(draft);
      await syncFolder(draft.folder);
      await rename(draft.folder, folder);
      await syncFolder(parent);
      return { folder, result };
    } catch (error) {
      await tidy(parent);
      throw error;
    }
  } finally {
    lock.release();
  }
}

function openParent(target: string, dataFolder: string): string {
  const [parent, inside] = [realPath(resolve(target)), realPath(resolve(dataFolder))];
  if (`${parent}${sep}`.startsWith(`${inside}${sep}`)) throw targetInside(parent, inside);
  try {
    const made = mkdirSync(parent, { recursive: true });
    // as with a data folder: PostgreSQL's own user has to pass through to what is started for a check, and may list nothing
    if (made !== undefined) chmodSync(parent, isRoot() ? 0o711 : 0o700);
  } catch (error) {
    throw notCopied(parent, error);
  }
  return parent;
}

/** A path without symbolic links, also where its end does not exist yet. */
function realPath(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(realPath(dirname(path)), basename(path));
}

/** Removes what a run left that was killed, or failed: the lock is ours, so nobody is at work there. */
async function tidy(parent: string): Promise<void> {
  for (const name of readdirSync(parent)) {
    if (/^xianmai-.*\.checking$/.test(name)) await discardScratch(join(parent, name));
    if (/^xianmai-.*\.partial$/.test(name)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function freeName(parent: string, now: Instant): string {
  const name = join(parent, `xianmai-${now.slice(0, 19).replaceAll(":", "")}Z`);
  let free = name;
  for (let count = 2; existsSync(free); count += 1) free = `${name}-${count}`;
  return free;
}
