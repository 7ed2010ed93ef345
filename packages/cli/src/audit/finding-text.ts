import type { Finding } from "@xianmai/database";
import type { Label } from "@xianmai/plugin-api";

import type { Names } from "./names.ts";
import { happenedText } from "./notice-text.ts";

const fieldNames: Readonly<Record<string, Label>> = {
  op: { zh: "操作", en: "operation" },
  keys: { zh: "行", en: "rows" },
  refs: { zh: "引用", en: "references" },
  actor: { zh: "操作人", en: "actor" },
  origin: { zh: "来源", en: "origin" },
  at: { zh: "时间", en: "time" },
};

/** What is wrong and where, in both languages. */
export function findingText(finding: Finding, names: Names, time: (at: string) => string): Label {
  const { table = "", id = "", position, detail = "" } = finding;
  const what = { zh: names.table(table).zh, en: names.table(table).en };
  const row = { zh: `${what.zh} ${names.row(table, id)}`, en: `${what.en} ${names.row(table, id)}` };
  const seals = sealsText(finding);
  const written = writtenText(finding, names, time);
  const place = finding.place === "history" ? { zh: "历史", en: "its history" } : { zh: "现有的行", en: "the row as it stands" };
  switch (finding.code) {
    case "SEAL_MISSING":
      return { zh: `缺少封存 ${seals}。`, en: `Seals are missing: ${seals}.` };
    case "SEAL_BROKEN":
      return {
        zh: `封存 ${seals} 已不是当时的内容：它本身、它的摘要（${detail === "" ? "数目相符" : `现有 ${detail}`}）或它在链中的位置被改动。`,
        en: `Seal ${seals} is not what it was: it, its leaves (${detail === "" ? "as many as there were" : `${detail} are left`}) or its place in the chain was changed.`,
      };
    case "SEAL_KEY_UNKNOWN":
      return {
        zh: `封存 ${seals} 所用的密钥 ${detail} 不在密钥文件中，无法校验。`,
        en: `Seals ${seals} were made with key ${detail}, which is not in the key file: they cannot be checked.`,
      };
    case "LEAF_BROKEN":
      return {
        zh: `封存 ${seals} 中关于 ${what.zh} 的摘要被改动${written.zh}。`,
        en: `What seal ${seals} says of ${what.en} was changed${written.en}.`,
      };
    case "LEAF_ORPHAN":
      return { zh: `有摘要属于不存在的封存 ${seals}。`, en: `There are leaves of seal ${seals}, which is not there.` };
    case "CELL_CHANGED":
      return {
        zh: `${row.zh} · ${place.zh}：${columnsText(finding, names, "zh")} 与封存时不同${written.zh}。`,
        en: `${row.en} · ${place.en}: ${columnsText(finding, names, "en")} not as sealed${written.en}.`,
      };
    case "REDACTION_UNDONE":
      return {
        zh: `${row.zh} · ${place.zh}：已遮盖的 ${columnsText(finding, names, "zh")} 又有了值${written.zh}。`,
        en: `${row.en} · ${place.en}: ${columnsText(finding, names, "en")} was redacted, and holds a value again${written.en}.`,
      };
    case "VERSION_MISSING":
      return { zh: `${row.zh}：少了一个版本${written.zh}。`, en: `${row.en}: a version is gone${written.en}.` };
    case "VERSION_ADDED":
      return {
        zh: `${row.zh} · ${place.zh}：有一个从未封存的版本${written.zh}。`,
        en: `${row.en} · ${place.en}: a version that was never sealed${written.en}.`,
      };
    case "VERSION_UNCAPTURED":
      return {
        zh: `${row.zh} · ${place.zh}：写入时绕过了变更捕获，没有任何变更记录。`,
        en: `${row.en} · ${place.en}: written past the capture, no change speaks of it.`,
      };
    case "END_MISSING":
      return {
        zh: `${row.zh}：历史中少了一个被修改或删除的版本${written.zh}。`,
        en: `${row.en}: a version that was changed or deleted is not in its history${written.en}.`,
      };
    case "END_ADDED":
      return {
        zh: `${row.zh}：历史中有一次从未封存的修改或删除${written.zh}。`,
        en: `${row.en}: its history tells of a change or deletion that was never sealed${written.en}.`,
      };
    case "CHANGE_EDITED":
      return {
        zh: `${what.zh} 的变更记录 @${position ?? ""}：${fieldsText(finding, "zh")} 被改动。`,
        en: `Change @${position ?? ""} of ${what.en}: its ${fieldsText(finding, "en")} was edited.`,
      };
    case "CHANGE_MISSING":
      return position === undefined
        ? {
            zh: `除按保留期清理的之外，还少了 ${detail} 条变更记录。`,
            en: `Beside those that retention forgot, ${detail} change rows are gone.`,
          }
        : { zh: `${what.zh} 的变更记录 @${position} 不见了。`, en: `Change @${position} of ${what.en} is gone.` };
    case "CHANGE_ADDED":
      return { zh: `${what.zh} 的变更记录 @${position ?? ""} 从未封存。`, en: `Change @${position ?? ""} of ${what.en} was never sealed.` };
    case "STRUCTURE_CHANGED": {
      const happened = happenedText(detail, table, finding.columns?.[0], undefined, names);
      return { zh: `没有迁移说明的改动：${happened.zh}。`, en: `No migration explains this: ${happened.en}.` };
    }
    case "ANCHOR_MISSING":
      return {
        zh: `锚定文件 ${detail} 不存在：无法断定末尾没有被截断。`,
        en: `The anchor file ${detail} is not there: nobody can say that nothing was cut off.`,
      };
    case "ANCHOR_UNREADABLE":
      return { zh: `锚定文件第 ${detail} 行无法读取。`, en: `Line ${detail} of the anchor file cannot be read.` };
    case "ANCHOR_DIFFERS":
      return {
        zh: `封存 ${seals} 不是锚定文件所记的那一个：链被重做过。`,
        en: `Seal ${seals} is not the one in the anchor file: the chain was made anew.`,
      };
    case "ANCHOR_AHEAD":
      return {
        zh: `锚定文件记有封存 ${seals}，数据库中没有：末尾被截断，或数据库恢复自较早的备份。`,
        en: `The anchor file has seals ${seals}, the database has not: the tail was cut, or an older backup was restored.`,
      };
  }
}

