import { columnOf, type ColumnModel, type EntityModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import { isPeriod } from "../schema/aggregates.ts";
import { InputError } from "./input-error.ts";
import type { Sql } from "./sql.ts";

/** The length of a period. */
export type Bucket = "YEAR" | "QUARTER" | "MONTH" | "DAY";

/** A column that rows are grouped by. */
export interface Dimension {
  readonly column: ColumnModel;
  /** Set for dates alone. */
  readonly by: Bucket | undefined;
}

/** Whether two group alike. */
export function isSame(one: Dimension, other: Dimension): boolean {
  return one.column === other.column && one.by === other.by;
}

/**
 * Reads the dimensions of an aggregate.
 *
 * @throws InputError for one that is named twice, or a period that does not fit its column
 */
export function dimensionsIn(entity: EntityModel, given: readonly Readonly<Record<string, unknown>>[] | undefined): readonly Dimension[] {
  const dimensions = (given ?? []).map((item): Dimension => {
    const column = columnOf(entity, String(item["dimension"]));
    const by = (item["by"] ?? undefined) as Bucket | undefined;
    if (by !== undefined && (!isPeriod(column) || (column.kind === "yearMonth" && by === "DAY"))) throw unfit(column, by);
    return { column, by: isPeriod(column) ? (by ?? (column.kind === "yearMonth" ? "MONTH" : "DAY")) : undefined };
  });
  const twice = dimensions.find(({ column }, at) => dimensions.findIndex((other) => other.column === column) < at);
  if (twice === undefined) return dimensions;
  throw new InputError(
    `groupBy 两次使用了维度 ${twice.column.name}：请只保留一次。`,
    `groupBy names the dimension ${twice.column.name} twice: leave one of them out.`,
  );
}

function unfit({ name, kind }: ColumnModel, by: Bucket): InputError {
  return isPeriod({ kind } as ColumnModel)
    ? new InputError(
        `${name} 是月份，不能按 ${by} 分组：请用 MONTH、QUARTER 或 YEAR。`,
        `${name} is a month and has no ${by}: use MONTH, QUARTER or YEAR.`,
      )
    : new InputError(`${name} 不是日期，不能按 ${by} 分组：请去掉 by。`, `${name} is no date and has no ${by}: leave by out.`);
}

/** What rows are grouped by: the value itself, or its period. */
export function groupedBy({ column, by }: Dimension, value: Sql): Sql {
  if (by === undefined) return value;
  return column.kind === "yearMonth" ? monthPeriod(value, by) : periodOf(column.kind === "date" ? sql`${value}::timestamp` : value, by);
}

/** The name of the period that a time is in: `2023-Q1`, `2023-03`. */
export function periodOf(time: Sql, by: Bucket): Sql {
  return sql`to_char(${time}, ${sql.lit(FORMATS[by])})`;
}

const FORMATS: Readonly<Record<Bucket, string>> = { YEAR: "YYYY", QUARTER: 'YYYY"-Q"Q', MONTH: "YYYY-MM", DAY: "YYYY-MM-DD" };

function monthPeriod(month: Sql, by: Bucket): Sql {
  if (by === "YEAR") return sql`left(${month}, 4)`;
  if (by === "QUARTER") return sql`left(${month}, 4) || '-Q' || ((right(${month}, 2)::int + 2) / 3)`;
  return month;
}
