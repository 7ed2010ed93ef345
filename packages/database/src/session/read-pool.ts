import type { ClientBase } from "pg";

import { ASK_MOMENT, currentMoment, type Answered } from "../history/current.ts";
import type { Moment } from "../history/moment.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import { sendBatch, sendBetween, type BetweenResults } from "./batch.ts";
import { borrow, COMMON_OPTIONS, openPool, type PoolSize } from "./pool.ts";
import { KnownUnits } from "./known-units.ts";
import { PreparedStatements } from "./prepared.ts";
import { settingsStatement, treeSeen, unitsIn, type Besides, type Settings } from "./settings.ts";
import { StatementError, type Statement, type StatementResult } from "./statement.ts";

/** One snapshot that lasts over several batches. */
export interface ReadSession {
  /** The state of the database that it sees. */
  readonly moment: Moment;
  /** Cells come as bytes: see `fromBytes`. @throws StatementError; the session is of no more use then */
  batch(statements: readonly Statement[]): Promise<readonly StatementResult[]>;
  /** The connection, for libraries that speak to one; it is inside the session's transaction. */
  readonly client: ClientBase;
}

/** Connections of the application's login that can only read. */
export interface ReadPool {
  /**
   * Runs statements in one round trip and one snapshot, seen with the settings; nothing of them outlasts it.
   *
   * @param signal cancels the statements in PostgreSQL: the batch then fails with `57014`
   * @throws StatementError naming the statement at fault; PoolBusy before anything was sent
   */
  batch(settings: Settings, statements: readonly Statement[], signal?: AbortSignal): Promise<readonly StatementResult[]>;
  /** As `batch`, but with cells as bytes (see `fromBytes`), and tells what it saw; at the cost of no further statement. */
  answer(settings: Settings, statements: readonly Statement[], signal?: AbortSignal): Promise<Answered>;
  /**
   * Runs `work` in one snapshot and under the settings, however many batches it sends. The connection is its own until it settles.
   *
   * @param signal as for a batch
   */
  session<Result>(settings: Settings, work: (session: ReadSession) => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Waits for what is running, then closes every connection. */
  close(): Promise<void>;
}

/** A batch alone is one snapshot without BEGIN: at this isolation its implicit transaction takes one for all its statements. */
export const READ_OPTIONS = `${COMMON_OPTIONS} -c default_transaction_isolation=repeatable\\ read -c default_transaction_read_only=on`;

const BEGIN: Statement = { text: "begin isolation level repeatable read read only", values: [], name: "xm_begin_read" };

/** What a changed table does to statements prepared before it: their result may not change its type, or they are gone. */
const STALE: readonly (string | undefined)[] = ["0A000", "26000"];

/** How a batch begins: with the settings. */
interface Opening {
  readonly statements: readonly Statement[];
  /** Whether what was set holds in the snapshot that was read, by the statement's result; learns from it. */
  readonly holds: (result: StatementResult | undefined) => boolean;
}

/** Opens a pool for reads; connections are made when they are first needed. */
export function createReadPool(app: ConnectionSettings, size: PoolSize): ReadPool {
  const pool = openPool(app, { ...size, options: READ_OPTIONS, name: "xianmai read" });
  const prepared = new PreparedStatements();
  const run = async (
    settings: Settings,
    opening: readonly Statement[],
    statements: readonly Statement[],
    signal: AbortSignal | undefined,
    bytes: boolean,
  ): Promise<BetweenResults> => {
    const send = async (client: ClientBase) => sendBetween(client, prepared, settings.role, { before: opening, statements, bytes });
    const work = async (client: ClientBase) => {
      try {
        return await send(client);
      } catch (error) {
        // a failed statement is parsed anew the next time, and a batch that only read may simply be sent again
        if (error instanceof StatementError && error.statement?.name !== undefined && STALE.includes(error.code)) return send(client);
        throw error;
      }
    };
    return borrow(pool, work, signal);
  };
  const known = new KnownUnits();
  pool.on("remove", () => known.forgetAll());
  // Units that are known are set as they are; the result says whether the tree is still the one in which they were found.
  const opening = (settings: Settings, besides: Besides | undefined): Opening => {
    const units = unitsIn(settings);
    const found = units === undefined ? undefined : known.get(units);
    const set = settingsStatement(settings, besides, { known: found });
    return {
      statements: set === undefined ? [] : [set],
      holds: (result) => {
        if (units === undefined) return true;
        const seen = treeSeen(result, besides?.columns.length ?? 0, found !== undefined);
        if (seen.found !== undefined) known.keep(units, seen.found);
        if (found === undefined || found.stamp === seen.stamp) return true;
        known.forget(units);
        return false;
      },
    };
  };
  const answer = async (
    settings: Settings,
    besides: Besides | undefined,
    statements: readonly Statement[],
    signal: AbortSignal | undefined,
    bytes: boolean,
  ): Promise<BetweenResults> => {
    const first = opening(settings, besides);
    const answered = await run(settings, first.statements, statements, signal, bytes);
    return first.holds(answered.before.at(-1)) ? answered : answer(settings, besides, statements, signal, bytes);
  };
  const open = async (client: ClientBase, settings: Settings): Promise<Moment> => {
    const first = opening(settings, ASK_MOMENT);
    const opened = await sendBatch(client, [BEGIN, ...first.statements], prepared);
    // now they are no longer known, and are looked for in the same snapshot
    if (!first.holds(opened.at(-1))) await sendBatch(client, opening(settings, undefined).statements, prepared);
    return currentMoment(opened.at(-1));
  };
  return {
    batch: async (settings, statements, signal) => (await answer(settings, undefined, statements, signal, false)).results,
    answer: async (settings, statements, signal) => {
      const { before, results } = await answer(settings, ASK_MOMENT, statements, signal, true);
      return { results, moment: currentMoment(before.at(-1)) };
    },
    session: async (settings, work, signal) => {
      const held = async (client: ClientBase) => {
        const moment = await open(client, settings);
        try {
          return await work({
            client,
            moment,
            batch: async (statements) => {
              const { results } = await sendBetween(client, prepared, settings.role, { before: [], statements, bytes: true });
              return results;
            },
          });
        } finally {
          // where this fails the connection is lost, and the pool closes it
          await client.query("rollback").catch(() => undefined);
        }
      };
      return borrow(pool, held, signal);
    },
    close: async () => pool.end(),
  };
}
