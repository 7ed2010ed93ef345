import { Refusal, type ColumnShape, type TableShape, type TableShapes } from "@xianmai/plugin-api";

import type { ActualColumn, ActualTable } from "../catalog.ts";
import { quoted } from "../names.ts";
import { attachmentsOf, attachSql, columnSql, detachSql, isHidden, typeSql, type Attachment } from "./layout.ts";
import { own } from "./shape.ts";

/** One place where the database is not what the migrations left. */
export interface Drift {
  readonly table: string;
  readonly column?: string;
  readonly zh: string;
  readonly en: string;
  /** The statement that puts it right. */
  readonly sql: string;
}

/**
 * Compares the database with what a plugin's applied migrations left. What a database administrator may add
 * (further indexes, further checks) is none of its business; a column is.
 */
export function driftOf(shapes: TableShapes, actual: ReadonlyMap<string, ActualTable>): readonly Drift[] {
  return Object.entries(shapes).flatMap(([table, shape]) => {
    const found = actual.get(table);
    if (found !== undefined) return tableDrift(table, shape, found);
    return [
      {
        table,
        zh: `表 app.${table} 不存在`,
        en: `table app.${table} is missing`,
        sql: `restore app.${quoted(table)} from a backup`,
      },
    ];
  });
}

function tableDrift(table: string, shape: TableShape, actual: ActualTable): readonly Drift[] {
  const on = `app.${quoted(table)}`;
  const columns = Object.entries(shape.columns).flatMap(([column, wanted]): readonly Drift[] => {
    const found = actual.columns.find(({ name }) => name === column);
    if (found !== undefined) return columnDrift(table, column, wanted, found);
    const sql = `alter table ${on} add column ${columnSql(column, wanted)}`;
    return [{ table, column, zh: `字段 ${table}.${column} 不存在`, en: `column ${table}.${column} is missing`, sql }];
  });
  const extra = actual.columns
    .filter(({ name }) => own(shape.columns, name) === undefined && !isHidden(name))
    .map(({ name: column }) => ({
      table,
      column,
      zh: `字段 ${table}.${column} 不是由迁移建立的`,
      en: `column ${table}.${column} was not made by a migration`,
      sql: `${viewless(table)}; alter table ${on} drop column ${quoted(column)}`,
    }));
  const attachments = attachmentsOf(table, shape)
    .filter((wanted) => !actual.attachments.some((found) => equal(wanted, found)))
    .map((wanted) => {
      const { kind, columns: over, name } = wanted;
      const replaced = actual.attachments.some((found) => found.name === name);
      return {
        table,
        zh: `表 ${table} 字段 (${over.join(", ")}) 上的 ${KINDS[kind].zh} ${name} ${replaced ? "与迁移不同" : "不存在"}`,
        en: `${KINDS[kind].en} ${name} over ${table} (${over.join(", ")}) ${replaced ? "differs" : "is missing"}`,
        sql: [...(replaced ? [detachSql(table, wanted)] : []), attachSql(table, wanted)].join("; "),
      };
    });
  return [...columns, ...extra, ...attachments];
}

const KINDS: Readonly<Record<Attachment["kind"], { readonly zh: string; readonly en: string }>> = {
  index: { zh: "索引", en: "index" },
  unique: { zh: "唯一索引", en: "unique index" },
  foreign: { zh: "外键", en: "foreign key" },
  check: { zh: "检查约束", en: "check" },
};

