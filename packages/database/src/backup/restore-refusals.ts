import { Refusal } from "@xianmai/plugin-api";

import { databaseWords } from "../refusals.ts";
import { shown, type Fault } from "./refusals.ts";

/** A folder is no whole backup. */
export function noBackup(folder: string): Refusal {
  return new Refusal(
    "BACKUP_UNKNOWN",
    { zh: `${folder} 不是完整的备份。`, en: `${folder} is no whole backup.` },
    {
      zh: "请给出 xianmai backup 建立的文件夹（其中有 manifest.json）；以 .partial 结尾的是中断的备份，不能使用。",
      en: "Name the folder that xianmai backup made (it holds a manifest.json); one that ends in .partial was cut off and is of no use.",
    },
  );
}

/** A backup has another content than when it was made. */
export function damaged(folder: string, faults: readonly Fault[]): Refusal {
  const more = faults.length - shown;
  const list = (language: "zh" | "en"): string =>
    faults
      .slice(0, shown)
      .map((fault) => `${fault.path} ${fault[language]}`)
      .join("; ");
  return new Refusal(
    "BACKUP_DAMAGED",
    {
      zh: `备份 ${folder} 已损坏：${list("zh")}${more > 0 ? `，另有 ${more} 个文件` : ""}。`,
      en: `The backup ${folder} is damaged: ${list("en")}${more > 0 ? ` and ${more} more files` : ""}.`,
    },
    {
      zh: "什么都没有恢复。请使用另一份备份，或重新复制这些文件。",
      en: "Nothing was restored. Use another backup, or copy these files anew.",
    },
  );
}

/** A backup of a newer version. */
export function tooNew(folder: string, format: number): Refusal {
  return new Refusal(
    "BACKUP_TOO_NEW",
    {
      zh: `备份 ${folder} 的格式为 ${format}，由较新的县脉建立。`,
      en: `The backup ${folder} has format ${format}: a newer Xianmai made it.`,
    },
    { zh: "请安装较新的县脉版本。", en: "Install a newer version of Xianmai." },
  );
}

/** The files of another major version of PostgreSQL. */
export function otherMajor(folder: string, made: string, ours: string): Refusal {
  return new Refusal(
    "BACKUP_OTHER_POSTGRES",
    {
      zh: `备份 ${folder} 是 PostgreSQL ${made} 的文件，而本程序自带 PostgreSQL ${ours}。`,
      en: `The backup ${folder} holds the files of PostgreSQL ${made}, and the one that comes with this program is PostgreSQL ${ours}.`,
    },
    {
      zh: "请用建立它的县脉版本恢复，再用 xianmai backup --portable 备份：那样的备份适用于任何版本。",
      en: "Restore it with the version of Xianmai that made it, then back that up with --portable: such a backup fits every version.",
    },
  );
}

/** The private server's files cannot be put into somebody's database. */
export function notPortable(folder: string): Refusal {
  return new Refusal(
    "BACKUP_NOT_PORTABLE",
    {
      zh: `备份 ${folder} 是自带数据库的文件，不能恢复到 DATABASE_URL 所指的数据库。`,
      en: `The backup ${folder} holds the files of a private database: they cannot be put into the database of DATABASE_URL.`,
    },
    {
      zh: "请去掉 DATABASE_URL，恢复到 --data 文件夹；要迁入您的数据库，请先恢复，再用 xianmai backup --portable 备份。",
      en: "Leave DATABASE_URL out to restore into the folder of --data; to move to your database restore it there, then back that up with --portable.",
    },
  );
}

/** A place that has something already. */
export function folderNotEmpty(folder: string): Refusal {
  return new Refusal(
    "RESTORE_FOLDER_NOT_EMPTY",
    { zh: `文件夹 ${folder} 不是空的，恢复不会覆盖任何内容。`, en: `The folder ${folder} is not empty, and a restore overwrites nothing.` },
    { zh: "请用 --data 给出新的或空的文件夹。", en: "Name a new or empty folder with --data." },
  );
}

/** A database that has something already. */
export function databaseNotEmpty(where: string, schemas: readonly string[]): Refusal {
  return new Refusal(
    "RESTORE_DATABASE_NOT_EMPTY",
    {
      zh: `数据库 ${where} 中已有模式 ${schemas.join("、")}，恢复不会覆盖任何内容。`,
      en: `The database ${where} has the schemas ${schemas.join(", ")} already, and a restore overwrites nothing.`,
    },
    { zh: "请让 DATABASE_URL 指向一个新的空数据库。", en: "Point DATABASE_URL at a new, empty database." },
  );
}

/** PostgreSQL did not take what a backup holds. */
export function restoreFailed(what: string, cause: unknown): Refusal {
  return new Refusal(
    "RESTORE_FAILED",
    {
      zh: `恢复 ${what} 失败：${databaseWords(cause)}。什么都没有恢复。`,
      en: `Restoring ${what} failed: ${databaseWords(cause)}. Nothing was restored.`,
    },
    { zh: "请排除该原因后重试。", en: "Remove that cause and try again." },
    { cause },
  );
}

/** What was restored is not what the backup tells. */
export function restoredDiffers(tables: readonly string[]): Refusal {
  const list = tables.slice(0, shown).join(", ");
  return new Refusal(
    "RESTORE_DIFFERS",
    { zh: `恢复的内容与备份的记录不一致：${list}。`, en: `What was restored is not what the backup tells: ${list}.` },
    { zh: "什么都没有恢复。请使用另一份备份。", en: "Nothing was restored. Use another backup." },
  );
}
