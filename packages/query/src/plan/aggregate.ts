import { columnOf, type ColumnModel, type EntityModel } from "@xianmai/plugin-api/model";
import type { FieldNode } from "graphql";
import { sql } from "kysely";

import type { PathPattern, Row, Writer } from "../run/answer.ts";
import { measuresOf } from "../schema/aggregates.ts";
import type { Compilation, RowPlanner } from "./compilation.ts";
import { dimensionsIn, type Dimension } from "./dimension.ts";
import { Source, type StatementDraft } from "./draft.ts";
import { figureOf, type Figure } from "./figures.ts";
import { keyWriter, sortByKey } from "./group-key.ts";
import { COUNT, grouped, GroupedColumns, PARENT, type NamedFigure } from "./grouped.ts";
import type { Parent } from "./list.ts";
import type { Cell } from "./reads.ts";
import type { Share } from "./shared-groups.ts";
import type { Sql } from "./sql.ts";
import { cellWriter, constant, objectWriter } from "./writers.ts";

/** An aggregates field in a selection. */
export interface AggregateRequest {
  readonly entity: EntityModel;
  readonly args: Readonly<Record<string, unknown>>;
  readonly nodes: readonly FieldNode[];
  /** `undefined` for a root field; otherwise also where the parents' rows have their keys. */
  readonly parent: (Parent & Cell) | undefined;
  /** Set where other root fields group the same rows. */
  readonly share?: Share | undefined;
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

/** The dimensions that a field of aggregates is asked with. @throws InputError as `dimensionsIn` does */
export function dimensionsOf({ entity, args }: Pick<AggregateRequest, "entity" | "args">): readonly Dimension[] {
  return dimensionsIn(entity, (args["groupBy"] ?? undefined) as readonly Readonly<Record<string, unknown>>[] | undefined);
}

/** The filter that a field of aggregates is asked with. */
export function filterOf({ args }: Pick<AggregateRequest, "args">): Readonly<Record<string, unknown>> | undefined {
  return (args["filter"] ?? undefined) as Readonly<Record<string, unknown>> | undefined;
}

/** Plans aggregates: one statement that groups, for all parents together, and joins what the keys refer to. */
export function aggregates(compilation: Compilation, request: AggregateRequest): Writer {
  const { entity, nodes, parent, share, path } = request;
  const selection = [...compilation.selection(compilation.object(compilation.types.of(entity).group.name), nodes)];
  const columns = share?.groups.columns ?? new GroupedColumns();
  const dimensions = columns.by(dimensionsOf(request));
  const figures = figuresIn(compilation, entity, selection, columns);
  const groups = share?.groups.rows ?? compilation.alias();
  if (parent === undefined) compilation.reads.table(entity);
  else compilation.reads.children(entity, { statement: parent.statement, cell: parent.cell });
  // where the statement is others' too, these are its own groups alone, which lists below their keys are asked with
  const rows = grouped(
    compilation,
    { entity, filter: filterOf(request), parent },
    { dimensions, figures: share === undefined ? figures : [] },
  );
  const draft = compilation.draft(sql`(${rows}) as ${sql.id(groups)}`, path, share);
  if (parent !== undefined) {
    draft.cell(PARENT, () => sql.id(groups, PARENT));
    draft.sort(sql.id(groups, PARENT));
  }
  const keys = dimensions.map(({ dimension, name }): GroupKey => {
    const value = sql.id(groups, name);
    const { target } = dimension.column;
    if (target === undefined) return { dimension, name, value, source: undefined };
    compilation.reads.references(target, { statement: draft.index, cell: draft.cell(name, () => value) });
    return { dimension, name, value, source: Source.joined(draft, target, value, []) };
  });
  for (const key of keys) sortByKey(draft, key, share?.own ?? ((value) => value));
  const write = objectWriter(
    selection.map(([key, selected]): [string, Writer] => [
      key,
      part(compilation, { request, draft, keys, figures, groups, nodes: selected, path: [...path, null, key] }),
    ]),
  );
  // without dimensions there is one group, also where no row is in it: then its count alone has a value
  const ofNothing = dimensions.length === 0 ? emptyGroup(draft.cell(COUNT, () => sql.id(groups, COUNT))) : undefined;
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

type Selection = readonly (readonly [string, readonly FieldNode[]])[];

function figuresIn(compilation: Compilation, entity: EntityModel, selection: Selection, columns: GroupedColumns): readonly NamedFigure[] {
  const wanted = selection.flatMap(([, nodes]) => {
    const column = measureOf(entity, nodes);
    if (column === undefined) return [];
    return figureSelection(compilation, column, nodes).flatMap(([, figure]) =>
      figure === undefined ? [] : [columns.figure(column, figure)],
    );
  });
  return [...new Set(wanted)];
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
  readonly figures: readonly NamedFigure[];
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
  if (nodes[0]?.name.value === "count") return cellWriter(cell(COUNT), (text) => text);
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
