import type { Field, Id, ReadContext } from "@xianmai/plugin-api";
import { stepValue, type EntityModel } from "@xianmai/plugin-api/model";
import { isWritable, rowField, type EntityTypes } from "@xianmai/query";
import { GraphQLList, GraphQLNonNull, type GraphQLFieldConfigMap } from "graphql";

import { permits, type KnownRow, type Stage } from "./permits.ts";

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

/** One row after the other, in memory: whatever it takes comes with the rows. */
function availableSteps(model: EntityModel, stage: Stage): Field {
  const { entity } = model;
  const steps = Object.keys(stage.lifecycle.steps);
  const load = (
    rows: readonly (KnownRow & { readonly id: Id<string> })[],
    { viewer }: ReadContext,
  ): ReadonlyMap<Id<string>, readonly string[]> =>
    new Map(
      rows.map((row) => {
        const whole: KnownRow = Object.assign(new entity(), row);
        return [row.id, isWritable(row) ? steps.filter((step) => permits(model, stage, step, whole, viewer)).map(stepValue) : []];
      }),
    );
  return {
    entity,
    name: "availableSteps",
    label: { zh: "可执行的步骤", en: "Available steps" },
    type: "text",
    requires: columnsNeeded(model, stage),
    load: async (rows, context) => Promise.resolve(load(rows, context)),
  };
}

/** A guard may look at every column. */
function columnsNeeded({ columns }: EntityModel, { column, lifecycle, rules }: Stage): readonly string[] {
  const guards = Object.keys(rules?.guards ?? {});
  if (guards.length > 0) return columns.map(({ name }) => name);
  return [...new Set([column.name, ...Object.values(lifecycle.steps).flatMap(({ requires = [] }) => requires)])];
}
