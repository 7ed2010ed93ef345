import { columnOf, type ColumnModel, type EntityModel } from "@xianmai/plugin-api/model";
import type { FieldNode } from "graphql";
import { sql } from "kysely";

import type { PathPattern, Row, Writer } from "../run/answer.ts";
import { measuresOf } from "../schema/aggregates.ts";
import { isOpen } from "../schema/objects.ts";
import type { Compilation, RowPlanner } from "./compilation.ts";
import { dimensionsIn, groupedBy, type Dimension } from "./dimension.ts";
import { Source, type StatementDraft } from "./draft.ts";
import { figureOf, type Figure } from "./figures.ts";
import { condition } from "./filter.ts";
import { keyWriter, sortByKey } from "./group-key.ts";
import { amongParents, type Parent } from "./list.ts";
import type { Cell } from "./reads.ts";
import { allOf, joined, where, type Sql } from "./sql.ts";
import { cellWriter, constant, objectWriter } from "./writers.ts";

/** An aggregates field in a selection. */
export interface AggregateRequest {
  readonly entity: EntityModel;
  readonly args: Readonly<Record<string, unknown>>;
  readonly nodes: readonly FieldNode[];
  /** `undefined` for a root field; otherwise also where the parents' rows have their keys. */
  readonly parent: (Parent & Cell) | undefined;
  readonly path: PathPattern;
  readonly row: RowPlanner;
}

/** A dimension in the statement: its column in the grouped rows, and the row that it refers to. */
export interface GroupKey {
  readonly dimension: Dimension;
  readonly name: string;
  readonly value: Sql;
  readonly source: Source | undefined;
}

/** A figure that is selected, and its column in the grouped rows. */
interface SelectedFigure {
  readonly column: ColumnModel;
  readonly figure: Figure;
  readonly name: string;
}

/** The name of the parent's key in the grouped rows of a nested field; it is their first cell. */
const PARENT = "p";

/** Plans aggregates: one statement that groups, for all parents together, and joins what the keys refer to. */
export function aggregates(compilation: Compilation, request: AggregateRequest): Writer {
  const { entity, args, nodes, parent, path } = request;
  const selection = [...compilation.selection(compilation.object(compilation.types.of(entity).group.name), nodes)];
  const figures = figuresIn(compilation, entity, selection);
  const dimensions = dimensionsIn(entity, (args["groupBy"] ?? undefined) as readonly Readonly<Record<string, unknown>>[] | undefined);
  const groups = compilation.alias();
  if (parent === undefined) compilation.reads.table(entity);
  else compilation.reads.children(entity, { statement: parent.statement, cell: parent.cell });
  const filter = (args["filter"] ?? undefined) as Readonly<Record<string, unknown>> | undefined;
  const rows = grouped(compilation, { entity, dimensions, figures, filter, parent });
  const draft = compilation.draft(sql`(${rows}) as ${sql.id(groups)}`, path);
  if (parent !== undefined) {
    draft.cell(PARENT, () => sql.id(groups, PARENT));
    draft.sort(sql.id(groups, PARENT));
  }
  const keys = dimensions.map((dimension, at): GroupKey => {
    const value = sql.id(groups, keyName(at));
    const { target } = dimension.column;
    if (target === undefined) return { dimension, name: keyName(at), value, source: undefined };
    compilation.reads.references(target, { statement: draft.index, cell: draft.cell(keyName(at), () => value) });
    return { dimension, name: keyName(at), value, source: Source.joined(draft, target, value, []) };
  });
  for (const key of keys) sortByKey(draft, key);
  const write = objectWriter(
    selection.map(([key, selected]): [string, Writer] => [
      key,
      part(compilation, { request, draft, keys, figures, groups, nodes: selected, path: [...path, null, key] }),
    ]),
  );
  // without dimensions there is one group, also where no row is in it: then its count alone has a value
  const ofNothing = dimensions.length === 0 ? emptyGroup(draft.cell("n", () => sql.id(groups, "n"))) : undefined;
  return (row, answer) => {
    const found = answer.rows(draft.index);
    const { from, until } = parent === undefined ? { from: 0, until: found.length } : answer.rowsOf(draft.index, row[parent.cell] ?? "");
    if (from === until && ofNothing !== undefined) answer.list(1, path, () => write(ofNothing, answer));
    else answer.list(until - from, path, (at) => write(found[from + at] ?? [], answer));
  };
}

function emptyGroup(count: number): Row {
  return Array.from({ length: count + 1 }, (_, at) => (at === count ? "0" : null));
}

function keyName(at: number): string {
  return `k${at}`;
}

interface Grouping {
  readonly entity: EntityModel;
  readonly dimensions: readonly Dimension[];
  readonly figures: readonly SelectedFigure[];
  readonly filter: Readonly<Record<string, unknown>> | undefined;
  readonly parent: Parent | undefined;
}

