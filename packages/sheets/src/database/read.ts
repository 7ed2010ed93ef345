import type { ClientBase } from "pg";
import type { CalendarDate } from "@xianmai/plugin-api";
import { columnOf, retirementOf, type ColumnModel, type EntityModel, type Model } from "@xianmai/plugin-api/model";

import type { Value } from "../cells/reading.ts";
import type { NamedRow } from "../rows/names.ts";
import { asText, quoted, recordset, tableOf } from "./sql.ts";

type Cells = readonly (string | null)[];

async function query(client: ClientBase, text: string, values: readonly string[] = []): Promise<readonly Cells[]> {
  const { rows } = await client.query<(string | null)[]>({ text, values: [...values], rowMode: "array" });
  return rows;
}

/** Makes imports into the same tables wait for each other until their transactions end. */
export async function lockImports(client: ClientBase, entities: readonly EntityModel[]): Promise<void> {
  // always in one order, so that two imports never wait for each other in a circle
  const tables = [...new Set(entities.map((entity) => entity.table))].toSorted();
  for (const table of tables) {
    await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`xianmai sheet ${table}`]);
  }
}

/** All rows of an entity by the names that a sheet may call them: natural key (where it is one text), title, further names. */
export async function readNamedRows(client: ClientBase, entity: EntityModel): Promise<NamedRow[]> {
  const key = nameKey(entity);
  const columns = [key ?? entity.title, entity.title, ...entity.knownAs];
  const rows = await query(client, `select t.id::text, ${columns.map(asText).join(", ")} from ${tableOf(entity)} t`);
  return rows.map(([id, first, title, ...known]) => ({
    id: id ?? "",
    key: key === undefined ? undefined : (first ?? undefined),
    title: title ?? "",
    knownAs: known.flatMap((text, at) => textsOf(entity.knownAs[at], text)),
  }));
}

/** The column by which a single cell can name a row: the natural key, where that is one text. */
export function nameKey(entity: EntityModel): ColumnModel | undefined {
  const [key, ...others] = entity.key;
  return key?.kind === "text" && others.length === 0 ? key : undefined;
}

function textsOf(column: ColumnModel | undefined, text: string | null): readonly string[] {
  if (text === null) return [];
  return column?.kind === "texts" ? (JSON.parse(text) as string[]) : [text];
}

/** An entry of a dictionary. */
export interface DictionaryEntryRow {
  readonly id: string;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  /** Whether it can be chosen no more. */
  readonly retired: boolean;
}

/** The entries of a dictionary, in their order. @param today decides which are retired */
export async function readEntries(
  client: ClientBase,
  model: Model,
  dictionary: string,
  today: CalendarDate,
): Promise<DictionaryEntryRow[]> {
  if (model.dictionaries === undefined) return [];
  const { dictionary: dictionaries, entry } = model.dictionaries;
  const named = (entity: EntityModel, name: string): string => quoted(columnOf(entity, name).column);
  const retirement = retirementOf(entry);
  const retired = retirement === undefined ? "false" : `coalesce(t.${quoted(retirement.column)} <= $2::date, false)`;
  const rows = await query(
    client,
    `select t.id::text, ${retired}::text, ${["code", "zh", "en"].map((name) => `t.${named(entry, name)}`).join(", ")}
     from ${tableOf(entry)} t join ${tableOf(dictionaries)} d on d.id = t.${named(entry, "dictionary")}
     where d.${named(dictionaries, "code")} = $1 order by t.${named(entry, "position")}, t.${named(entry, "code")}`,
    retirement === undefined ? [dictionary] : [dictionary, today],
  );
  return rows.map(([id, isRetired, code, zh, en]) => ({
    id: id ?? "",
    code: code ?? "",
    zh: zh ?? "",
    en: en ?? "",
    retired: isRetired === "true",
  }));
}

/** A row as the database has it. */
export interface CurrentRow {
  readonly id: string;
  /** In the order that was asked for. */
  readonly values: readonly Value[];
}

/**
 * The rows that have one of some natural keys, by `keyText` of their key.
 *
 * @param keys values of the entity's key columns
 * @param columns what is read of each
 * @param lock holds the rows until the transaction ends, so that nobody changes them between comparison and writing
 */
export async function readByKey(
  client: ClientBase,
  entity: EntityModel,
  keys: readonly (readonly Value[])[],
  columns: readonly ColumnModel[],
  lock: boolean,
): Promise<ReadonlyMap<string, CurrentRow>> {
  const wanted = keys.map((key) => Object.fromEntries(entity.key.map((column, at) => [column.column, key[at] ?? null])));
  const same = entity.key.map(({ column }) => `t.${quoted(column)} = r.${quoted(column)}`).join(" and ");
  const rows = await query(
    client,
    `select t.id::text${[...entity.key, ...columns].map((column) => `, ${asText(column)}`).join("")}
     from ${tableOf(entity)} t join ${recordset(entity.key)} on ${same}${lock ? " for update of t" : ""}`,
    [JSON.stringify(wanted)],
  );
  return new Map(
    rows.map(([id, ...cells]) => {
      const values = cells.slice(entity.key.length).map((cell, at) => (columns[at]?.kind === "texts" ? textsOf(columns[at], cell) : cell));
      return [keyText(cells.slice(0, entity.key.length)), { id: id ?? "", values }];
    }),
  );
}

/** One text for a natural key, equal for equal keys. */
export function keyText(key: readonly Value[]): string {
  return JSON.stringify(key);
}

/** Who holds the values of a unique column: row id by value. */
export async function readHolders(
  client: ClientBase,
  entity: EntityModel,
  column: ColumnModel,
  values: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const name = quoted(column.column);
  const rows = await query(
    client,
    `select t.${name}, t.id::text from ${tableOf(entity)} t join ${recordset([column])} on t.${name} = r.${name}`,
    [JSON.stringify(values.map((value) => ({ [column.column]: value })))],
  );
  return new Map(rows.map(([value, id]) => [value ?? "", id ?? ""]));
}

/** The row above each row, for a column that points at its own entity: id by id. */
export async function readParents(client: ClientBase, entity: EntityModel, column: ColumnModel): Promise<Map<string, string>> {
  const name = quoted(column.column);
  const rows = await query(client, `select t.id::text, t.${name}::text from ${tableOf(entity)} t where t.${name} is not null`);
  return new Map(rows.map(([id, parent]) => [id ?? "", parent ?? ""]));
}