function columnDrift(table: string, column: string, wanted: ColumnShape, found: ActualColumn): readonly Drift[] {
  const alter = `alter table app.${quoted(table)} alter column ${quoted(column)}`;
  const drift = (what: { readonly zh: string; readonly en: string }, is: string, should: string, sql: string): Drift => ({
    table,
    column,
    zh: `字段 ${table}.${column} 的${what.zh}是 ${is}，应为 ${should}`,
    en: `${what.en} of column ${table}.${column} is ${is} instead of ${should}`,
    sql,
  });
  const real = found.collation === undefined ? found.type : `${found.type} collate "${found.collation}"`;
  const required = (is: boolean) => (is ? "not null" : "null");
  return [
    ...(real === typeSql(wanted)
      ? []
      : [
          drift(
            { zh: "类型", en: "type" },
            real,
            typeSql(wanted),
            `${viewless(table)}; ${alter} type ${typeSql(wanted)} using ${quoted(column)}::${wanted.type}`,
          ),
        ]),
    ...(found.required === wanted.required
      ? []
      : [
          drift(
            { zh: "必填性", en: "nullability" },
            required(found.required),
            required(wanted.required),
            `${alter} ${wanted.required ? "set" : "drop"} not null`,
          ),
        ]),
    ...(plainDefault(found.default) === plainDefault(wanted.default)
      ? []
      : [
          drift(
            { zh: "默认值", en: "default" },
            found.default ?? "none",
            wanted.default ?? "none",
            wanted.default === undefined ? `${alter} drop default` : `${alter} set default ${wanted.default}`,
          ),
        ]),
  ];
}

/** The view of the past stands in the way of what changes a column; the next start makes it anew. */
function viewless(table: string): string {
  return `drop view if exists past.${quoted(table)}`;
}

/** PostgreSQL shows a default with its type: `'A'::text`, `'-1'::integer`. */
function plainDefault(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const bare = given.replace(/::[a-z ]+(\[\])?$/, "");
  return bare.replace(/^'(-?\d+(\.\d+)?)'$/, "$1");
}

function equal(wanted: Attachment, found: Attachment): boolean {
  return (
    wanted.name === found.name &&
    wanted.kind === found.kind &&
    wanted.columns.join() === found.columns.join() &&
    plainExpression(wanted.detail) === plainExpression(found.detail)
  );
}

/** Outer parentheses and the quotes of names say nothing. */
function plainExpression(text: string): string {
  return text.replace(/^\((.*)\)$/, "$1").replaceAll('"', "");
}

/** The database is not what the migrations left: the start is refused, every difference named with the statement that mends it. */
export function drifted(plugin: string, drifts: readonly Drift[]): Refusal {
  return new Refusal(
    "DATABASE_DRIFTED",
    {
      zh: `插件 ${plugin} 的表与已执行的迁移不一致：${drifts.map(({ zh }) => zh).join("；")}。`,
      en: `The tables of plugin ${plugin} are not what its migrations left: ${drifts.map(({ en }) => en).join("; ")}.`,
    },
    {
      zh: `请恢复原状（${drifts.map(({ sql }) => sql).join("; ")}），或在声明中写明这一改动并新建迁移：npx xianmai migrate new ${plugin}。`,
      en: `Put them back (${drifts.map(({ sql }) => sql).join("; ")}), or declare the change and write a migration for it: npx xianmai migrate new ${plugin}.`,
    },
  );
}

/** A migration says that it leaves other tables than it does. */
export function untrue(plugin: string, id: string, drifts: readonly Drift[]): Refusal {
  return new Refusal(
    "MIGRATION_UNTRUE",
    {
      zh: `插件 ${plugin} 的迁移 ${id} 执行后，表与它写明的 tables 不符：${drifts.map(({ zh }) => zh).join("；")}。数据库保持原样。`,
      en: `After migration ${id} of plugin ${plugin} the tables are not what its tables say: ${drifts.map(({ en }) => en).join("; ")}. The database is as it was.`,
    },
    {
      zh: `请在该迁移中补上：${drifts.map(({ sql }) => sql).join("; ")}。`,
      en: `Add to the migration: ${drifts.map(({ sql }) => sql).join("; ")}.`,
    },
  );
}

/** A migration makes a table that no declaration is of. */
export function undeclared(plugin: string, id: string, table: string): Refusal {
  return new Refusal(
    "TABLE_UNDECLARED",
    {
      zh: `插件 ${plugin} 的迁移 ${id} 建立了表 app.${table}，但没有实体声明它，也就没有范围（scope）。数据库保持原样。`,
      en: `Migration ${id} of plugin ${plugin} makes table app.${table}, which no entity declares, so it has no scope. The database is as it was.`,
    },
    {
      zh: `请为它声明实体，并用 npx xianmai migrate new ${plugin} 生成迁移；或去掉该语句。`,
      en: `Declare an entity for it and let npx xianmai migrate new ${plugin} write the migration, or take the statement out.`,
    },
  );
}
