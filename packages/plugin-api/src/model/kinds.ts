import type { ColumnKind } from "../column.ts";

/** What PostgreSQL stores for a kind of column. */
export const SQL_TYPES: Readonly<Record<ColumnKind, string>> = {
  text: "text",
  texts: "text[]",
  integer: "integer",
  money: "bigint",
  decimal: "numeric",
  percent: "numeric",
  date: "date",
  yearMonth: "text",
  dateTime: "timestamp(3) with time zone",
  boolean: "boolean",
  choice: "text",
  stage: "text",
  entry: "uuid",
  reference: "uuid",
  self: "uuid",
  subject: "uuid",
};

/** Kinds whose column points at a row. */
export function isPointer(kind: ColumnKind): boolean {
  return kind === "reference" || kind === "self" || kind === "entry" || kind === "subject";
}
