import type { Label, Problem } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";

import type { EntryUse } from "./entry-removal.ts";
import type { ManagedRow } from "./mutation-work.ts";

type Path = readonly string[];

function problem(code: string, path: Path, zh: string, en: string): Problem {
  return { code, path, message: { zh, en } };
}

/** The most characters of a value that a message repeats. */
const SHOWN = 60;

function quoted(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** The row to be changed is missing or invisible. */
export function notFound(entity: EntityModel, id: string): Problem {
  return problem(
    "NOT_FOUND",
    ["input", "id"],
    `没有标识为 ${quoted(id)} 的${entity.label.zh}，或您无权查看：请核对 id。`,
    `There is no ${entity.label.en} with the id ${quoted(id)}, or you may not see it: check the id.`,
  );
}

/** The row has changed since whoever asks has seen it. */
export function conflict(entity: EntityModel, version: string): Problem {
  return problem(
    "CONFLICT",
    ["input", "ifVersion"],
    `该${entity.label.zh}已不是版本 ${quoted(version)}：其间有人改过，请重新读取后再试。`,
    `The ${entity.label.en} is no longer at version ${quoted(version)}: somebody has changed it since; read it again and decide anew.`,
  );
}

/** A text that cannot be an idempotency key. */
export function keyInvalid(key: string, longest: number): Problem {
  return problem(
    "IDEMPOTENCY_KEY_INVALID",
    ["input", "idempotencyKey"],
    `幂等键 ${quoted(key)} 不可用：应为 1 至 ${longest} 个字符，不含 NUL 和残缺字符，如一个 UUID。`,
    `${quoted(key)} cannot be an idempotency key: it has 1 to ${longest} characters, no NUL and no half of a character; a UUID will do.`,
  );
}

/** An idempotency key stands for another request already. */
export function keyReused(key: string, field: string): Problem {
  return problem(
    "IDEMPOTENCY_KEY_REUSED",
    ["input", "idempotencyKey"],
    `幂等键 ${quoted(key)} 在 24 小时内已用于另一个请求（${field}）：新的请求请用新的键。`,
    `The idempotency key ${quoted(key)} has stood for another request (${field}) within 24 hours: a new request needs a new key.`,
  );
}

/** The viewer sees the row, and may not write it. */
export function rowNotWritable(entity: EntityModel, id: string): Problem {
  return problem(
    "ROW_NOT_WRITABLE",
    ["input", "id"],
    `标识为 ${quoted(id)} 的${entity.label.zh}不属于您的单位，您只能查看：请由所属单位修改。`,
    `The ${entity.label.en} with the id ${quoted(id)} is not your units' to change, though you may see it: ask those whose it is.`,
  );
}

/** What is written would not be the viewer's: nobody may put a row where they could not have written it. */
export function outsideScope(entity: EntityModel): Problem {
  return problem(
    "OUTSIDE_SCOPE",
    ["input"],
    `这样写入后，该${entity.label.zh}不再属于您的单位：请填写您所管的单位。`,
    `Written like this, the ${entity.label.en} would not be your units': name a unit that is yours.`,
  );
}

/** The viewer lacks a permission. */
export function permissionDenied(permission: string, label: Label | undefined): Problem {
  return problem(
    "PERMISSION_DENIED",
    [],
    `您没有权限“${label?.zh ?? permission}”（${permission}）：请联系管理员。`,
    `You lack the permission "${label?.en ?? permission}" (${permission}): ask your administrator for it.`,
  );
}

/** A required column was set to null. */
export function valueRequired({ label }: ColumnModel, path: Path): Problem {
  return problem("VALUE_REQUIRED", path, `${label.zh}为必填项：请填写。`, `${label.en} is required: give a value.`);
}

/** A value that the column cannot hold. */
export function valueInvalid({ label }: Pick<ColumnModel, "label">, path: Path, value: unknown, why: Label): Problem {
  return problem(
    "VALUE_INVALID",
    path,
    `${label.zh}不能是 ${quoted(value)}：${why.zh}`,
    `${label.en} cannot be ${quoted(value)}: ${why.en}`,
  );
}

/** A value that is no global id of the entity that is wanted. */
export function idMalformed(target: EntityModel, path: Path, value: unknown): Problem {
  return problem(
    "ID_MALFORMED",
    path,
    `${quoted(value)} 不是${target.label.zh}的全局标识：应形如 ${target.name}:<uuid>。`,
    `${quoted(value)} is not the global id of a ${target.name}: it reads ${target.name}:<uuid>.`,
  );
}

/** A row that is referred to is missing or invisible. */
export function referenceNotFound(target: EntityModel, path: Path, value: unknown): Problem {
  return problem(
    "REFERENCE_NOT_FOUND",
    path,
    `没有标识为 ${quoted(value)} 的${target.label.zh}，或您无权查看：请核对。`,
    `There is no ${target.label.en} with the id ${quoted(value)}, or you may not see it: check it.`,
  );
}

/** A text that is the global id of none of the rows that a subject may be. */
export function subjectMalformed({ label }: ColumnModel, path: Path, value: unknown): Problem {
  return problem(
    "ID_MALFORMED",
    path,
    `${quoted(value)} 不是可作为${label.zh}的记录的全局标识：应形如 Project:<uuid>。`,
    `${quoted(value)} is not the global id of a row that can be the ${label.en}: it reads Project:<uuid>.`,
  );
}

/** A code that the column's dictionary does not have. */
export function entryUnknown({ label, declared }: ColumnModel, path: Path, code: unknown): Problem {
  const dictionary = declared.dictionary;
  return problem(
    "ENTRY_UNKNOWN",
    path,
    `${label.zh}：字典“${dictionary?.label.zh ?? ""}”中没有代码 ${quoted(code)}，请使用字典中的代码。`,
    `${label.en}: the dictionary "${dictionary?.label.en ?? ""}" has no code ${quoted(code)}; use one that it has.`,
  );
}

/** An entry of a dictionary that can be chosen no more. */
export function entryRetired(
  { label, declared }: ColumnModel,
  path: Path,
  { code, label: entry, since }: { readonly code: string; readonly label: Label; readonly since: string },
): Problem {
  const dictionary = declared.dictionary;
  return problem(
    "ENTRY_RETIRED",
    path,
    `${label.zh}：字典“${dictionary?.label.zh ?? ""}”中的“${entry.zh}”（${code}）自 ${since} 起停用，不能再选：请改选启用中的字典项。`,
    `${label.en}: "${entry.en}" (${code}) of the dictionary "${dictionary?.label.en ?? ""}" is retired since ${since} and cannot be chosen any more: choose one that is in use.`,
  );
}

/** An entry of a dictionary cannot go while rows have it. @param partly whether there may be rows that the viewer does not see */
export function entryInUse(row: ManagedRow, uses: readonly EntryUse[], partly: boolean): Problem {
  const [code, zhLabel, enLabel] = [row["code"], row["zh"], row["en"]].map(String);
  const zh = uses.map(({ entity, column, rows }) => `${entity.label.zh}·${column.label.zh} ${rows} 条`);
  const en = uses.map(({ entity, column, rows }) => `${entity.label.en} (${column.label.en}): ${rows}`);
  if (partly) zh.push(uses.length === 0 ? "有您无权查看的记录在用" : "您无权查看的记录未计入");
  if (partly) en.push(uses.length === 0 ? "rows that you may not see have it" : "rows that you may not see are not counted");
  return problem(
    "ENTRY_IN_USE",
    ["input", "id"],
    `字典项“${zhLabel}”（${code}）正在使用，不能删除（${zh.join("；")}）：请改为停用（填写 retiredOn），已有记录照常显示，新填写的不能再选。`,
    `The entry "${enLabel}" (${code}) is in use and cannot be removed (${en.join("; ")}): retire it instead (give retiredOn); rows keep it, and nothing new can choose it.`,
  );
}

/** Another row has the same values where they must be unique. */
export function uniqueTaken(columns: readonly ColumnModel[], path: Path): Problem {
  const zh = columns.map(({ label }) => label.zh).join("、");
  const en = columns.map(({ label }) => label.en).join(", ");
  return problem(
    "UNIQUE_TAKEN",
    path,
    `已有另一条记录使用相同的${zh}：请换一个值。`,
    `Another row has the same ${en}: choose another value.`,
  );
}

/** The row cannot go while others refer to it. */
export function stillReferenced(entity: EntityModel, by: EntityModel | undefined): Problem {
  return problem(
    "STILL_REFERENCED",
    ["input", "id"],
    `该${entity.label.zh}仍被${by?.label.zh ?? "其他记录"}引用：请先处理引用它的记录。`,
    `This ${entity.label.en} is still referred to by ${by === undefined ? "other rows" : `rows of ${by.label.en}`}: change those first.`,
  );
}
