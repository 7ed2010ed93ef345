import type { ColumnModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import { wanText, withoutZeros } from "./cells.ts";
import type { Sql } from "./sql.ts";

/** A figure over a column. */
export type Figure = "sum" | "avg" | "min" | "max";

/** How a figure is asked of PostgreSQL, and written. */
export interface FigurePlan {
  readonly select: (value: Sql) => Sql;
  readonly json: (text: string) => string;
}

/** Plans a figure: exact, and rounded once where it must be. */
export function figureOf(figure: Figure, { kind }: ColumnModel): FigurePlan {
  const money = kind === "money";
  switch (figure) {
    case "sum":
      return { select: (value) => sql`sum(${value})`, json: money ? wan : decimal };
    case "avg":
      return { select: (value) => millionths(value, money), json: wan };
    case "min":
    case "max": {
      const json = kind === "integer" ? (text: string): string => text : money ? wan : decimal;
      return { select: (value) => (figure === "min" ? sql`min(${value})` : sql`max(${value})`), json };
    }
  }
}

/**
 * The mean in millionths, which for money in 分 are millionths of 万元 already: rounded half away from zero, by whole numbers alone,
 * since a quotient of numerics is rounded on its own.
 */
function millionths(value: Sql, money: boolean): Sql {
  const sum = sql`abs(sum(${value}))::numeric`;
  const scaled = money ? sum : sql`${sum} * 1000000`;
  return sql`(sign(sum(${value}))::numeric * div(2 * (${scaled}) + count(${value}), nullif(2 * count(${value}), 0)))`;
}

function decimal(text: string): string {
  return `"${withoutZeros(text)}"`;
}

/** Millionths as a decimal; what 分 are to 万元. */
function wan(text: string): string {
  return `"${wanText(text)}"`;
}
