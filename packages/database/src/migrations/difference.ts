import type { ColumnShape, Plugin, TableShape, TableShapes } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import { isPointer, snakeCase } from "@xianmai/plugin-api/model";

import { quoted } from "../names.ts";
import { attachmentsOf, attachSql, columnSql, createTableSql, detachSql, renameSql, typeSql, type Attachment } from "./layout.ts";
import { committedShapes, own, shapesOf } from "./shape.ts";

/** What a new migration of a plugin would hold. */
export interface Difference {
  readonly sql: readonly string[];
  readonly tables: TableShapes;
}

/** Column renames by table: the old name by the new one. */
type Renames = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a plugin's declarations ask for beyond its last migration; `undefined` when nothing. */
export function differenceOf(model: Model, plugin: Plugin): Difference | undefined {
  const before = committedShapes(plugin);
  const tables = shapesOf(model, plugin);
  const sql = statementsBetween(before, tables, renamesOf(model, plugin, before));
  return sql.length === 0 ? undefined : { sql, tables };
}

/**
 * The statements that lead from one set of tables to another, in an order in which each can run.
 * They may fail on rows that do not fit, such as a column that becomes required: then nothing is changed.
 */
function statementsBetween(before: TableShapes, after: TableShapes, renames: Renames = {}): readonly string[] {
  const kept = Object.keys(after).filter((table) => own(before, table) !== undefined);
  const created = Object.keys(after).filter((table) => own(before, table) === undefined);
  const dropped = Object.keys(before).filter((table) => own(after, table) === undefined);
  const changes = kept.map((table) => tableChange(table, shapeIn(before, table), shapeIn(after, table), own(renames, table) ?? {}));
  return [
    ...changes.flatMap((change) => change.renames),
    ...changes.flatMap((change) => change.detach),
    ...(dropped.length === 0 ? [] : [`drop table ${dropped.map((table) => `app.${quoted(table)}`).join(", ")}`]),
    ...created.map((table) => createTableSql(table, shapeIn(after, table))),
    ...changes.flatMap((change) => change.columns),
    ...foreignLast(
      [
        ...created.map((table) => ({ table, attach: attachmentsOf(table, shapeIn(after, table)) })),
        ...changes.map(({ table, attach }) => ({ table, attach })),
      ].flatMap(({ table, attach }) => attach.map((attachment) => ({ table, attachment }))),
    ),
  ];
}

interface TableChange {
  readonly table: string;
  readonly renames: readonly string[];
  readonly detach: readonly string[];
  readonly columns: readonly string[];
  readonly attach: readonly Attachment[];
}

function tableChange(table: string, before: TableShape, after: TableShape, renames: Readonly<Record<string, string>>): TableChange {
  const renamed = renamedShape(before, renames);
  const old = attachmentsOf(table, before);
  const moved = attachmentsOf(table, renamed);
  const wanted = attachmentsOf(table, after);
  const same = (one: Attachment, other: Attachment) => one.name === other.name && one.detail === other.detail;
  const retyped = (column: string) => {
    const [was, is] = [own(renamed.columns, column), own(after.columns, column)];
    return was !== undefined && is !== undefined && typeSql(was) !== typeSql(is);
  };
  // a check or a foreign key stands in the way of another type, and comes back after it
  const redone = ({ kind, columns }: Attachment) => (kind === "check" || kind === "foreign") && columns.some(retyped);
  return {
    table,
    renames: [
      ...Object.entries(renames).map(([to, from]) => `alter table app.${quoted(table)} rename column ${quoted(from)} to ${quoted(to)}`),
      ...old.flatMap((attachment, at) => {
        const to = moved[at]?.name;
        return to === undefined || to === attachment.name ? [] : [renameSql(table, attachment, to)];
      }),
    ],
    detach: moved
      .filter((attachment) => redone(attachment) || !wanted.some((other) => same(attachment, other)))
      .map((attachment) => detachSql(table, attachment)),
    columns: columnStatements(table, renamed, after),
    attach: wanted.filter((attachment) => redone(attachment) || !moved.some((other) => same(attachment, other))),
  };
}

