import { moneyFromWan, type CalendarDate, type Problem } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";
import { sql } from "kysely";
import type { ClientBase } from "pg";

import { compileSql, Param, type Sql } from "../plan/sql.ts";
import { parseGlobalId } from "../schema/global-id.ts";
import { subjectRow } from "./subject-value.ts";
import { entryValue } from "./entry-value.ts";
import type { ManagedRow } from "./mutation-work.ts";
import { idMalformed, referenceNotFound, valueInvalid, valueRequired } from "./problems.ts";

/** Values of columns as a row has them, by row key, or what is wrong with them. */
export interface RowValues {
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** What the values are for. */
export interface Written {
  /** Decides which entries of dictionaries are retired. */
  readonly today: CalendarDate;
  /** The row that they are to be assigned to; none where one is made. */
  readonly row?: ManagedRow;
}

type Read = { readonly value: unknown } | { readonly problem: Problem };

/**
 * Reads the columns of an input into the values of a row: omitted ones are left out, null clears. References and entries are looked up
 * through the viewer's scope.
 */
export async function rowValues(
  model: Model,
  client: ClientBase,
  columns: readonly ColumnModel[],
  input: Readonly<Record<string, unknown>>,
  written: Written,
): Promise<RowValues> {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const column of columns) {
    const given = input[column.name];
    if (given === undefined) continue;
    if (column.subject !== undefined && given !== null) {
      const found = await subjectRow(client, column, ["input", column.name], given as string);
      if ("problem" in found) problems.push(found.problem);
      else Object.assign(values, { [column.rowKey]: found.row.id, [column.subject.type.rowKey]: found.row.entity.name });
      continue;
    }
    const read = await readValue(model, client, column, given, written);
    if ("problem" in read) problems.push(read.problem);
    else values[column.rowKey] = read.value;
  }
  return { values, problems };
}

async function readValue(model: Model, client: ClientBase, column: ColumnModel, given: unknown, written: Written): Promise<Read> {
  const path = ["input", column.name];
  if (given === null) return column.required ? { problem: valueRequired(column, path) } : { value: null };
  const { target } = column;
  if (target !== undefined) {
    return column.kind === "entry"
      ? entryValue(model, client, column, { code: given as string, ...written })
      : referenceValue(client, target, path, given as string);
  }
  const texts = Array.isArray(given) ? (given as readonly unknown[]) : [given];
  if (texts.some((text) => typeof text === "string" && (text.includes("\0") || !text.isWellFormed()))) {
    const why = {
      zh: "含有 NUL 或残缺的字符（单个代理项）：请删去。",
      en: "it holds the character NUL or half of a character: remove it.",
    };
    return { problem: valueInvalid(column, path, given, why) };
  }
  const { pattern } = column.declared.options;
  if (pattern !== undefined && typeof given === "string" && given.search(pattern.matches) === -1) {
    return { problem: valueInvalid(column, path, given, pattern) };
  }
  if (column.kind !== "money") return { value: given };
  const money = moneyFromWan(given as string);
  if (money !== undefined) return { value: money };
  const why = {
    zh: "万元最多六位小数，且不能过大：请改小或四舍五入。",
    en: "万元 take at most six decimals, and not too large an amount: round it.",
  };
  return { problem: valueInvalid(column, path, given, why) };
}

async function referenceValue(client: ClientBase, target: EntityModel, path: readonly string[], given: string): Promise<Read> {
  const id = parseGlobalId(given);
  if (id?.entity !== target.name) return { problem: idMalformed(target, path, given) };
  const found = await firstId(client, sql`select id from ${sql.id(target.table)} where id = ${text(id.uuid)}::uuid`);
  return found === undefined ? { problem: referenceNotFound(target, path, given) } : { value: found };
}

function text(value: string): Param {
  return new Param(value, String);
}

async function firstId(client: ClientBase, statement: Sql): Promise<string | undefined> {
  const { text: command, params } = compileSql(statement);
  const { rows } = await client.query<{ readonly id: string }>(
    command,
    params.map((param) => param.text({})),
  );
  return rows[0]?.id;
}
