import type { Field, Id, ReadContext } from "@xianmai/plugin-api";
import { stepValue, type EntityModel } from "@xianmai/plugin-api/model";
import { isWritable, rowField, type EntityTypes } from "@xianmai/query";
import { GraphQLList, GraphQLNonNull, type GraphQLFieldConfigMap } from "graphql";

import { filledFields } from "./attachments/filled-fields.ts";
import { filesRequired, permits, type KnownRow, type Stage } from "./permits.ts";

/** What rows of an entity with steps show of them: `availableSteps`. */
export function lifecycleFields(entity: EntityModel, types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const { stage } = entity;
  const { steps } = types.of(entity);
  if (stage === undefined || steps === undefined) return {};
  return {
    availableSteps: rowField({
      field: availableSteps(entity, stage),
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(steps))),
      description: {
        zh: "查看者现在可以执行的步骤，按声明的先后；查看过去时为空列表",
        en: "The steps that the viewer can take now, as they are declared; none of a row in the past",
      },
      writable: true,
    }),
  };
}

/** One row after the other, in memory: whatever it takes comes with the rows; what files they have is read for all of them at once. */
function availableSteps(model: EntityModel, stage: Stage): Field {
  const { entity } = model;
  const steps = Object.keys(stage.lifecycle.steps);
  const files = Object.values(stage.lifecycle.steps).flatMap((step) => filesRequired(model, step));
  const load = async (
    rows: readonly (KnownRow & { readonly id: Id<string> })[],
    context: ReadContext,
  ): Promise<ReadonlyMap<Id<string>, readonly string[]>> => {
    const filled = await filledFields(context, files, rows);
    return new Map(
      rows.map((row) => {
        const known = { row: Object.assign(new entity(), row) as KnownRow, filled: filled.get(row.id) ?? new Set<string>() };
        return [row.id, isWritable(row) ? steps.filter((step) => permits(model, stage, step, known, context.viewer)).map(stepValue) : []];
      }),
    );
  };
  return {
    entity,
    name: "availableSteps",
    label: { zh: "可执行的步骤", en: "Available steps" },
    type: "text",
    requires: columnsNeeded(model, stage),
    load,
  };
}

/** A guard may look at every column. */
function columnsNeeded({ columns }: EntityModel, { column, lifecycle, rules }: Stage): readonly string[] {
  const guards = Object.keys(rules?.guards ?? {});
  if (guards.length > 0) return columns.map(({ name }) => name);
  const required = Object.values(lifecycle.steps).flatMap(({ requires = [] }) => requires);
  return [...new Set([column.name, ...required.filter((name) => columns.some((one) => one.name === name))])];
}
