import type { CalendarDate, Problem, StepDeclaration } from "@xianmai/plugin-api";
import { columnOf, stepMutation, type EntityModel, type Model } from "@xianmai/plugin-api/model";
import { mutationField, type EntityTypes, type MutationWork } from "@xianmai/query";
import { GraphQLString, type GraphQLFieldConfig, type GraphQLFieldConfigMap } from "graphql";

import { attachTaken, filesInput, filesLacking } from "./attachments/step-files.ts";
import type { PlatformPart } from "./parts/part.ts";
import { guarded, lacking, sourcesOf } from "./permits.ts";
import { cannotStep, guardRefused, inTheFuture, reasonMissing, valuesMissing } from "./problems.ts";
import { recordStep } from "./record-step.ts";

/** A lifecycle of an entity, one of its steps, and the part of the platform whose entity it is. */
interface Step {
  readonly model: Model;
  readonly entity: EntityModel;
  readonly name: string;
  readonly declared: StepDeclaration;
  readonly part: PlatformPart | undefined;
}

/** Makes the mutation of every step of every lifecycle: `start` of `Project` is `startProject`. */
export function stepFields(model: Model, types: EntityTypes, parts: readonly PlatformPart[]): GraphQLFieldConfigMap<unknown, unknown> {
  return Object.fromEntries(
    model.entities.flatMap((entity) =>
      Object.entries(entity.stage?.lifecycle.steps ?? {}).map(([name, declared]) => [
        stepMutation(entity.name, name),
        stepField({ model, entity, name, declared, part: parts.find(({ plugin }) => plugin.name === entity.plugin) }, types),
      ]),
    ),
  );
}

function stepField(step: Step, types: EntityTypes): GraphQLFieldConfig<unknown, unknown> {
  const { entity, name, declared } = step;
  return mutationField({
    types,
    entity,
    name: stepMutation(entity.name, name),
    label: { zh: `${entity.label.zh}：${declared.zh}`, en: `${entity.label.en}: ${declared.en}` },
    permission: declared.permission,
    takes: (declared.takes ?? []).flatMap((taken) => entity.columns.find((column) => column.name === taken) ?? []),
    input: {
      ...filesInput(entity, declared),
      on: {
        type: types.scalars.Date,
        description: "发生日期；省略则为今天，不能晚于今天 The day on which it happened; today unless given, never later",
      },
      reason: {
        type: GraphQLString,
        description: declared.reason === true ? "原因（必填） Why; required" : "原因 Why",
      },
    },
    change: async (work) => take(step, work),
  });
}

/** Checks the step and moves the row; the first thing that is wrong is said, and nothing is moved. */
async function take(step: Step, work: MutationWork): Promise<readonly Problem[]> {
  const { model, entity, declared, part } = step;
  const { row, context, input, taken } = work;
  const stage = entity.stage;
  if (stage === undefined) throw new Error(`${entity.name} has a step but no stage.`);
  const from = String(row[stage.column.rowKey]);
  if (!sourcesOf(declared).includes(from)) return [cannotStep(entity, declared, from)];

  const today = context.clock.today();
  const on = (input["on"] ?? today) as CalendarDate;
  if (on > today) return [inTheFuture(on, today)];
  const given = typeof input["reason"] === "string" ? input["reason"].trim() : "";
  if (declared.reason === true && given === "") return [reasonMissing(declared)];
  const missing = lacking(entity, declared, ({ rowKey }) => (Object.hasOwn(taken, rowKey) ? taken[rowKey] : row[rowKey]));
  if (missing.length > 0) return valuesMissing(declared, missing);
  const withoutFiles = await filesLacking(entity, declared, work);
  if (withoutFiles.length > 0) return withoutFiles;
  const refusal = guarded(stage, step.name, row, context.viewer);
  if (refusal !== undefined) return [guardRefused(model, refusal)];
  const problems = (await part?.check?.(step.name, work, model)) ?? [];
  if (problems.length > 0) return problems;
  const refused = await attachTaken(entity, declared, work);
  if (refused.length > 0) return refused;

  row[stage.column.rowKey] = declared.to;
  for (const column of Object.keys(declared.sets ?? {})) row[columnOf(entity, column).rowKey] = on;
  await recordStep(work, { step: step.name, from, to: declared.to, on, reason: given === "" ? null : given });
  return [];
}
