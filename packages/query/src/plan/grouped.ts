import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import { isOpen } from "../schema/objects.ts";
import { groupedBy, isSame, type Dimension } from "./dimension.ts";
import { figureOf, type Figure } from "./figures.ts";
import { condition, type FilterParts } from "./filter.ts";
import { amongParents, type Parent } from "./list.ts";
import { allOf, joined, where, type Sql } from "./sql.ts";

/** A dimension, and its column in the grouped rows. */
export interface NamedDimension {
  readonly dimension: Dimension;
  readonly name: string;
}

/** A figure over a column, and its own column in the grouped rows. */
export interface NamedFigure {
  readonly column: ColumnModel;
  readonly figure: Figure;
  readonly name: string;
}

/** The columns of grouped rows, each named once. */
export class GroupedColumns {
  readonly dimensions: NamedDimension[] = [];
  readonly figures: NamedFigure[] = [];

  /** The columns of dimensions, in their order. */
  by(dimensions: readonly Dimension[]): readonly NamedDimension[] {
    return dimensions.map((dimension) => {
      const known = this.dimensions.find((one) => isSame(one.dimension, dimension));
      const named = known ?? { dimension, name: `k${this.dimensions.length}` };
      if (known === undefined) this.dimensions.push(named);
      return named;
    });
  }

  /** The column of a figure. */
  figure(column: ColumnModel, figure: Figure): NamedFigure {
    const known = this.figures.find((one) => one.column === column && one.figure === figure);
    const named = known ?? { column, figure, name: `m${this.figures.length}` };
    if (known === undefined) this.figures.push(named);
    return named;
  }
}

/** The name of the parent's key in the grouped rows of a nested field. */
export const PARENT = "p";
/** The name of how many rows a group has. */
export const COUNT = "n";
/** The name of the number of a group's set: see `groupedInSets`. */
export const SET = "s";

/** Rows that are to be grouped. */
export interface Ungrouped {
  readonly entity: EntityModel;
  readonly filter: Readonly<Record<string, unknown>> | undefined;
  /** `undefined` for a root field. */
  readonly parent: Parent | undefined;
}

interface Columns {
  readonly dimensions: readonly NamedDimension[];
  readonly figures: readonly NamedFigure[];
}

/** Groups rows by all dimensions; without any there is one group. */
export function grouped(parts: FilterParts, rows: Ungrouped, columns: Columns): Sql {
  const by = [...(rows.parent === undefined ? [] : [PARENT]), ...columns.dimensions.map(({ name }) => name)].map((name) => sql.id(name));
  return sql`${selected(parts, rows, columns, by)}${groupBy(by)}`;
}

/**
 * Groups rows in several ways at once, reading them once.
 *
 * @param sets by which dimensions, each way another set of them; a group's number tells which it belongs to: see `numberOf`
 */
export function groupedInSets(parts: FilterParts, rows: Ungrouped, columns: Columns, sets: readonly (readonly Dimension[])[]): Sql {
  const keys = columns.dimensions.map(({ name }) => sql.id(name));
  // a single set has all dimensions, perhaps none, which PostgreSQL's grouping cannot be asked about
  if (sets.length === 1) return sql`${selected(parts, rows, columns, [...keys, sql`0 as ${sql.id(SET)}`])}${groupBy(keys)}`;
  const number = sql`grouping(${joined(keys)}) as ${sql.id(SET)}`;
  const groupings = sets.map((set) => {
    const own = columns.dimensions.filter(({ dimension }) => set.some((one) => isSame(one, dimension)));
    return sql`(${own.length === 0 ? sql`` : joined(own.map(({ name }) => sql.id(name)))})`;
  });
  return sql`${selected(parts, rows, columns, [...keys, number])} group by grouping sets (${joined(groupings)})`;
}

function groupBy(keys: readonly Sql[]): Sql {
  return keys.length === 0 ? sql`` : sql` group by ${joined(keys)}`;
}

/** The number of a set, as PostgreSQL's `grouping` makes it: a bit for each dimension that is not in it, the first one's the highest. */
export function numberOf(set: readonly Dimension[], { dimensions }: Pick<Columns, "dimensions">): number {
  return dimensions.reduce((number, { dimension }) => number * 2 + (set.some((one) => isSame(one, dimension)) ? 0 : 1), 0);
}

function selected(parts: FilterParts, rows: Ungrouped, { dimensions, figures }: Columns, keys: readonly Sql[]): Sql {
  const measured = [...new Set(figures.map(({ column }) => column))];
  const values = new Map(measured.map((column, at) => [column, sql.id(`c${at}`)]));
  const columns = [
    ...keys,
    sql`count(*) as ${sql.id(COUNT)}`,
    ...figures.map(
      ({ column, figure, name }) => sql`${figureOf(figure, column).select(values.get(column) ?? sql`null`)} as ${sql.id(name)}`,
    ),
  ];
  return sql`select ${joined(columns)} from (${ungrouped(parts, rows, dimensions, values)}) as ${sql.id(parts.alias())}`;
}

function ungrouped(
  parts: FilterParts,
  { entity, filter, parent }: Ungrouped,
  dimensions: readonly NamedDimension[],
  values: ReadonlyMap<ColumnModel, Sql>,
): Sql {
  const rows = parts.alias();
  const joins: Sql[] = [];
  const keys = dimensions.map(({ dimension, name }) => {
    const { column } = dimension;
    const value = sql.id(rows, column.column);
    if (column.target === undefined || isOpen(column.target)) return sql`${groupedBy(dimension, value)} as ${sql.id(name)}`;
    // rows that refer to what the viewer may not see make one group with those that refer to nothing
    const alias = parts.alias(column.target);
    joins.push(sql`left join ${sql.id(column.target.table)} as ${sql.id(alias)} on ${sql.id(alias, "id")} = ${value}`);
    return sql`${sql.id(alias, "id")} as ${sql.id(name)}`;
  });
  const columns = [
    ...(parent === undefined ? [] : [sql`${sql.id(rows, parent.column.column)} as ${sql.id(PARENT)}`]),
    ...keys,
    ...[...values].map(([column, name]) => sql`${sql.id(rows, column.column)} as ${name}`),
  ];
  const wanted = allOf([
    parent === undefined ? undefined : amongParents(rows, parent),
    filter === undefined ? undefined : condition(entity, rows, filter, parts, ["filter"]),
  ]);
  const tables = joined([sql`${sql.id(entity.table)} as ${sql.id(rows)}`, ...joins], sql` `);
  return sql`select ${columns.length === 0 ? sql`` : joined(columns)} from ${tables}${where(wanted)}`;
}
