import { moneyFromWan } from "@xianmai/plugin-api";
import type { ColumnModel } from "@xianmai/plugin-api/model";

import { parseGlobalId } from "../schema/global-id.ts";
import { InputError } from "./input-error.ts";
import { bound, type Sql } from "./sql.ts";

/** Binds an argument that is compared with a column, in the column's own type. */
export function operand(column: ColumnModel, source: unknown): Sql {
  return bound(column.sqlType, source, (value) => columnText(column, value));
}

/** Binds a list of arguments that are compared with a column. */
export function operands(column: ColumnModel, source: unknown): Sql {
  return bound(`${column.sqlType}[]`, source, (values) =>
    arrayText((values as readonly unknown[]).map((value) => columnText(column, value))),
  );
}

/** Binds a text, such as a dictionary's code or a part of a name. */
export function textOperand(source: unknown): Sql {
  return bound("text", source, plainText);
}

/** Binds a list of texts. */
export function textOperands(source: unknown): Sql {
  return bound("text[]", source, (values) => arrayText((values as readonly unknown[]).map(plainText)));
}

/** Binds the key out of a global id of an entity. */
export function idOperand(entity: string, source: unknown): Sql {
  return bound("uuid", source, (value) => uuidOf(entity, value));
}

/** Binds the keys out of global ids of an entity. */
export function idOperands(entity: string, source: unknown): Sql {
  return bound("uuid[]", source, (values) => arrayText((values as readonly unknown[]).map((value) => uuidOf(entity, value))));
}

/** Binds the key out of a global id, of whatever entity. */
export function anyIdOperand(source: unknown): Sql {
  return bound("uuid", source, anyUuidOf);
}

/** Binds the keys out of global ids, of whatever entities. */
export function anyIdOperands(source: unknown): Sql {
  return bound("uuid[]", source, (values) => arrayText((values as readonly unknown[]).map(anyUuidOf)));
}

/** Writes a list as PostgreSQL's text of an array; the items are not null. */
export function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

function columnText(column: ColumnModel, value: unknown): string {
  const text = plainText(value);
  if (column.kind !== "money") return text;
  const money = moneyFromWan(text);
  if (money !== undefined) return money.toString();
  throw new InputError(
    `金额 ${text} 不能精确到分或超出范围：万元最多六位小数。`,
    `The amount ${text} has digits below the 分 or is too large: 万元 take at most six decimals.`,
  );
}

/** The text of a scalar as PostgreSQL reads it. @throws InputError for a text that no column can hold */
export function plainText(value: unknown): string {
  const text = String(value);
  if (!text.includes("\0")) return text;
  throw new InputError("文本中不能有 NUL 字符（U+0000）：请删去。", "A text cannot hold the character NUL (U+0000): remove it.");
}

function uuidOf(entity: string, value: unknown): string {
  const id = parseGlobalId(String(value));
  if (id?.entity === entity) return id.uuid;
  throw new InputError(
    `${JSON.stringify(value)} 不是 ${entity} 的全局标识：应形如 ${entity}:<uuid>。`,
    `${JSON.stringify(value)} is not the global id of a ${entity}: it reads ${entity}:<uuid>.`,
  );
}

function anyUuidOf(value: unknown): string {
  const id = parseGlobalId(String(value));
  if (id !== undefined) return id.uuid;
  throw new InputError(
    `${JSON.stringify(value)} 不是全局标识：应形如 Project:<uuid>。`,
    `${JSON.stringify(value)} is no global id: it reads Project:<uuid>.`,
  );
}
