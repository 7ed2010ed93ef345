import type { EntityModel } from "@xianmai/plugin-api/model";
import type { FieldNode } from "graphql";
import { sql } from "kysely";

import type { PathPattern, Writer } from "../run/answer.ts";
import { withoutZeros } from "./cells.ts";
import type { Compilation } from "./compilation.ts";
import type { Bucket } from "./dimension.ts";
import { condition } from "./filter.ts";
import { bound } from "./sql.ts";
import { stageFiguresSql } from "./stage-figures-sql.ts";
import { cellWriter, constant, objectWriter } from "./writers.ts";

/** The figures of the stages of an entity in a selection. */
export interface StageFiguresRequest {
  readonly entity: EntityModel;
  readonly args: Readonly<Record<string, unknown>>;
  readonly nodes: readonly FieldNode[];
  readonly path: PathPattern;
}

/** The names of the figures in GraphQL, and of the columns that they come from. */
const COLUMNS: Readonly<Record<string, string>> = {
  period: "period",
  stage: "state",
  count: "standing",
  entered: "entered",
  left: "departed",
  began: "began",
  reached: "reached",
  reachedRate: "reached_rate",
  averageDays: "average_days",
  medianDays: "median_days",
  averageWorkingDays: "average_working_days",
  medianWorkingDays: "median_working_days",
};

const RATES: readonly string[] = ["reachedRate", "averageDays", "medianDays", "averageWorkingDays", "medianWorkingDays"];

/**
 * Plans the figures of the stages of an entity: one statement, with a row for each stage, or for each period and stage. It depends on all rows of the entity, since there is no
 * change of a stage that does not write its row; and on the work calendar, where working days are asked for.
 */
export function stageFigures(compilation: Compilation, { entity, args, nodes, path }: StageFiguresRequest): Writer {
  const { stageFigures: figures } = compilation.types.of(entity);
  const { calendar } = compilation.types.model;
  if (figures === undefined || entity.stage === undefined) throw new Error(`${entity.name} has no stage.`);
  const selection = [...compilation.selection(compilation.object(figures.name), nodes)].map(
    ([key, [node]]) => [key, node?.name.value ?? ""] as const,
  );
  const works = selection.some(([, name]) => name.endsWith("WorkingDays"));
  if (works && calendar !== undefined) compilation.reads.table(calendar.day);
  const rows = compilation.alias(entity);
  const filter = (args["filter"] ?? undefined) as Readonly<Record<string, unknown>> | undefined;
  const day = (given: unknown) => (given === undefined || given === null ? undefined : bound("date", given, String));
  const alias = compilation.alias();
  const statement = stageFiguresSql({
    entity,
    stage: entity.stage,
    rows,
    wanted: filter === undefined ? undefined : condition(entity, rows, filter, compilation, ["filter"]),
    from: day(args["from"]),
    to: day(args["to"]),
    by: (args["by"] ?? undefined) as Bucket | undefined,
    calendar: works ? calendar?.day : undefined,
  });
  const draft = compilation.draft(sql`(${statement}) as ${sql.id(alias)}`, path);
  draft.sort(sql.id(alias, "at"), sql.id(alias, "place"));
  const write = objectWriter(
    selection.map(([key, name]): [string, Writer] => {
      const column = COLUMNS[name];
      if (column === undefined) return [key, constant(JSON.stringify(figures.name))];
      const cell = draft.cell(column, () => sql.id(alias, column));
      if (name === "stage" || name === "period") return [key, cellWriter(cell, JSON.stringify)];
      return [key, cellWriter(cell, RATES.includes(name) ? (text) => `"${withoutZeros(text)}"` : (text) => text)];
    }),
  );
  return (_row, answer) => {
    const found = answer.rows(draft.index);
    answer.list(found.length, path, (at) => {
      write(found[at] ?? [], answer);
    });
  };
}
