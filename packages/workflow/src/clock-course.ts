import type { Instant, Lifecycle, StageClock } from "@xianmai/plugin-api";

import type { StageChange } from "./stage-trail.ts";
import type { Pause } from "./time/limits.ts";

/** How the clock of a row has run. */
export interface ClockCourse {
  /** When the row came into its stage. */
  readonly since: Instant;
  /** The clock: that of the stage, or, in a stage that pauses, the one that stands still. `undefined` for none. */
  readonly clock: StageClock | undefined;
  /** The state whose clock it is; `undefined` where every stage that is known pauses. */
  readonly state: string | undefined;
  /** When the clock began: earlier than `since` where it was paused. */
  readonly began: Instant;
  readonly pauses: readonly Pause[];
}

/** A stay in a state. */
interface Stay {
  readonly state: string;
  readonly from: Instant;
  /** None for the present one. */
  readonly until: Instant | undefined;
}

/**
 * Follows the clock of a row back: through stages that pause, to where it began. A change from outside begins it anew, and so does a step that leads
 * to the same stage without a pause.
 *
 * @param stage in which the row is
 * @param changes of its stage, in their order
 * @returns `undefined` where it is not known any more when the row came into its stage
 */
export function clockCourse({ states }: Lifecycle, stage: string, changes: readonly StageChange[]): ClockCourse | undefined {
  const stays = staysOf(stage, changes);
  const [present] = stays;
  if (present === undefined) return undefined;
  const pauses = (stay: Stay | undefined): boolean => stay !== undefined && states[stay.state]?.pauses === true;
  const nextRunning = (from: number): number => stays.findIndex((stay, at) => at >= from && !pauses(stay));

  let at = nextRunning(0);
  const running = stays[at];
  if (running === undefined) return { since: present.from, clock: undefined, state: undefined, began: present.from, pauses: [] };
  while (pauses(stays[at + 1])) {
    const before = nextRunning(at + 1);
    if (stays[before]?.state !== running.state) break;
    at = before;
  }
  return {
    since: present.from,
    clock: states[running.state]?.clock,
    state: running.state,
    began: stays[at]?.from ?? running.from,
    pauses: stays
      .slice(0, at)
      .filter(pauses)
      .map(({ from, until }) => ({ from, ...(until === undefined ? {} : { until }) })),
  };
}

/** The stays of a row, the present one first, as far as steps tell of them. */
function staysOf(stage: string, changes: readonly StageChange[]): readonly Stay[] {
  const stays: Stay[] = [];
  let state: string | null = stage;
  let until: Instant | undefined;
  for (const { at, from } of changes.toReversed()) {
    if (state === null || at === null) break;
    stays.push({ state, from: at, until });
    [state, until] = [from, at];
  }
  return stays;
}
