import type { Instant, TimeUnit } from "@xianmai/plugin-api";

import { measureOf, type Measure } from "./measures.ts";
import type { WorkingTime } from "./working-time.ts";

/** A time limit: a whole number, above none, of a unit. */
export interface TimeLimit {
  readonly unit: TimeUnit;
  readonly amount: number;
}

/** A stretch in which a clock stands still; one without `until` still does. */
export interface Pause {
  readonly from: Instant;
  readonly until?: Instant;
}

/** What of a limit has run: days, or milliseconds of hours. */
export interface Spent {
  readonly elapsed: number;
  /** Below none once the limit is over. */
  readonly remaining: number;
}

/**
 * When a limit ends.
 *
 * What arrives after hours counts as received on the next working day. The day of receipt does not count: a limit in working days ends at the close
 * of its last one, a limit in calendar days at the end of its last day. Working hours run while offices are open, calendar hours always. Time in
 * a pause does not count: a day counts where the clock runs at its end.
 *
 * @returns `undefined` while the clock stands still
 */
export function dueAt(
  time: WorkingTime,
  { unit, amount }: TimeLimit,
  received: Instant,
  pauses: readonly Pause[] = [],
): Instant | undefined {
  const measure = measureOf(unit, time);
  let left = amount * measure.one;
  for (const [from, to] of running(measure.start(Date.parse(received)), pauses)) {
    if (to === Number.POSITIVE_INFINITY) return instantOf(measure.reach(from, left));
    const passed = measure.amount(from, to);
    if (passed >= left) return instantOf(measure.reach(from, left));
    left -= passed;
  }
  return undefined;
}

/** How much of a limit has run by a moment, and how much is left. */
export function spentAt(time: WorkingTime, limit: TimeLimit, received: Instant, at: Instant, pauses: readonly Pause[] = []): Spent {
  const measure = measureOf(limit.unit, time);
  const elapsed = passed(measure, running(measure.start(Date.parse(received)), pauses), Date.parse(at));
  return { elapsed, remaining: limit.amount * measure.one - elapsed };
}

/** How much time lies between two moments: days that ended, or milliseconds of hours. None where they stand the other way round. */
export function timeBetween(time: WorkingTime, unit: TimeUnit, from: Instant, to: Instant): number {
  return measureOf(unit, time).amount(Date.parse(from), Date.parse(to));
}

function passed(measure: Measure, stretches: readonly Running[], at: number): number {
  return stretches.reduce((sum, [from, to]) => sum + measure.amount(from, Math.min(to, at)), 0);
}

/** A stretch (from, to] in which the clock runs. */
type Running = readonly [from: number, to: number];

/** What is left of the time after a start when the pauses are taken out; they may overlap, and stand in any order. */
function running(start: number, pauses: readonly Pause[]): readonly Running[] {
  const stops = pauses
    .map(({ from, until }): Running => [Date.parse(from), until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until)])
    // one that ends before it begins stops nothing
    .filter(([stopped, resumed]) => stopped < resumed)
    .sort(([a], [b]) => a - b);
  const stretches: Running[] = [];
  let from = start;
  for (const [stopped, resumed] of stops) {
    if (stopped > from) stretches.push([from, stopped]);
    from = Math.max(from, resumed);
  }
  if (from < Number.POSITIVE_INFINITY) stretches.push([from, Number.POSITIVE_INFINITY]);
  return stretches;
}

function instantOf(moment: number): Instant {
  return new Date(moment).toISOString() as Instant;
}
