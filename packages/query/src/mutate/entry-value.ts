import type { CalendarDate, Problem } from "@xianmai/plugin-api";
import { columnOf, retirementOf, type ColumnModel, type EntityModel, type Model } from "@xianmai/plugin-api/model";
import { sql } from "kysely";
import type { ClientBase } from "pg";

import { compileSql, Param, type Sql } from "../plan/sql.ts";
import type { ManagedRow } from "./mutation-work.ts";
import { entryRetired, entryUnknown } from "./problems.ts";

/** An entry that an input names. */
export interface NamedEntry {
  /** Its code, as it was given. */
  readonly code: string;
  readonly today: CalendarDate;
  /** The row that is to have it; none where one is made. */
  readonly row?: ManagedRow;
}

interface Found {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** Since when nobody can choose it, where that day has come. */
  readonly since: string | null;
}

/** Finds the entry of a column's dictionary. One that is retired is only for a row that has it already. */
export async function entryValue(
  model: Model,
  client: ClientBase,
  column: ColumnModel,
  { code, today, row }: NamedEntry,
): Promise<{ readonly value: unknown } | { readonly problem: Problem }> {
  const path = ["input", column.name];
  const found = await entryOf(model, client, column, code, today);
  if (found === undefined) return { problem: entryUnknown(column, path, code) };
  if (found.since !== null && row?.[column.rowKey] !== found.id) {
    return { problem: entryRetired(column, path, { code, label: found, since: found.since }) };
  }
  return { value: found.id };
}

async function entryOf(
  { dictionaries }: Model,
  client: ClientBase,
  { declared }: ColumnModel,
  code: string,
  today: CalendarDate,
): Promise<Found | undefined> {
  if (dictionaries === undefined || code.includes("\0")) return undefined;
  const { dictionary, entry } = dictionaries;
  const of = (alias: string, entity: EntityModel, name: string): Sql => sql.id(alias, columnOf(entity, name).column);
  const retirement = retirementOf(entry);
  const day = retirement === undefined ? sql`null::date` : sql.id("e", retirement.column);
  const { text: command, params } = compileSql(sql`select e.id, ${of("e", entry, "zh")} as zh, ${of("e", entry, "en")} as en,
      case when ${day} <= ${text(today)}::date then to_char(${day}, 'YYYY-MM-DD') end as since
    from ${sql.id(entry.table)} as e join ${sql.id(dictionary.table)} as d on d.id = ${of("e", entry, "dictionary")}
    where ${of("d", dictionary, "code")} = ${text(declared.dictionary?.code ?? "")} and ${of("e", entry, "code")} = ${text(code)}`);
  const { rows } = await client.query<Found>(
    command,
    params.map((param) => param.text({})),
  );
  return rows[0];
}

function text(value: string): Param {
  return new Param(value, String);
}