function grouped(compilation: Compilation, { entity, dimensions, figures, filter, parent }: Grouping): Sql {
  const rows = compilation.alias();
  const joins: Sql[] = [];
  const keys = dimensions.map((dimension, at) => {
    const { column } = dimension;
    const value = sql.id(rows, column.column);
    if (column.target === undefined || isOpen(column.target)) return sql`${groupedBy(dimension, value)} as ${sql.id(keyName(at))}`;
    // rows that refer to what the viewer may not see make one group with those that refer to nothing
    const alias = compilation.alias(column.target);
    joins.push(sql`left join ${sql.id(column.target.table)} as ${sql.id(alias)} on ${sql.id(alias, "id")} = ${value}`);
    return sql`${sql.id(alias, "id")} as ${sql.id(keyName(at))}`;
  });
  const wanted = filter === undefined ? undefined : condition(entity, rows, filter, compilation, ["filter"]);
  const own = parent === undefined ? [] : [sql`${sql.id(rows, parent.column.column)} as ${sql.id(PARENT)}`];
  const by = [...own, ...keys];
  const columns = [
    ...by,
    sql`count(*) as ${sql.id("n")}`,
    ...figures.map(({ column, figure, name }) => sql`${figureOf(figure, column).select(sql.id(rows, column.column))} as ${sql.id(name)}`),
  ];
  const tables = joined([sql`${sql.id(entity.table)} as ${sql.id(rows)}`, ...joins], sql` `);
  const groupBy = by.length === 0 ? sql`` : sql` group by ${joined(by.map((_, at) => sql.lit(at + 1)))}`;
  const among = parent === undefined ? undefined : amongParents(rows, parent);
  return sql`select ${joined(columns)} from ${tables}${where(allOf([among, wanted]))}${groupBy}`;
}

type Selection = readonly (readonly [string, readonly FieldNode[]])[];

function figuresIn(compilation: Compilation, entity: EntityModel, selection: Selection): readonly SelectedFigure[] {
  const wanted = selection.flatMap(([, nodes]) => {
    const column = measureOf(entity, nodes);
    return column === undefined ? [] : figureSelection(compilation, column, nodes).map(([, figure]) => ({ column, figure }));
  });
  const once = wanted.filter(
    ({ column, figure }, at) =>
      figure !== undefined && wanted.findIndex((other) => other.column === column && other.figure === figure) === at,
  );
  return once.flatMap(({ column, figure }, at) => (figure === undefined ? [] : [{ column, figure, name: `m${at}` }]));
}

function measureOf(entity: EntityModel, nodes: readonly FieldNode[]): ColumnModel | undefined {
  const name = nodes[0]?.name.value;
  return measuresOf(entity).find((column) => column.name === name);
}

/** The figures that are selected of a column by response key; `undefined` for `__typename`. */
function figureSelection(
  compilation: Compilation,
  column: ColumnModel,
  nodes: readonly FieldNode[],
): readonly (readonly [string, Figure | undefined])[] {
  return [...compilation.selection(compilation.object(figureType(column)), nodes)].map(([key, [node]]) => {
    const name = node?.name.value;
    return [key, name === "sum" || name === "avg" || name === "min" || name === "max" ? name : undefined];
  });
}

function figureType(column: ColumnModel): string {
  return column.kind === "integer" ? "IntegerAggregate" : "DecimalAggregate";
}

interface Part {
  readonly request: AggregateRequest;
  readonly draft: StatementDraft;
  readonly keys: readonly GroupKey[];
  readonly figures: readonly SelectedFigure[];
  readonly groups: string;
  readonly nodes: readonly FieldNode[];
  readonly path: PathPattern;
}

function part(compilation: Compilation, { request, draft, keys, figures, groups, nodes, path }: Part): Writer {
  const { entity } = request;
  const cell = (name: string): number => draft.cell(name, () => sql.id(groups, name));
  const column = measureOf(entity, nodes);
  if (column !== undefined) {
    return objectWriter(
      figureSelection(compilation, column, nodes).map(([key, figure]): [string, Writer] => {
        const found = figures.find((one) => one.column === column && one.figure === figure);
        if (found === undefined) return [key, constant(JSON.stringify(figureType(column)))];
        return [key, cellWriter(cell(found.name), figureOf(found.figure, column).json)];
      }),
    );
  }
  const { group, grouping } = compilation.types.of(entity);
  if (nodes[0]?.name.value === "count") return cellWriter(cell("n"), (text) => text);
  if (nodes[0]?.name.value !== "key" || grouping === undefined) return constant(JSON.stringify(group.name));
  const type = compilation.object(grouping.key.name);
  return objectWriter(
    [...compilation.selection(type, nodes)].map(([key, selected]): [string, Writer] => {
      const name = selected[0]?.name.value ?? "";
      if (name === "__typename") return [key, constant(JSON.stringify(type.name))];
      const found = keys.find(({ dimension }) => dimension.column === columnOf(entity, name));
      if (found === undefined) return [key, constant("null")];
      return [key, keyWriter(compilation, { draft, key: found, nodes: selected, path: [...path, key], row: request.row })];
    }),
  );
}