function columnStatements(table: string, before: TableShape, after: TableShape): readonly string[] {
  const alter = `alter table app.${quoted(table)}`;
  const gone = Object.keys(before.columns).filter((column) => own(after.columns, column) === undefined);
  return [
    ...gone.map((column) => `${alter} drop column ${quoted(column)}`),
    ...Object.entries(after.columns).flatMap(([column, shape]) => {
      const was = own(before.columns, column);
      return was === undefined ? [`${alter} add column ${columnSql(column, shape)}`] : changedColumn(alter, column, was, shape);
    }),
  ];
}

function changedColumn(table: string, column: string, before: ColumnShape, after: ColumnShape): readonly string[] {
  const alter = `${table} alter column ${quoted(column)}`;
  const retyped = typeSql(before) !== typeSql(after);
  const redefaulted = before.default !== after.default || (retyped && after.default !== undefined);
  const required = before.required === after.required ? [] : [`${alter} ${after.required ? "set" : "drop"} not null`];
  return [
    // a default of the old type need not fit the new one
    ...(redefaulted && before.default !== undefined ? [`${alter} drop default`] : []),
    ...(retyped ? [`${alter} type ${typeSql(after)} using ${quoted(column)}::${after.type}`] : []),
    ...(redefaulted && after.default !== undefined ? [`${alter} set default ${after.default}`] : []),
    ...required,
  ];
}

/** Foreign keys need the tables and the unique indexes of the others. */
function foreignLast(attachments: readonly { readonly table: string; readonly attachment: Attachment }[]): readonly string[] {
  const foreign = attachments.filter(({ attachment }) => attachment.kind === "foreign");
  const others = attachments.filter(({ attachment }) => attachment.kind !== "foreign");
  return [...others, ...foreign].map(({ table, attachment }) => attachSql(table, attachment));
}

/** The shape as it is once its columns have their new names; what PostgreSQL rewrites by itself is rewritten here too. */
function renamedShape(shape: TableShape, renames: Readonly<Record<string, string>>): TableShape {
  const newName = new Map(Object.entries(renames).map(([to, from]) => [from, to]));
  const name = (column: string) => newName.get(column) ?? column;
  return {
    columns: Object.fromEntries(
      Object.entries(shape.columns).map(([column, { check, ...rest }]) => [
        name(column),
        check?.startsWith(quoted(column)) === true
          ? { ...rest, check: quoted(name(column)) + check.slice(quoted(column).length) }
          : { ...rest, ...(check === undefined ? {} : { check }) },
      ]),
    ),
    key: shape.key.map(name),
  };
}

/** Renames that the declarations announce (`was`) and the last migration has not made yet. */
function renamesOf(model: Model, plugin: Plugin, before: TableShapes): Renames {
  const entities = model.entities.filter((entity) => entity.plugin === plugin.name);
  return Object.fromEntries(entities.map((entity) => [entity.table, tableRenames(entity, own(before, entity.table))]));
}

function tableRenames(entity: EntityModel, before: TableShape | undefined): Readonly<Record<string, string>> {
  if (before === undefined) return {};
  const now = new Set(entity.columns.map((column) => column.column));
  return Object.fromEntries(
    entity.columns.flatMap(({ column, kind, declared }) => {
      const { was } = declared.options;
      if (was === undefined || own(before.columns, column) !== undefined) return [];
      const old = isPointer(kind) ? `${snakeCase(was)}_id` : snakeCase(was);
      return own(before.columns, old) === undefined || now.has(old) ? [] : [[column, old]];
    }),
  );
}

function shapeIn(shapes: TableShapes, table: string): TableShape {
  const shape = own(shapes, table);
  if (shape === undefined) throw new Error(`There is no shape of table ${table}.`);
  return shape;
}
