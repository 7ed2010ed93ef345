import { fromBytes } from "@xianmai/database";
import { decimalText, wanFromMoney } from "@xianmai/plugin-api";
import type { ColumnModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import type { Sql } from "./sql.ts";

/** How a column's value becomes JSON: what PostgreSQL is asked for, and what is written of its text. */
export interface Cell {
  readonly select: (value: Sql) => Sql;
  readonly json: (text: string) => string;
}

const asItIs = (value: Sql): Sql => value;
const quoted = (text: string): string => `"${text}"`;
const escaped = (text: string): string => JSON.stringify(text);
const decimal = (text: string): string => `"${withoutZeros(text)}"`;

const CELLS: Readonly<Record<ColumnModel["kind"], Cell>> = {
  text: { select: asItIs, json: escaped },
  texts: { select: (value) => sql`to_json(${value})`, json: (text) => text },
  integer: { select: asItIs, json: (text) => text },
  money: { select: asItIs, json: (text) => `"${wanText(text)}"` },
  decimal: { select: asItIs, json: decimal },
  percent: { select: asItIs, json: decimal },
  date: { select: asItIs, json: quoted },
  yearMonth: { select: asItIs, json: quoted },
  // in the time zone of the session, which is the county's
  dateTime: { select: (value) => sql`to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.MSTZH:TZM')`, json: quoted },
  boolean: { select: asItIs, json: (text) => (text === "t" ? "true" : "false") },
  choice: { select: asItIs, json: quoted },
  stage: { select: asItIs, json: quoted },
  entry: { select: asItIs, json: quoted },
  reference: { select: asItIs, json: quoted },
  self: { select: asItIs, json: quoted },
  subject: { select: asItIs, json: quoted },
};

/** How a column's value becomes JSON. */
export function cellOf(column: Pick<ColumnModel, "kind">): Cell {
  return CELLS[column.kind];
}

/** How a column's value becomes the value of a row that plugins are given. */
export interface RowCell {
  readonly select: (value: Sql) => Sql;
  readonly read: (text: string) => unknown;
}

const text = (given: string): string => fromBytes(given);

/** How a column's value becomes the value of a row: exactly the types of `Row` in plugin-api. */
export function rowCellOf({ kind }: ColumnModel): RowCell {
  switch (kind) {
    case "integer":
      return { select: asItIs, read: Number };
    case "money":
      return { select: asItIs, read: BigInt };
    case "decimal":
    case "percent":
      return { select: asItIs, read: decimalText };
    case "boolean":
      return { select: asItIs, read: (given) => given === "t" };
    case "texts":
      return { select: (value) => sql`to_json(${value})`, read: (given) => JSON.parse(fromBytes(given)) as unknown };
    case "dateTime":
      return { select: (value) => sql`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, read: text };
    case "text":
    case "date":
    case "yearMonth":
    case "choice":
    case "stage":
    case "entry":
    case "reference":
    case "self":
    case "subject":
      return { select: asItIs, read: text };
  }
}

/** Digits of 万元 behind the point. */
const FRACTION = 6;

/**
 * Writes 分, as PostgreSQL writes whole numbers, as 万元 without trailing zeros: `12345678` reads `12.345678`. What `wanFromMoney` does, without
 * arithmetic, since an answer may have thousands of amounts.
 */
export function wanText(fen: string): string {
  const point = fen.length - FRACTION;
  if (point <= (fen.startsWith("-") ? 1 : 0)) return wanFromMoney(BigInt(fen));
  let end = fen.length;
  while (end > point && fen.endsWith("0", end)) end -= 1;
  return end === point ? fen.slice(0, point) : `${fen.slice(0, point)}.${fen.slice(point, end)}`;
}

/** A numeric of PostgreSQL's without the zeros of its scale. */
export function withoutZeros(numeric: string): string {
  return numeric.includes(".") ? numeric.replace(/\.?0+$/, "") : numeric;
}
