import { createHash } from "node:crypto";

import { calendarDate, decimalText, instant, isUuid, yearMonth } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import { InputError } from "./input-error.ts";
import { plainText } from "./operands.ts";
import { sortable, type OrderTerm } from "./order.ts";
import { allOf, bound, joined, type Sql } from "./sql.ts";

/** The values of one row in an order, as PostgreSQL's text. */
type Place = readonly (string | null)[];

/** Writes and reads the cursors of one order. A cursor is opaque to clients, and of use in lists of the same order alone. */
export interface Cursors {
  write(place: Place): string;
  /** @throws InputError for a text that is no cursor of this order */
  read(cursor: string): Place;
}

/** The cursors of lists of an entity in an order. */
export function cursorsOf(entity: EntityModel, terms: readonly OrderTerm[]): Cursors {
  const spelled = terms.map(({ path, column, descending }) => [...path.map(({ name }) => name), column?.name ?? "id", descending]);
  const mark = createHash("sha256")
    .update(JSON.stringify([entity.name, spelled]))
    .digest("base64url")
    .slice(0, 6);
  return {
    write: (place) => Buffer.from(JSON.stringify([mark, ...place]), "latin1").toString("base64url"),
    read: (cursor) => {
      const place = placeIn(cursor, mark);
      if (place?.length === terms.length && terms.every((term, at) => fits(term, place[at] ?? null))) return place;
      throw new InputError(
        `游标 ${JSON.stringify(cursor)} 不属于这个列表的这种排序：请使用同一查询返回的游标。`,
        `${JSON.stringify(cursor)} is no cursor of this list in this order: use one that the same query has returned.`,
      );
    },
  };
}

function placeIn(cursor: string, mark: string): Place | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (!Array.isArray(parsed) || parsed[0] !== mark) return undefined;
    const place: readonly unknown[] = parsed.slice(1);
    return place.every((value) => value === null || typeof value === "string") ? place : undefined;
  } catch {
    return undefined;
  }
}

function fits({ column, nullable }: OrderTerm, text: string | null): boolean {
  if (text === null) return nullable;
  if (column === undefined) return isUuid(text);
  return READABLE[column.kind](text, column);
}

const anyText = (text: string): boolean => !text.includes("\0");
const isWhole = (text: string, bits: number): boolean => /^-?\d{1,19}$/.test(text) && BigInt.asIntN(bits, BigInt(text)) === BigInt(text);
const isDecimal = (text: string): boolean => text.length < 200 && decimalText(text) !== undefined;
const isDeclared = (text: string, column: ColumnModel): boolean => column.values?.includes(text) ?? false;

const READABLE: Readonly<Record<ColumnModel["kind"], (text: string, column: ColumnModel) => boolean>> = {
  text: anyText,
  texts: () => false,
  integer: (text) => isWhole(text, 32),
  money: (text) => isWhole(text, 64),
  decimal: isDecimal,
  percent: isDecimal,
  date: (text) => calendarDate(text) !== undefined,
  yearMonth: (text) => yearMonth(text) !== undefined,
  dateTime: (text) => instant(text) !== undefined,
  boolean: (text) => text === "t" || text === "f",
  choice: isDeclared,
  stage: isDeclared,
  entry: isUuid,
  reference: isUuid,
  self: isUuid,
  subject: isUuid,
};

/** The value of a term in a row, in the text that a cursor holds. */
export function placeText(column: ColumnModel | undefined, value: Sql): Sql {
  return column?.kind === "dateTime" ? sql`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` : value;
}

/**
 * The condition that a row comes after a cursor, or before it.
 *
 * @param values the value of each term, in the order of the terms
 * @param source the argument that holds the cursor
 */
export function beyond(
  terms: readonly OrderTerm[],
  values: readonly Sql[],
  cursors: Cursors,
  source: unknown,
  side: "after" | "before",
): Sql | undefined {
  const given = terms.map((term, at) => {
    const type = term.column === undefined ? "uuid" : term.column.sqlType;
    return sortable(
      term.column,
      bound(type, source, (cursor) => cursors.read(plainText(cursor))[at] ?? null),
    );
  });
  const keys = terms.map((term, at) => sortable(term.column, values[at] ?? sql`null`));
  const alternatives = terms.map((term, at) =>
    allOf([...terms.slice(0, at).map((earlier, i) => same(earlier, keys[i], given[i])), past(term, keys[at], given[at], side)]),
  );
  return sql`(${joined(
    alternatives.filter((one) => one !== undefined),
    sql` or `,
  )})`;
}

function same({ nullable }: OrderTerm, key: Sql | undefined, given: Sql | undefined): Sql {
  return nullable ? sql`${key} is not distinct from ${given}` : sql`${key} = ${given}`;
}

function past({ nullable, descending }: OrderTerm, key: Sql | undefined, given: Sql | undefined, side: "after" | "before"): Sql {
  const further = descending === (side === "before") ? sql`${key} > ${given}` : sql`${key} < ${given}`;
  if (!nullable) return further;
  // missing values stand last whatever the direction
  return side === "after"
    ? sql`(${further} or (${key} is null and ${given} is not null))`
    : sql`(${further} or (${key} is not null and ${given} is null))`;
}
