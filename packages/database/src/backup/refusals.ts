import { Refusal, type Label } from "@xianmai/plugin-api";

import { databaseWords } from "../refusals.ts";
import { sqlState } from "../session/statement.ts";
import { codeOf, messageOf } from "../postgres/system-error.ts";

/** What is wrong with one file of a backup: `is missing`. */
export interface Fault extends Label {
  readonly path: string;
}

/** How many of several are named. */
export const shown = 5;

/** A file could not be read or written. */
export function notCopied(path: string, cause: unknown): unknown {
  if (cause instanceof Refusal || codeOf(cause) === "ABORT_ERR") return cause;
  return new Refusal(
    "FILES_NOT_COPIED",
    { zh: `无法复制文件 ${path}：${messageOf(cause)}。`, en: `The file ${path} could not be copied: ${messageOf(cause)}.` },
    copyRemedy(codeOf(cause)),
    { cause },
  );
}

function copyRemedy(code: string | undefined): Label {
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG") {
    return {
      zh: "磁盘空间不足，没有留下不完整的结果。请腾出空间，或换一个位置。",
      en: "The disk is full; nothing half made was left. Free some space, or choose another place.",
    };
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return {
      zh: "没有留下不完整的结果。请用拥有该处文件的用户（或 root）运行。",
      en: "Nothing half made was left. Run as the user who owns the files there, or as root.",
    };
  }
  return { zh: "没有留下不完整的结果。请排除该问题后重试。", en: "Nothing half made was left. Remove the cause and try again." };
}

/** Whether PostgreSQL said it, or has gone away: then it is no fault of the program. */
export function isOfPostgres(error: unknown): boolean {
  return (
    sqlState(error) !== undefined ||
    /^(ECONN.*|EPIPE)$/.test(codeOf(error) ?? "") ||
    /connection (terminated|error)/i.test(messageOf(error))
  );
}

/** PostgreSQL refused a step of a backup, or went away. */
export function backupFailed(where: string, cause: unknown): Refusal {
  return new Refusal(
    "BACKUP_FAILED",
    {
      zh: `备份 ${where} 时 PostgreSQL 报错：${databaseWords(cause)}。没有留下不完整的备份。`,
      en: `PostgreSQL failed while ${where} was backed up: ${databaseWords(cause)}. No half of a backup was left.`,
    },
    {
      zh: "请排除该原因后重试；若数据库已停止，先启动它。",
      en: "Remove that cause and try again; where the database has stopped, start it first.",
    },
    { cause },
  );
}

/** There is no platform where one was to be backed up. */
export function nothingThere(where: string): Refusal {
  return new Refusal(
    "BACKUP_NOTHING",
    { zh: `${where} 中没有县脉的数据，没有可备份的内容。`, en: `There is no data of Xianmai in ${where}: nothing to back up.` },
    {
      zh: "请检查 --data 或 DATABASE_URL；新的平台先用 npm start 启动一次。",
      en: "See to --data or DATABASE_URL; start a new platform once with npm start.",
    },
  );
}

/** The folder for backups lies within what is backed up. */
export function targetInside(target: string, dataFolder: string): Refusal {
  return new Refusal(
    "BACKUP_INSIDE_DATA",
    {
      zh: `备份位置 ${target} 在数据文件夹 ${dataFolder} 之内。`,
      en: `The place for the backup, ${target}, lies inside the data folder ${dataFolder}.`,
    },
    {
      zh: "请选择数据文件夹之外的位置，最好在另一块磁盘上。",
      en: "Choose a place outside of it, best on another disk.",
    },
  );
}

/** The database has something that this kind of backup does not carry. */
export function unsupported(objects: readonly string[]): Refusal {
  const list = objects.slice(0, shown).join(", ");
  return new Refusal(
    "BACKUP_UNSUPPORTED",
    {
      zh: `数据库中有此类备份不包含的对象：${list}。`,
      en: `The database has objects that this kind of backup does not carry: ${list}.`,
    },
    {
      zh: "它们不是县脉建立的：请移到别的模式或删除，或改用 PostgreSQL 自己的备份工具。",
      en: "Xianmai did not make them: move them to another schema or drop them, or back up with PostgreSQL's own tools.",
    },
  );
}

/** A copy that was started for a check does not hold what the original held. */
export function differs(tables: readonly string[]): Refusal {
  const list = tables.slice(0, shown).join(", ");
  return new Refusal(
    "BACKUP_DIFFERS",
    {
      zh: `试恢复后与原数据库不一致：${list}。`,
      en: `What was restored for a check is not what the database held: ${list}.`,
    },
    {
      zh: "该备份未保留。请再试一次；若再次发生，请检查磁盘和内存。",
      en: "The backup was not kept. Try again; if it happens again, see to the disk and the memory.",
    },
  );
}

/** A copy that was started for a check does not work. */
export function unusable(cause: unknown): Refusal {
  const words = (language: "zh" | "en"): string => (cause instanceof Refusal ? cause.what[language] : databaseWords(cause));
  return new Refusal(
    "BACKUP_UNUSABLE",
    { zh: `试恢复失败：${words("zh")}`, en: `Restoring it for a check failed: ${words("en")}` },
    {
      zh: "该备份未保留。请再试一次；若再次发生，请检查磁盘、内存和数据库的日志。",
      en: "The backup was not kept. Try again; if it happens again, see to the disk, the memory, and the log of the database.",
    },
    { cause },
  );
}
