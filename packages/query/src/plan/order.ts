import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import { columnOf } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import { isOpen } from "../schema/objects.ts";
import type { Sql } from "./sql.ts";

/** One criterion of an order: a column of the row, or of a row that references lead to. */
export interface OrderTerm {
  /** The references on the way, none for a column of the row itself. */
  readonly path: readonly ColumnModel[];
  /** `undefined` for the row's id. */
  readonly column: ColumnModel | undefined;
  readonly descending: boolean;
  /** Whether the value may be missing; missing values come last in both directions. */
  readonly nullable: boolean;
}

/** The criterion that comes last of all: no two rows share it. */
const BY_ID: OrderTerm = { path: [], column: undefined, descending: false, nullable: false };

/**
 * The order of a list: what was asked for, else the entity's own; `id` last of all, unless the order is one without it.
 *
 * @param parent the column by which a nested list's rows belong to their parent: among them it tells nothing apart
 */
export function orderOf(
  entity: EntityModel,
  asked: readonly Readonly<Record<string, unknown>>[] | undefined,
  parent: ColumnModel | undefined,
): readonly OrderTerm[] {
  const terms = asked === undefined || asked.length === 0 ? ownOrder(entity) : asked.map((item) => askedTerm(entity, item, []));
  const telling = terms.filter(
    ({ path, column }) => parent === undefined || (path[0] !== parent && (path.length > 0 || column !== parent)),
  );
  return [...telling, ...(isUnique(entity, [], telling, parent) ? [] : [BY_ID])];
}

/** Whether no two rows are equal in all terms: they hold the whole natural key. */
function isUnique(
  entity: EntityModel,
  path: readonly ColumnModel[],
  terms: readonly OrderTerm[],
  parent: ColumnModel | undefined,
): boolean {
  if (entity.key.length === 0) return terms.some((term) => term.column === undefined && isSame(term.path, path));
  return entity.key.every((column) => {
    if (!column.required) return false;
    if (column === parent && path.length === 0) return true;
    if (column.target === undefined) return terms.some((term) => term.column === column && isSame(term.path, path));
    // a row that the viewer does not see tells nothing apart
    return isOpen(column.target) && !path.includes(column) && isUnique(column.target, [...path, column], terms, parent);
  });
}

function isSame(one: readonly ColumnModel[], other: readonly ColumnModel[]): boolean {
  return one.length === other.length && one.every((column, at) => column === other[at]);
}

function askedTerm(entity: EntityModel, item: Readonly<Record<string, unknown>>, path: readonly ColumnModel[]): OrderTerm {
  const [entry] = Object.entries(item);
  if (entry === undefined) throw new Error("An order names one field.");
  const [name, value] = entry;
  const column = name === "id" ? undefined : columnOf(entity, name);
  if (column?.target !== undefined) return askedTerm(column.target, value as Readonly<Record<string, unknown>>, [...path, column]);
  return term(path, column, value === "DESC");
}

/** The entity's own order; where it names a reference, the order of what that refers to. */
export function ownOrder(entity: EntityModel, path: readonly ColumnModel[] = []): readonly OrderTerm[] {
  return entity.order.flatMap((column) => {
    const { target } = column;
    if (target === undefined) return [term(path, column, false)];
    const circular = target === entity || path.some((step) => step.target === target);
    return circular ? [term(path, column, false)] : ownOrder(target, [...path, column]);
  });
}

function term(path: readonly ColumnModel[], column: ColumnModel | undefined, descending: boolean): OrderTerm {
  const uncertain = path.some((step) => !step.required || step.target === undefined || !isOpen(step.target));
  return { path, column, descending, nullable: uncertain || column?.required === false };
}

/** How a value of a column is compared where order matters. */
export function collated(column: ColumnModel, value: Sql): Sql {
  if (column.kind !== "text") return value;
  return column.declared.options.collation === "zh" ? sql`${value} collate "zh-x-icu"` : sql`${value} collate "C"`;
}

/** What a value sorts by: choices and stages by their place in the declaration, texts by their collation. */
export function sortable(column: ColumnModel | undefined, value: Sql): Sql {
  if (column === undefined) return value;
  if (column.values === undefined) return collated(column, value);
  return sql`array_position(array[${sql.join(column.values.map((name) => sql.lit(name)))}]::text[], ${value})`;
}

/** A part of `order by`. @param reversed whether the list is read from its end */
export function orderBy(term: OrderTerm, value: Sql, reversed = false): Sql {
  const key = sortable(term.column, value);
  const direction = term.descending === reversed ? sql`asc` : sql`desc`;
  if (!term.nullable) return sql`${key} ${direction}`;
  return sql`${key} ${direction} nulls ${reversed ? sql`first` : sql`last`}`;
}
