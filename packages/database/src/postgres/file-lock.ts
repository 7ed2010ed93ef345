import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";

import { Refusal } from "@xianmai/plugin-api";

import { messageOf } from "./system-error.ts";

/** A lock of the operating system on a file: it ends with its process, also by kill -9. */
export interface FileLock {
  /** Gives it back; a second call does nothing. */
  release(): void;
}

const busy = 5;
const retryAfter = 25;

/**
 * Takes a lock if nobody stands in the way. Node has no file locks; SQLite, which it carries, has them on every platform.
 * The file stays empty, and nobody may open it by other means: closing it would drop the locks of this process.
 *
 * @returns `undefined` when others hold it
 * @throws Refusal DATA_FOLDER_UNUSABLE when the file cannot be made or locked
 */
export function tryLock(file: string, mode: "shared" | "exclusive"): FileLock | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    // in memory: a lock leaves no journal behind that a kill could orphan
    database.exec("pragma journal_mode = memory");
    database.exec(mode === "exclusive" ? "begin exclusive" : "begin; select count(*) from sqlite_schema");
  } catch (error) {
    database?.close();
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return undefined;
    throw unusable(file, error);
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

/**
 * Waits for a lock as long as it takes: its holders end, or are killed.
 *
 * @param onWait called once, when it does not come at once
 */
export async function takeLock(file: string, mode: "shared" | "exclusive", onWait: () => void): Promise<FileLock> {
  let told = false;
  for (;;) {
    const lock = tryLock(file, mode);
    if (lock !== undefined) return lock;
    if (!told) onWait();
    told = true;
    await wait(retryAfter);
  }
}

function unusable(file: string, error: unknown): Refusal {
  return new Refusal(
    "DATA_FOLDER_UNUSABLE",
    {
      zh: `无法锁定文件 ${file}：${messageOf(error)}。`,
      en: `The file ${file} cannot be locked: ${messageOf(error)}.`,
    },
    {
      zh: "请让当前用户可写此数据文件夹，并把它放在本机磁盘上，而不是网络盘。",
      en: "Let the current user write to the data folder, and keep it on a local disk rather than a network drive.",
    },
    { cause: error },
  );
}
