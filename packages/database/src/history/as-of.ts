import type { ReadPool } from "../session/read-pool.ts";
import type { Settings } from "../session/settings.ts";
import { StatementError, type Statement, type StatementResult } from "../session/statement.ts";
import { boundsOf, type Moment } from "./moment.ts";

/**
 * A pool that reads the past: whatever is sent through it sees every table as it was at the moment, under the same row-level security as the
 * present. A table that has no past is an error there, never the present.
 *
 * Nothing of it outlasts a batch or a session; closing it closes the pool that it was made of.
 */
export function asOf(pool: ReadPool, moment: Moment): ReadPool {
  const opening = openingStatement(moment);
  const past: ReadPool = {
    batch: async (settings, statements, signal) => {
      const results = await shifted(1, async () => pool.batch(settings, [opening, ...statements.map(inThePast)], signal));
      return results.slice(1);
    },
    answer: async (settings, statements, signal) => {
      const { results } = await shifted(1, async () => pool.answer(settings, [opening, ...statements.map(inThePast)], signal));
      return { results: results.slice(1), moment };
    },
    session: async (settings, work, signal) =>
      pool.session(
        settings,
        async (session) => {
          await session.batch([opening]);
          return work({ client: session.client, moment, batch: async (statements) => session.batch(statements.map(inThePast)) });
        },
        signal,
      ),
    close: async () => pool.close(),
  };
  return past;
}

/**
 * Reads once as of a moment, in one round trip.
 *
 * @throws StatementError naming the statement at fault
 */
export async function readAsOf(
  pool: ReadPool,
  settings: Settings,
  moment: Moment,
  statements: readonly Statement[],
): Promise<readonly StatementResult[]> {
  return asOf(pool, moment).batch(settings, statements);
}

/** Ends with its transaction, and so do the views' bounds: without them they fail. */
function openingStatement(moment: Moment): Statement {
  const { low, high, running } = boundsOf(moment);
  return {
    text: `select pg_catalog.set_config('search_path', 'past', true), pg_catalog.set_config('xm.lo', $1, true),
      pg_catalog.set_config('xm.hi', $2, true), pg_catalog.set_config('xm.xip', $3, true)`,
    values: [String(low), String(high), `{${running.join(",")}}`],
    name: "xm_as_of",
  };
}

/** One text means another plan over other relations: a name of its own spares PostgreSQL from planning anew at every turn. */
function inThePast(statement: Statement): Statement {
  return statement.name === undefined ? statement : { ...statement, name: `${statement.name}/past` };
}

/** Counts the caller's statements alone, as the pool itself does. */
async function shifted<Result>(by: number, send: () => Promise<Result>): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof StatementError) || !(error.cause instanceof Error)) throw error;
    throw new StatementError(error.cause, error.statement, error.index - by);
  }
}
