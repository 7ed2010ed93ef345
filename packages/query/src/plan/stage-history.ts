import { stepValue, type EntityModel } from "@xianmai/plugin-api/model";
import type { FieldNode, GraphQLObjectType } from "graphql";
import { sql } from "kysely";

import type { PathPattern, Writer } from "../run/answer.ts";
import { cellOf } from "./cells.ts";
import { actorSql, changedBy, placeOf, type Changes } from "./changed-by.ts";
import type { Compilation, RowPlanner } from "./compilation.ts";
import type { Source } from "./draft.ts";
import { joined, type Sql } from "./sql.ts";
import { cellWriter, constant, objectWriter } from "./writers.ts";

/** The history of the stages of some rows. */
export interface StageHistoryRequest {
  /** The rows. */
  readonly source: Source;
  readonly nodes: readonly FieldNode[];
  readonly path: PathPattern;
  /** Plans what is selected of an official. */
  readonly row: RowPlanner;
}

/** The statement of the changes, and what their writers are planned with. */
interface StageChanges extends Changes {
  readonly entity: EntityModel;
}

/**
 * Plans the history of the stages of rows: one statement for all of them. It depends on the rows alone, since there is no step that does not
 * write its row, and what is past stays as it is.
 */
export function stageHistory(compilation: Compilation, { source, nodes, path, row }: StageHistoryRequest): Writer {
  const { entity } = source;
  const type = compilation.types.of(entity).stageChange;
  if (type === undefined || entity.stage === undefined) throw new Error(`${entity.name} has no stage.`);
  const alias = compilation.alias();
  const draft = compilation.draft(sql`(${changesSql(entity, entity.stage, source.keys)}) as ${sql.id(alias)}`, path);
  draft.cell("key", () => sql.id(alias, "id"));
  draft.sort(...["id", "root", "place", "nth"].map((name) => sql.id(alias, name)));
  const write = changeWriter({ compilation, entity, draft, alias, row }, compilation.object(type.name), nodes, [...path, null]);
  const own = source.id();
  return (parent, answer) => {
    const { from, until } = answer.rowsOf(draft.index, parent[own] ?? "");
    const rows = answer.rows(draft.index);
    answer.list(until - from, path, (at) => write(rows[from + at] ?? [], answer));
  };
}

const lit = (text: string): Sql => sql.lit(text);

/**
 * The changes of stage of the rows of some keys. One is shown to who may see both versions, as an event is told: the policies of the table and of
 * its history decide it where they are read.
 */
export function changesSql(entity: EntityModel, { column, lifecycle }: NonNullable<EntityModel["stage"]>, keys: Sql): Sql {
  const version = (schema: "app" | "xmh", stamp: string): Sql =>
    sql`select v.${sql.id(column.column)} as stage from ${sql.id(schema, entity.table)} v where v.id = c.id and v.xm_from = ${sql.raw(stamp)}`;
  const versions = (stamp: string): Sql =>
    sql`${version("app", stamp)} union all ${version("xmh", stamp)} and v.xm_to <> v.xm_from limit 1`;
  const trail = joined([lit(entity.name), lit(entity.table), lit(column.column)]);
  return sql`select c.id, c.root, c.place, c.nth, c.step, c."on", c.reason, c.origin, c.at, c.actor,
  coalesce(c.from_state, b.stage) as from_state, coalesce(c.to_state, a.stage) as to_state,
  c.step is null and (c.prior is not null or a.stage <> ${lit(lifecycle.start)}) as outside,
  ${actorSql(sql`c.actor`)}
  from xm.stage_trail(${trail}, array(select distinct k.key from (${keys}) as k (key) where k.key is not null)) c
  cross join lateral (${versions("c.stamp")}) a left join lateral (${versions("c.prior")}) b on true
  where c.prior is null or b.stage is not null`;
}

/** How a column of the statement is written; a name that the lifecycle does not know any more is null. */
function cellsOf({
  entity,
}: StageChanges): Readonly<Record<string, { readonly column: string; readonly like: ReturnType<typeof cellOf> }>> {
  const { states, steps } = entity.stage?.lifecycle ?? { states: {}, steps: {} };
  const text = cellOf({ kind: "text" });
  const state = { ...text, json: (name: string) => (Object.hasOwn(states, name) ? `"${name}"` : "null") };
  const step = { ...text, json: (name: string) => (Object.hasOwn(steps, name) ? `"${stepValue(name)}"` : "null") };
  return {
    step: { column: "step", like: step },
    from: { column: "from_state", like: state },
    to: { column: "to_state", like: state },
    on: { column: "on", like: cellOf({ kind: "date" }) },
    at: { column: "at", like: cellOf({ kind: "dateTime" }) },
    reason: { column: "reason", like: text },
    origin: { column: "origin", like: text },
    outside: { column: "outside", like: cellOf({ kind: "boolean" }) },
  };
}

function changeWriter(changes: StageChanges, type: GraphQLObjectType, nodes: readonly FieldNode[], path: PathPattern): Writer {
  const cells = cellsOf(changes);
  return objectWriter(
    [...changes.compilation.selection(type, nodes)].map(([key, selected]): [string, Writer] => {
      const name = selected[0]?.name.value ?? "";
      if (name === "by") return [key, changedBy(changes, selected, [...path, key])];
      const cell = cells[name];
      if (cell === undefined) return [key, constant(JSON.stringify(type.name))];
      return [key, cellWriter(placeOf(changes, cell.column, cell.like.select), cell.like.json)];
    }),
  );
}
