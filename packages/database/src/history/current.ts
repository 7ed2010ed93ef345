import type { StatementResult } from "../session/statement.ts";
import type { Besides } from "../session/settings.ts";
import type { Moment } from "./moment.ts";

/** What was read, and the state of the database that it was read in. */
export interface Answered {
  readonly results: readonly StatementResult[];
  readonly moment: Moment;
}

/** What tells the moment of the statement that selects it; the last of its columns. */
export const MOMENT_COLUMNS = ["xm.newest_generation()", "xm.base()", "xm.settled_snapshot()::text"] as const;

/** Has a statement of settings tell the moment too. */
export const ASK_MOMENT: Besides = { name: "_moment", columns: () => MOMENT_COLUMNS };

/** The moment at which a statement was answered whose last columns are `MOMENT_COLUMNS`. */
export function currentMoment(result: StatementResult | undefined): Moment {
  return momentIn(result?.rows[0]?.slice(-MOMENT_COLUMNS.length) ?? []);
}

/** The moment that the values of `MOMENT_COLUMNS` tell. */
export function momentIn([generation = null, base = null, snapshot = null]: readonly (string | null)[]): Moment {
  if (generation === null || base === null || snapshot === null) throw new Error("The database has no generation.");
  return { generation: Number(generation), base: BigInt(base), snapshot };
}
