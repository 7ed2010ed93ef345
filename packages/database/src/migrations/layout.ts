import type { ColumnShape, TableShape } from "@xianmai/plugin-api";

import { objectName, quoted, quotedList } from "../names.ts";
import { isKept } from "../scope/scopes.ts";

/** An index, a foreign key or a check: something with a name that hangs on columns of a table. */
export interface Attachment {
  readonly name: string;
  readonly kind: "index" | "unique" | "foreign" | "check";
  readonly columns: readonly string[];
  /** What two attachments of one name must agree in: the table pointed at, the body of a check. */
  readonly detail: string;
}

/** Whether a column is one that no declaration names: the key, and what the platform keeps in a row. */
export function isHidden(column: string): boolean {
  return column === "id" || column === "xm_from" || isKept(column);
}

/** What hangs on a table: all of it follows from the shape alone, so a shape need not say it. */
export function attachmentsOf(table: string, shape: TableShape): readonly Attachment[] {
  const attachments: Attachment[] = [];
  const add = (kind: Attachment["kind"], columns: readonly string[], detail: string) => {
    const name = objectName(table, columns, kind);
    if (!attachments.some((known) => known.name === name)) attachments.push({ name, kind, columns, detail });
  };
  if (shape.key.length > 0) add("unique", shape.key, "");
  for (const [column, { unique, check, references, subject }] of Object.entries(shape.columns)) {
    if (check !== undefined) add("check", [column], check);
    if (unique === true) add("unique", [column], "");
    if (references === undefined && subject !== true) continue;
    // the natural key's index serves the columns that it begins with
    if (shape.key[0] !== column) add("index", [column], "");
    if (references === undefined) continue;
    add("foreign", [column], references);
  }
  return attachments;
}

/** The definition of a column in CREATE TABLE and ADD COLUMN. */
export function columnSql(name: string, shape: ColumnShape): string {
  return [
    quoted(name),
    typeSql(shape),
    ...(shape.required ? ["not null"] : []),
    ...(shape.default === undefined ? [] : [`default ${shape.default}`]),
  ].join(" ");
}

/** A column's type with its collation. Texts sort by code point unless they say otherwise, whatever the database's own order is. */
export function typeSql({ type, collation }: ColumnShape): string {
  if (!/^text\b/.test(type)) return type;
  return `${type} collate "${collation ?? "C"}"`;
}

/** CREATE TABLE with the columns alone; the rest is attached afterwards, so that tables may point at each other. */
export function createTableSql(table: string, shape: TableShape): string {
  const columns = Object.entries(shape.columns).map(([name, column]) => columnSql(name, column));
  const lines = ["id uuid primary key default pg_catalog.gen_random_uuid()", ...columns];
  return `create table app.${quoted(table)} (\n${lines.map((line) => `  ${line}`).join(",\n")}\n)`;
}

/** The statement that attaches. */
export function attachSql(table: string, { name, kind, columns, detail }: Attachment): string {
  const on = `app.${quoted(table)}`;
  switch (kind) {
    case "index":
      return `create index ${quoted(name)} on ${on} (${quotedList(columns)})`;
    case "unique":
      return `create unique index ${quoted(name)} on ${on} (${quotedList(columns)})`;
    case "foreign":
      return `alter table ${on} add constraint ${quoted(name)} foreign key (${quotedList(columns)}) references app.${quoted(detail)} (id)`;
    case "check":
      return `alter table ${on} add constraint ${quoted(name)} check (${detail})`;
  }
}

/** The statement that takes it off again. */
export function detachSql(table: string, { name, kind }: Attachment): string {
  return kind === "index" || kind === "unique"
    ? `drop index app.${quoted(name)}`
    : `alter table app.${quoted(table)} drop constraint ${quoted(name)}`;
}

/** The statement that gives it another name. */
export function renameSql(table: string, { name, kind }: Attachment, to: string): string {
  return kind === "index" || kind === "unique"
    ? `alter index app.${quoted(name)} rename to ${quoted(to)}`
    : `alter table app.${quoted(table)} rename constraint ${quoted(name)} to ${quoted(to)}`;
}
