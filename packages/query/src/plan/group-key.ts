import { columnOf } from "@xianmai/plugin-api/model";
import type { FieldNode } from "graphql";
import { sql } from "kysely";

import type { PathPattern, Writer } from "../run/answer.ts";
import type { GroupKey } from "./aggregate.ts";
import { cellOf } from "./cells.ts";
import type { Compilation, RowPlanner } from "./compilation.ts";
import type { Source, StatementDraft } from "./draft.ts";
import { orderBy, ownOrder, type OrderTerm } from "./order.ts";
import type { Sql } from "./sql.ts";
import { cellWriter } from "./writers.ts";

/**
 * Sorts groups by a key: choices as declared, dictionaries and references in their own order, what has no value last.
 *
 * @param own what of a value the groups are sorted by: nothing of it in the rows of others
 */
export function sortByKey(draft: StatementDraft, { dimension, value, source }: GroupKey, own: (value: Sql) => Sql): void {
  const { column } = dimension;
  if (source === undefined) {
    const term: OrderTerm = { path: [], column: dimension.by === undefined ? column : undefined, descending: false, nullable: true };
    // a period is a text that sorts as it reads
    draft.sort(orderBy(term, own(dimension.by === undefined ? value : sql`${value} collate "C"`)));
    return;
  }
  const terms =
    column.kind === "entry" ? [placeInDictionary(source, "position"), placeInDictionary(source, "code")] : ownOrder(source.entity);
  draft.sort(...terms.map((term) => orderBy({ ...term, nullable: true }, own(follow(source, term)))), orderBy(BY_KEY, own(value)));
}

const BY_KEY: OrderTerm = { path: [], column: undefined, descending: false, nullable: true };

function placeInDictionary(source: Source, name: string): OrderTerm {
  return { path: [], column: columnOf(source.entity, name), descending: false, nullable: true };
}

function follow(source: Source, { path, column }: OrderTerm): Sql {
  return path.reduce((at, step) => at.reference(step), source).value(column);
}

/** A key in a selection. */
export interface KeyRequest {
  readonly draft: StatementDraft;
  readonly key: GroupKey;
  readonly nodes: readonly FieldNode[];
  readonly path: PathPattern;
  readonly row: RowPlanner;
}

/** Plans the key of a dimension: a value, a dictionary's code, the row referred to. */
export function keyWriter(compilation: Compilation, { draft, key, nodes, path, row }: KeyRequest): Writer {
  const { dimension, name, value, source } = key;
  const { column } = dimension;
  if (source === undefined) {
    const cell = draft.cell(name, () => value);
    return dimension.by === undefined ? cellWriter(cell, cellOf(column).json) : cellWriter(cell, (text) => `"${text}"`);
  }
  if (column.kind === "entry")
    return cellWriter(
      source.cell(columnOf(source.entity, "code"), "json", (code) => code),
      JSON.stringify,
    );
  const present = source.id();
  const write = row(compilation, nodes, source, path);
  return (cells, answer) => {
    if (cells[present] === null) answer.write("null");
    else write(cells, answer);
  };
}
