import { Refusal } from "@xianmai/plugin-api";

import { messageOf } from "../postgres/system-error.ts";

/** The newest seal was made with a key that is not there. */
export function keyMissing(file: string, id: string): Refusal {
  return new Refusal(
    "AUDIT_KEY_MISSING",
    {
      zh: `审计封存使用的密钥 ${id} 不在 ${file} 中。`,
      en: `The audit was sealed with key ${id}, which is not in ${file}.`,
    },
    {
      zh: "请从备份或另一台服务器取回该文件；确已丢失时运行 npx xianmai audit key，以新密钥继续封存（此前的封存将无法校验）。",
      en: "Bring the file back from a backup or from another server; if it is lost for good, run npx xianmai audit key to go on with a new one (what was sealed before cannot be checked then).",
    },
  );
}

/** There is a file, and no key in it. */
export function keyUnreadable(file: string, cause: unknown): Refusal {
  const why = cause === undefined ? { zh: "其中没有密钥", en: "there is no key in it" } : { zh: messageOf(cause), en: messageOf(cause) };
  return new Refusal(
    "AUDIT_KEY_UNREADABLE",
    { zh: `无法使用审计密钥文件 ${file}：${why.zh}。`, en: `The audit's key file ${file} cannot be used: ${why.en}.` },
    { zh: "请检查该文件及其权限，或从备份中取回。", en: "See to the file and its rights, or bring it back from a backup." },
    { cause },
  );
}

/** Others than its owner may read the key. */
export function keyExposed(file: string): Refusal {
  return new Refusal(
    "AUDIT_KEY_EXPOSED",
    { zh: `审计密钥文件 ${file} 可被其他用户读取。`, en: `The audit's key file ${file} can be read by other users.` },
    { zh: `请运行 chmod 600 ${file}。`, en: `Run chmod 600 ${file}.` },
  );
}

/** The head of the chain cannot be noted. */
export function anchorUnusable(file: string, why: string, cause: unknown): Refusal {
  return new Refusal(
    "AUDIT_ANCHOR_UNUSABLE",
    { zh: `无法写入审计锚定文件 ${file}：${why}。`, en: `The audit's anchor file ${file} cannot be written: ${why}.` },
    { zh: "请检查路径、权限和磁盘空间。", en: "See to the path, the rights and the space on the disk." },
    { cause },
  );
}

/** No platform that audits has migrated the database yet. */
export function auditNotThere(): Refusal {
  return new Refusal(
    "AUDIT_NOT_THERE",
    { zh: "该数据库还没有审计所需的表。", en: "The database has no tables of the audit yet." },
    { zh: "请先运行 npx xianmai migrate。", en: "Run npx xianmai migrate first." },
  );
}

/** A standby does not know which transactions are running. */
export function sealingOnStandby(): Refusal {
  return new Refusal(
    "AUDIT_ON_STANDBY",
    {
      zh: "所连接的 PostgreSQL 是备库，不能在那里封存。",
      en: "The PostgreSQL that is connected is a standby, where nothing can be sealed.",
    },
    { zh: "请让 DATABASE_URL 指向主库。", en: "Point DATABASE_URL at the primary." },
  );
}

/** What is to be redacted is not what was sealed: redacting it would hide that. */
export function redactionOverTampering(entity: string, id: string): Refusal {
  return new Refusal(
    "AUDIT_BROKEN",
    {
      zh: `${entity} ${id} 的历史与封存不符，或尚未封存，不能遮盖。`,
      en: `The history of ${entity} ${id} is not what was sealed, or is not sealed, and cannot be redacted.`,
    },
    { zh: "请先运行 npx xianmai audit verify 查明原因。", en: "Run npx xianmai audit verify first and find out why." },
  );
}

/** A required column of a row that still stands cannot become empty. */
export function redactionNeedsValue(entity: string, column: string): Refusal {
  return new Refusal(
    "REDACTION_NEEDS_VALUE",
    {
      zh: `${entity} 的 ${column} 为必填，现有的行不能留空。`,
      en: `${column} of ${entity} is required, and the row still stands.`,
    },
    {
      zh: `请给出替代的值：--instead ${column}=…，或先删除该行。`,
      en: `Say what to put in its place: --instead ${column}=…, or delete the row first.`,
    },
  );
}

/** There is nothing to redact. */
export function redactionRowUnknown(entity: string, id: string): Refusal {
  return new Refusal(
    "REDACTION_ROW_UNKNOWN",
    { zh: `${entity} ${id} 既不存在，也没有历史。`, en: `There is no ${entity} ${id}, and there never was.` },
    { zh: "请检查编号。", en: "See to the key." },
  );
}
