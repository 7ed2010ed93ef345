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
};

/** The longest limits: ten years. */
export const LONGEST_LIMIT: Readonly<Record<TimeUnit, number>> = { workingDays: 3650, days: 3650, workingHours: 29_200, hours: 87_600 };

const UNITS = Object.keys(LONGEST_LIMIT) as readonly TimeUnit[];

/** What a clock counts, and how much of it. */
export interface CountedClock {
  readonly unit: TimeUnit;
  readonly amount: number;
  /** So much of it before the end it is nearly due; `undefined` for no warning. */
  readonly warn: number | undefined;
}

/** Reads a clock; `undefined` for one that names no unit or several, or that composition refuses for its numbers. */
export function countedClock(clock: StageClock): CountedClock | undefined {
  const [unit, ...others] = UNITS.filter((one) => clock[one] !== undefined);
  const amount = unit === undefined ? undefined : clock[unit];
  if (unit === undefined || amount === undefined || others.length > 0) return undefined;
  const { warn } = clock;
  if (!isCount(amount) || amount > LONGEST_LIMIT[unit] || (warn !== undefined && (!isCount(warn) || warn >= amount))) return undefined;
  return { unit, amount, warn };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
