import type { Language, YearMonth } from "@xianmai/plugin-api";
import { columnOf, type EntityModel } from "@xianmai/plugin-api/model";
import { globalId, parseGlobalId } from "@xianmai/query";

import type { Holds } from "./conditions.ts";
import type { DimensionModel } from "./metric-model.ts";
import { monthsOf, periodName } from "./months.ts";
import { wrongKey } from "./refusals.ts";
import { reference, type Builder, type Database } from "./tables.ts";

/** The rows of some values of a dimension. */
export interface Among {
  readonly dimension: DimensionModel;
  /** Keys as `byDimension` gives them; `undefined` where only the missing value is wanted, or anything. */
  readonly keys: readonly string[] | undefined;
  /** Whether rows without a value are wanted: beside the keys, or alone; false for those with one. */
  readonly isNull: boolean | undefined;
}

/** What rows are grouped by in SQL: the value itself, or the month of a time. */
export function groupValue(build: Builder, owner: string, { column, by }: DimensionModel) {
  const value = build.ref(reference(owner, column));
  if (by === undefined || column.kind === "yearMonth") return value;
  const time = column.kind === "date" ? build.cast<string>(value, "timestamp") : value;
  return build.fn<string>("to_char", [time, build.val("YYYY-MM")]);
}

/**
 * Whether a row has one of the wanted values of a dimension.
 *
 * @throws InputError for a key that the dimension cannot have
 */
export function matching(build: Builder, owner: string, { dimension, keys, isNull }: Among): Holds {
  const value = groupValue(build, owner, dimension);
  const missing = absent(build, owner, dimension);
  const has = keys === undefined ? undefined : keys.length === 0 ? build.lit(false) : build(value, "in", valuesOf(build, dimension, keys));
  if (has === undefined) return isNull === true ? missing : isNull === false ? build.not(missing) : build.lit(true);
  return isNull === true ? build.or([has, missing]) : has;
}

/** A reference to what the viewer may not see reads as none. */
function absent(build: Builder, owner: string, { column }: DimensionModel): Holds {
  const { target } = column;
  const empty = build(reference(owner, column), "is", null);
  if (target === undefined) return empty;
  return build.or([empty, build(reference(owner, column), "not in", build.selectFrom(target.table).select(`${target.table}.id`))]);
}

function valuesOf(build: Builder, dimension: DimensionModel, keys: readonly string[]) {
  const { column, by } = dimension;
  const { target } = column;
  if (by !== undefined) return keys.flatMap((key) => monthsOf(key, by) ?? refused(column.name, key));
  if (target === undefined) return keys.map((key) => scalarOf(dimension, key));
  const seen = build.selectFrom(target.table).select(`${target.table}.id`);
  if (column.kind === "entry") return seen.where(reference(target.table, columnOf(target, "code")), "in", keys);
  return seen.where(
    `${target.table}.id`,
    "in",
    keys.map((key) => {
      const id = parseGlobalId(key);
      return id?.entity === target.name ? id.uuid : refused(column.name, key);
    }),
  );
}

function scalarOf({ column }: DimensionModel, key: string): unknown {
  const fits = column.values?.includes(key) ?? (column.kind === "boolean" ? ["true", "false"].includes(key) : /^-?\d{1,9}$/.test(key));
  return fits ? key : refused(column.name, key);
}

function refused(dimension: string, key: string): never {
  throw wrongKey(dimension, key);
}

/** A value of a dimension as it is shown. */
export interface Key {
  /** A choice, a dictionary's code, a global id, a period; null for rows without a value. */
  readonly key: string | null;
  /** How it is called in the language of the request. */
  readonly label: string | null;
  /** The row that a reference leads to. */
  readonly node: { readonly id: string; readonly __typename: string } | null;
}

/** A shown value with the values in the table that it stands for. */
export interface NamedKey extends Key {
  readonly of: readonly (string | null)[];
}

const NONE: Key = { key: null, label: null, node: null };

/** Names the values of a dimension that were found, in their own order: choices as declared, entries and rows in theirs, what has no value last. */
export async function namedKeys(
  db: Database,
  { column, by }: DimensionModel,
  found: readonly (string | null)[],
  language: Language,
): Promise<readonly NamedKey[]> {
  const values = found.filter((value) => value !== null);
  const { target } = column;
  const shown: readonly NamedKey[] =
    by !== undefined
      ? grouped(values, (value) => periodName(value as YearMonth, by))
      : target === undefined
        ? scalars(values, column.declared, language)
        : await rowsOf(db, target, values, column.kind === "entry" ? language : undefined);
  const named = new Set(shown.flatMap(({ of }) => of));
  const rest = found.filter((value) => value === null || !named.has(value));
  return rest.length === 0 ? shown : [...shown, { ...NONE, of: rest }];
}

function grouped(values: readonly string[], nameOf: (value: string) => string): readonly NamedKey[] {
  const groups = Map.groupBy(values, nameOf);
  return [...groups.keys()].toSorted().map((name) => ({ key: name, label: name, node: null, of: groups.get(name) ?? [] }));
}

function scalars(
  values: readonly string[],
  { choices, lifecycle }: DimensionModel["column"]["declared"],
  language: Language,
): readonly NamedKey[] {
  const labels = choices?.values ?? lifecycle?.states;
  const names = Object.keys(labels ?? {});
  const place = (value: string): number =>
    labels === undefined ? Number(value === "true" ? 1 : value === "false" ? 0 : value) : names.indexOf(value);
  return values
    .toSorted((one, other) => place(one) - place(other))
    .map((value) => ({ key: value, label: labels?.[value]?.[language] ?? value, node: null, of: [value] }));
}

/** Rows by their keys, in the order of their lists. @param entry set for entries of a dictionary, which are called by their codes */
async function rowsOf(
  db: Database,
  target: EntityModel,
  keys: readonly string[],
  entry: Language | undefined,
): Promise<readonly NamedKey[]> {
  if (keys.length === 0) return [];
  const { table } = target;
  const label = entry === undefined ? target.title : columnOf(target, entry);
  const selected = db
    .selectFrom(table)
    .select([
      `${table}.id as id`,
      `${reference(table, label)} as label`,
      entry === undefined ? `${table}.id as code` : `${reference(table, columnOf(target, "code"))} as code`,
    ])
    .where(`${table}.id`, "in", keys);
  const ordered = target.order.reduce(
    (query, column) =>
      query.orderBy(reference(table, column), (order) => (column.kind === "text" ? order.collate("C") : order).asc().nullsLast()),
    selected,
  );
  const rows = (await ordered.orderBy(`${table}.id`).execute()) as unknown as readonly { id: string; label: string | null; code: string }[];
  return rows.map(({ id, label: called, code }) => ({
    key: entry === undefined ? globalId(target.name, id) : code,
    label: called,
    node: { id, __typename: target.name },
    of: [id],
  }));
}
