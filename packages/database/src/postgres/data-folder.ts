import { accessSync, chmodSync, chownSync, constants, mkdirSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";

import { Refusal, type Label } from "@xianmai/plugin-api";

import { codeOf, messageOf } from "./system-error.ts";

/** A folder that holds all that a platform keeps on disk. */
export interface DataFolder {
  /** Absolute, without symbolic links: two names of one folder are one folder. */
  readonly path: string;
  /** Its owner, who also gets the files that root makes in it. */
  readonly uid: number;
  readonly gid: number;
  /** The path of something in it. */
  file(name: string): string;
  /** Hands a file that this process made over to the folder's owner, so that root's visit locks nobody out. */
  handOver(path: string): void;
}

/**
 * Makes the folder where it does not exist.
 *
 * @throws Refusal DATA_FOLDER_DENIED, DATA_FOLDER_UNUSABLE
 */
export function openDataFolder(path: string): DataFolder {
  const wanted = resolve(path);
  try {
    const made = mkdirSync(wanted, { recursive: true });
    const real = realpathSync(wanted);
    if (made !== undefined) chmodSync(real, 0o700);
    accessSync(real, constants.R_OK | constants.W_OK | constants.X_OK);
    const { uid, gid, mode } = statSync(real);
    // a new one, made here or by hand: PostgreSQL's own user has to pass through it when root starts it, and may list nothing
    if (isRoot() && uid === 0 && readdirSync(real).length === 0) chmodSync(real, mode | 0o011);
    return {
      path: real,
      uid,
      gid,
      file: (name) => join(real, name),
      handOver: (file) => {
        if (isRoot() && uid !== 0) chownSync(file, uid, gid);
      },
    };
  } catch (error) {
    throw refusal(wanted, error);
  }
}

/** Whether this process may become any user; never on Windows. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

function refusal(path: string, error: unknown): Refusal {
  const code = codeOf(error);
  if (code === "EACCES" || code === "EPERM") {
    return new Refusal(
      "DATA_FOLDER_DENIED",
      {
        zh: `当前用户不能读写数据文件夹 ${path}。`,
        en: `The current user may not read and write the data folder ${path}.`,
      },
      {
        zh: "请用拥有它的用户运行，或用 --data 另选一个文件夹。",
        en: "Run as the user who owns it, or choose another folder with --data.",
      },
      { cause: error },
    );
  }
  return new Refusal(
    "DATA_FOLDER_UNUSABLE",
    {
      zh: `无法使用数据文件夹 ${path}：${messageOf(error)}。`,
      en: `The data folder ${path} cannot be used: ${messageOf(error)}.`,
    },
    remedyFor(code),
    { cause: error },
  );
}

function remedyFor(code: string | undefined): Label {
  if (code === "EEXIST" || code === "ENOTDIR") {
    return {
      zh: "该路径上已有一个文件，请用 --data 另选一个文件夹。",
      en: "A file stands on this path; choose another folder with --data.",
    };
  }
  if (code === "ENOSPC" || code === "EDQUOT") return { zh: "请腾出磁盘空间。", en: "Free some space on the disk." };
  return { zh: "请排除该问题，或用 --data 另选一个文件夹。", en: "Remove the cause, or choose another folder with --data." };
}
