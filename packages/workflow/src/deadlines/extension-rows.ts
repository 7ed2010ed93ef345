import type { Id, Instant } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import type { Kysely, SelectQueryBuilder } from "kysely";

import type { ClockContext } from "../time/read-calendar.ts";
import { EXTENSION, isExtendable } from "./extendable.ts";

/** One run of a clock: that of a state, from when it began. */
interface Run {
  readonly state: string;
  readonly began: Instant;
}

/** More time that was approved for one run of a clock. */
export interface Granted extends Run {
  /** In the unit of the clock. */
  readonly amount: number;
}

/** The columns of requests for more time that are read. */
interface Extensions {
  readonly deadline_extension: {
    readonly subject_id: Id<string>;
    readonly clock_state: string;
    readonly clock_began: Instant;
    readonly amount: number;
    readonly stage: string;
  };
}

/** Reads what more time was approved for rows of an entity; in one statement for all of them, and none where no clock of theirs can be made longer. */
export async function readGranted(
  model: Model,
  { stage }: EntityModel,
  keys: readonly Id<string>[],
  context: ClockContext,
): Promise<ReadonlyMap<Id<string>, readonly Granted[]>> {
  const granted = new Map<Id<string>, Granted[]>();
  const extension = model.entities.find(({ name }) => name === EXTENSION);
  if (extension === undefined || stage === undefined || !isExtendable(stage.lifecycle)) return granted;
  const rows = await rowsOf(extension, context)
    .select(["subject_id as id", "clock_state as state", "clock_began as began", "amount"])
    .where("stage", "=", "APPROVED")
    .where((eb) => eb("subject_id", "=", eb.fn.any(eb.val(keys))))
    .execute();
  for (const { id, ...one } of rows) granted.set(id, [...(granted.get(id) ?? []), one]);
  return granted;
}

/** How much longer one run of a clock is by what was approved for it. */
export function extraFor(granted: readonly Granted[], run: Run): number {
  return granted.filter((one) => isSame(one, run)).reduce((sum, { amount }) => sum + amount, 0);
}

/** Reads for which runs of a row's clocks somebody has asked for more time, and nobody has decided yet. */
export async function readOpen(extension: EntityModel, key: Id<string>, context: ClockContext): Promise<readonly Run[]> {
  return rowsOf(extension, context)
    .select(["clock_state as state", "clock_began as began"])
    .where("stage", "=", "REQUESTED")
    .where("subject_id", "=", key)
    .execute();
}

/** Whether two are the same run of a clock. */
export function isSame(one: Run, other: Run): boolean {
  return one.state === other.state && one.began === other.began;
}

function rowsOf({ entity }: EntityModel, context: ClockContext): SelectQueryBuilder<Extensions, "deadline_extension", object> {
  return (context.db(entity) as unknown as Kysely<Extensions>).selectFrom("deadline_extension");
}
