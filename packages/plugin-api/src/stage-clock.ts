/** What a time limit is counted in: days or hours in which offices work, or those of the calendar. */
export type TimeUnit = "workingDays" | "workingHours" | "days" | "hours";

type OneOf<Unit extends string> = {
  [Counted in Unit]: { readonly [Name in Counted]: number } & { readonly [Name in Exclude<Unit, Counted>]?: never };
}[Unit];

/**
 * How long a record may stay in a state: a whole number of one unit, `{ workingDays: 10 }`. It runs from the moment at which the record came into the
 * state. The limits that it makes are those of the work calendar, which a plugin provides.
 */
export type StageClock = OneOf<TimeUnit> & {
  /** From when on it counts as nearly due: so much of the same unit before the end. */
  readonly warn?: number;
  /** After how much of the same unit past the end it goes to the next level, and to the one after that: whole numbers that rise, `[1, 3]`. */
  readonly escalate?: readonly number[];
  /** Whether it can be made longer, on request and with approval. */
  readonly extend?: ClockExtension;
};

/** How a clock can be made longer (延期). */
export interface ClockExtension {
  /** How much in all, of the same unit, for one stay in the state. */
  readonly most: number;
  /** The permission to ask for it. */
  readonly ask: string;
  /** The permission to approve or refuse it; nobody decides what they asked for themselves. */
  readonly approve: string;
}

/** The longest limits: ten years. */
export const LONGEST_LIMIT: Readonly<Record<TimeUnit, number>> = { workingDays: 3650, days: 3650, workingHours: 29_200, hours: 87_600 };

const UNITS = Object.keys(LONGEST_LIMIT) as readonly TimeUnit[];

/** What a clock counts, and how much of it. */
export interface CountedClock {
  readonly unit: TimeUnit;
  readonly amount: number;
  /** So much of it before the end it is nearly due; `undefined` for no warning. */
  readonly warn: number | undefined;
  /** So much of it after the end each level is reached, the first one first; none where nothing escalates. */
  readonly escalate: readonly number[];
  /** `undefined` where it cannot be made longer. */
  readonly extend: ClockExtension | undefined;
}

/** Reads a clock; `undefined` for one that names no unit or several, or that composition refuses for its numbers. */
export function countedClock(clock: StageClock): CountedClock | undefined {
  const [unit, ...others] = UNITS.filter((one) => clock[one] !== undefined);
  const amount = unit === undefined ? undefined : clock[unit];
  if (unit === undefined || amount === undefined || others.length > 0) return undefined;
  const { warn, escalate = [], extend } = clock;
  if (!isCount(amount) || (warn !== undefined && (!isCount(warn) || warn >= amount)) || !rises(escalate)) return undefined;
  if (extend !== undefined && !isCount(extend.most)) return undefined;
  const longest = amount + (extend?.most ?? 0) + (escalate.at(-1) ?? 0);
  return longest > LONGEST_LIMIT[unit] ? undefined : { unit, amount, warn, escalate, extend };
}

function rises(counts: readonly number[]): boolean {
  return counts.every((count, at) => isCount(count) && count > (counts[at - 1] ?? 0));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
