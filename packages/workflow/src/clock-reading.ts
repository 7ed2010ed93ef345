import { countedClock, type CountedClock, type Id, type Instant } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";

import { clockCourse, type ClockCourse } from "./clock-course.ts";
import { extraFor, readGranted, type Granted } from "./deadlines/extension-rows.ts";
import { readStageTrails } from "./stage-trail.ts";
import { dueAt } from "./time/limits.ts";
import { readWorkingTime, type ClockContext } from "./time/read-calendar.ts";
import type { WorkingTime } from "./time/working-time.ts";

/** A clock as it runs, or stands still, for a row. */
export interface RunningClock {
  /** The state that has it. */
  readonly state: string;
  readonly counted: CountedClock;
  readonly began: Instant;
  /** How much longer it is by what was approved. */
  readonly extra: number;
}

/** What a row's clock says. */
export interface ClockReading {
  /** When the row came into its stage. */
  readonly since: Instant;
  /** `undefined` in a state without a clock, and while the clock stands still before its end. */
  readonly due: Instant | undefined;
  /** `undefined` where the clock does not warn, and where it stands still before it would. */
  readonly warning: Instant | undefined;
  /** When each level is reached, the first one first; of a clock that stands still those that it reached before. */
  readonly escalations: readonly Instant[];
  /** `undefined` in a state without a clock. */
  readonly clock: RunningClock | undefined;
}

/** A row as its clock is asked for: its key, and the state in which it is. */
export interface StagedRow {
  readonly id: Id<string>;
  readonly stage: string;
}

/** What the clocks of rows say. */
export interface ClockReadings {
  /** By key; nothing of a row of which it is not known any more when it came into its stage. */
  readonly readings: ReadonlyMap<Id<string>, ClockReading>;
  /** Whether a past is read, which has no now. */
  readonly isPast: boolean;
}

/** Whether a state of an entity's lifecycle has a clock, and somebody keeps the calendar by which it is counted. */
export function hasClocks(model: Model, { stage }: EntityModel): boolean {
  return model.calendar !== undefined && Object.values(stage?.lifecycle.states ?? {}).some(({ clock }) => clock !== undefined);
}

/**
 * Reads the clocks of rows of one entity: worked out by the changes of the stage, whoever made them, by what more time was approved, and by the calendar
 * as it is, so that a corrected calendar moves every limit that is open. As many statements for any number of rows as for one.
 *
 * @throws Refusal CALENDAR_INVALID
 */
export async function readClocks(
  model: Model,
  entity: EntityModel,
  rows: readonly StagedRow[],
  context: ClockContext,
): Promise<ClockReadings> {
  const { stage } = entity;
  const { calendar } = model;
  if (stage === undefined || calendar === undefined) throw new Error(`${entity.name} has no clock.`);
  const keys = rows.map(({ id }) => id);
  const { changes, isPast } = await readStageTrails(entity, keys, context);
  const granted = await readGranted(model, entity, keys, context);
  const time = await readWorkingTime(calendar, context);
  const readings = new Map<Id<string>, ClockReading>();
  for (const row of rows) {
    const course = clockCourse(stage.lifecycle, row.stage, changes.get(row.id) ?? []);
    if (course !== undefined) readings.set(row.id, readClock(course, time, granted.get(row.id) ?? []));
  }
  return { readings, isPast };
}

/** The next moment at which a clock is nearly over, over, or at its next level; `undefined` where nothing of that is to come. */
export function nextMoment({ warning, due, escalations }: ClockReading, now: Instant): Instant | undefined {
  return [warning, due, ...escalations].find((moment) => moment !== undefined && moment > now);
}

/** What a clock says that ran as told. @param granted the more time that was approved for the row */
export function readClock(
  { since, clock: declared, state, began, pauses }: ClockCourse,
  time: WorkingTime,
  granted: readonly Granted[],
): ClockReading {
  const counted = declared === undefined ? undefined : countedClock(declared);
  if (counted === undefined || state === undefined) return { since, due: undefined, warning: undefined, escalations: [], clock: undefined };
  const { unit, amount, warn, escalate } = counted;
  const extra = extraFor(granted, { state, began });
  const after = (passed: number): Instant | undefined => dueAt(time, { unit, amount: passed + extra }, began, pauses);
  return {
    since,
    due: after(amount),
    warning: warn === undefined ? undefined : after(amount - warn),
    escalations: escalate.map((late) => after(amount + late)).filter((moment) => moment !== undefined),
    clock: { state, counted, began, extra },
  };
}
