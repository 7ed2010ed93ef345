import type { Id, Label, Problem } from "@xianmai/plugin-api";
import { columnOf, entityOf, type EntityModel, type Model } from "@xianmai/plugin-api/model";
import {
  lockedRow,
  permissionDenied,
  rowMutationField,
  subjectRow,
  type EntityTypes,
  type Outcome,
  type RunningMutation,
} from "@xianmai/query";
import { GraphQLID, GraphQLInt, GraphQLNonNull, GraphQLString, type GraphQLFieldConfigMap } from "graphql";

import { readClocks, type RunningClock } from "../clock-reading.ts";
import { isSame, readOpen } from "./extension-rows.ts";
import { EXTENSION } from "./extendable.ts";
import { askedTooLate, cannotBeExtended, hasNoClock, isAskedAlready, noAmount, reasonUnclear, tooLong } from "./extension-problems.ts";

/** How the units of clocks are stored. */
const STORED = { workingDays: "WORKING_DAYS", workingHours: "WORKING_HOURS", days: "DAYS", hours: "HOURS" } as const;

/** `requestDeadlineExtension`: asks for more time for a record. The steps of what was asked decide it. */
export function extensionMutations(types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const { entity } = types.of(EXTENSION);
  const name = "requestDeadlineExtension";
  return {
    [name]: rowMutationField(
      { types, entity, name, label: { zh: "申请延期", en: "Ask for more time" } },
      {
        fields: {
          subject: { type: new GraphQLNonNull(GraphQLID), description: "所延期记录的全局标识 Global id of the record whose time it is" },
          amount: {
            type: new GraphQLNonNull(GraphQLInt),
            description: "延长多少，单位与其时限相同 How much more, in the unit of its clock",
          },
          reason: { type: new GraphQLNonNull(GraphQLString), description: "理由，不能为空白 Why, not blank" },
        },
        change: async (running) => ask(types, entity, running),
      },
    ),
  };
}

async function ask(types: EntityTypes, extension: EntityModel, running: RunningMutation): Promise<Outcome> {
  const { context, given } = running;
  const subject = await lockedSubject(extension, running);
  if ("problem" in subject) return { problems: [subject.problem] };
  const clock = await extendableClock(types, subject, running);
  if ("problem" in clock) return { problems: [clock.problem] };
  const row = context.em.create<{ readonly id: string }>(extension.entity, {
    subjectId: subject.id,
    subjectType: subject.entity.name,
    clockState: clock.state,
    clockBegan: clock.began,
    amount: given["amount"],
    unit: STORED[clock.counted.unit],
    reason: reasonIn(running),
    askedById: context.viewer.user ?? null,
    askedAt: context.clock.now(),
    decidedOn: null,
  } as never);
  context.em.persist(row);
  await context.em.flush();
  return { row, problems: [] };
}

/** The record whose time it is, and the state in which it is. */
interface Subject {
  readonly entity: EntityModel;
  readonly id: Id<string>;
  readonly stage: string;
}

/** Finds the record and locks it: who asks and who asks again follow each other, and it stays in its stage meanwhile. */
async function lockedSubject(
  extension: EntityModel,
  { client, context, given }: RunningMutation,
): Promise<Subject | { readonly problem: Problem }> {
  const path = ["input", "subject"];
  const found = await subjectRow(client, columnOf(extension, "subject"), path, String(given["subject"]));
  if ("problem" in found) return found;
  const { entity } = found.row;
  const locked = await lockedRow(context.em, client, entity, { id: given["subject"] });
  if ("problem" in locked) return { problem: { ...locked.problem, path } };
  const { id } = locked.row;
  return { entity, id: id as Id<string>, stage: String(locked.row[entity.stage?.column.rowKey ?? ""]) };
}

/** The clock of a record where more time can be asked for as the input says; else the first thing that is wrong. */
async function extendableClock(
  { model }: EntityTypes,
  subject: Subject,
  running: RunningMutation,
): Promise<RunningClock | { readonly problem: Problem }> {
  const { context, given } = running;
  const { entity, id, stage } = subject;
  // looked for before what was approved is read: what is decided meanwhile is either found here or counted there
  const open = await readOpen(entityOf(model, EXTENSION), id, context);
  const { readings } = await readClocks(model, entity, [{ id, stage }], context);
  const { clock, due } = readings.get(id) ?? {};
  if (clock === undefined) return { problem: hasNoClock(entity, stage) };
  const { extend, unit } = clock.counted;
  if (extend === undefined) return { problem: cannotBeExtended(entity, clock.state) };
  if (!context.viewer.may(extend.ask)) return { problem: permissionDenied(extend.ask, permissionLabel(model, extend.ask)) };
  if (due !== undefined && !context.clock.until(due)) return { problem: askedTooLate(due) };
  if (open.some((run) => isSame(run, clock))) return { problem: isAskedAlready() };
  const amount = Number(given["amount"]);
  if (amount < 1) return { problem: noAmount(amount) };
  if (clock.extra + amount > extend.most) return { problem: tooLong(unit, extend.most, clock.extra, amount) };
  const reason = reasonIn(running);
  return reason === "" || reason.includes("\0") || !reason.isWellFormed() ? { problem: reasonUnclear() } : clock;
}

function permissionLabel(model: Model, permission: string): Label | undefined {
  return model.plugins.map(({ permissions }) => permissions[permission]).find((found) => found !== undefined);
}

function reasonIn({ given }: RunningMutation): string {
  return String(given["reason"]).trim();
}