function sealsText({ seal, until }: Finding): string {
  if (seal === undefined) return "";
  return until === undefined || until === seal ? `#${seal}` : `#${seal}–#${until}`;
}

/** By whom and when the version was written that is at fault, and the seal that knows it. */
function writtenText({ at, actor, seal }: Finding, names: Names, time: (at: string) => string): Label {
  const by = actor === undefined ? undefined : names.person(actor);
  const when = at === undefined ? undefined : time(at);
  const zh = [
    when === undefined ? undefined : `${when}${by === undefined ? "" : ` 由 ${by}`} 写入`,
    seal === undefined ? undefined : `封存 #${seal}`,
  ];
  const en = [
    when === undefined ? undefined : `written ${when}${by === undefined ? "" : ` by ${by}`}`,
    seal === undefined ? undefined : `seal #${seal}`,
  ];
  const joined = (parts: readonly (string | undefined)[], separator: string) => parts.filter((part) => part !== undefined).join(separator);
  return when === undefined && seal === undefined ? { zh: "", en: "" } : { zh: `（${joined(zh, "，")}）`, en: ` (${joined(en, ", ")})` };
}

function columnsText({ table = "", columns = [] }: Finding, names: Names, language: "zh" | "en"): string {
  return columns.map((column) => names.column(table, column)[language]).join(language === "zh" ? "、" : ", ");
}

function fieldsText({ columns = [] }: Finding, language: "zh" | "en"): string {
  return columns.map((field) => fieldNames[field]?.[language] ?? field).join(language === "zh" ? "、" : ", ");
}
