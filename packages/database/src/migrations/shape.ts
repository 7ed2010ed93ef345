import type { ColumnShape, Plugin, TableShape, TableShapes } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";

import { literal, quoted } from "../names.ts";

/** What a record holds under a name that may be any word: `constructor` is a fine name for a table, and every object has one. */
export function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The tables that a plugin's declarations ask for. */
export function shapesOf(model: Model, plugin: Plugin): TableShapes {
  const entities = model.entities.filter((entity) => entity.plugin === plugin.name);
  return Object.fromEntries(entities.map((entity) => [entity.table, tableShape(entity)]));
}

/** The tables that the last of a plugin's committed migrations leaves. */
export function committedShapes(plugin: Plugin): TableShapes {
  return inOrder(plugin.migrations).at(-1)?.tables ?? {};
}

/** Migrations in the order in which they run: that of their ids. */
export function inOrder<Identified extends { readonly id: string }>(migrations: readonly Identified[]): readonly Identified[] {
  return migrations.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** The table that an entity asks for. */
export function tableShape(entity: EntityModel): TableShape {
  return {
    columns: Object.fromEntries(entity.columns.map((column) => [column.column, columnShape(column)])),
    key: entity.key.map((column) => column.column),
  };
}

function columnShape(column: ColumnModel): ColumnShape {
  const fallback = defaultOf(column);
  const check = checkOf(column);
  const { unique, collation } = column.declared.options;
  return {
    type: column.sqlType,
    required: column.required,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(column.target === undefined ? {} : { references: column.target.table }),
    ...(column.subject === undefined ? {} : { subject: true }),
    ...(unique === true ? { unique } : {}),
    ...(check === undefined ? {} : { check }),
    ...(collation === undefined ? {} : { collation: COLLATIONS[collation] }),
  };
}

/** Chinese readers' order comes from ICU, which PostgreSQL carries along: the same on every machine. */
const COLLATIONS = { zh: "zh-x-icu" };

function defaultOf({ kind, declared }: ColumnModel): string | undefined {
  if (declared.default === undefined) return kind === "texts" ? "'{}'" : undefined;
  return typeof declared.default === "string" ? literal(declared.default) : String(declared.default);
}

/** Written as PostgreSQL shows it again, so that what a database has can be compared with it. */
function checkOf({ column, kind, values }: ColumnModel): string | undefined {
  if (values !== undefined) return `${quoted(column)} = ANY (ARRAY[${values.map((value) => `${literal(value)}::text`).join(", ")}])`;
  return kind === "yearMonth" ? `${quoted(column)} ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text` : undefined;
}
