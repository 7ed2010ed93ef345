import type { ClientBase } from "pg";

import type { Answered } from "../history/current.ts";
import type { Moment } from "../history/moment.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import { sendBatch, sendBetween, type BetweenResults, type Frame } from "./batch.ts";
import { Openings } from "./opening.ts";
import type { PoolSize } from "./limited-pool.ts";
import { borrow, COMMON_OPTIONS, openPool } from "./pool.ts";
import { PreparedStatements } from "./prepared.ts";
import { settingsStatement, type Settings } from "./settings.ts";
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

/** Opens a pool for reads; connections are made when they are first needed. */
export function createReadPool(app: ConnectionSettings, size: PoolSize): ReadPool {
  const pool = openPool(app, { ...size, options: READ_OPTIONS, name: "xianmai read" });
  const prepared = new PreparedStatements();
  const openings = new Openings();
  pool.on("remove", () => openings.forgetAll());

  const send = async (client: ClientBase, settings: Settings, statements: readonly Statement[], bytes: boolean): Promise<Answered> => {
    const { statement, moment } = openings.of(client, settings);
    const frame = { before: [statement], statements, role: settings.role, bytes };
    const { before, results } = await sendBetween(client, prepared, frame).catch((error: unknown) => again(error, client, frame));
    const read = moment(before[0]);
    return read === undefined ? send(client, settings, statements, bytes) : { results, moment: read };
  };
  /** A statement that failed is parsed anew the next time, and a batch that only read may simply be sent again. */
  const again = async (error: unknown, client: ClientBase, frame: Frame): Promise<BetweenResults> => {
    if (error instanceof StatementError && error.statement?.name !== undefined && STALE.includes(error.code)) {
      return sendBetween(client, prepared, frame);
    }
    throw error;
  };
  const open = async (client: ClientBase, settings: Settings): Promise<Moment> => {
    const first = openings.of(client, settings);
    const [, opened] = await sendBatch(client, [BEGIN, first.statement], prepared);
    const read = first.moment(opened);
    if (read !== undefined) return read;
    // now the units are no longer known, and are looked for in the same snapshot
    const { statement, moment } = openings.of(client, settings);
    const [again] = await sendBatch(client, [statement], prepared);
    const found = moment(again);
    if (found === undefined) throw new Error("The tree of units changed within one snapshot.");
    return found;
  };
  return {
    batch: async (settings, statements, signal) => {
      if (settingsStatement(settings) !== undefined) {
        return (await borrow(pool, (client) => send(client, settings, statements, false), signal)).results;
      }
      // where nothing is set, nothing goes before: such a batch may begin its own transaction
      const frame = { before: [], statements };
      const bare = (client: ClientBase) => sendBetween(client, prepared, frame).catch((error: unknown) => again(error, client, frame));
      return (await borrow(pool, bare, signal)).results;
    },
    answer: (settings, statements, signal) => borrow(pool, (client) => send(client, settings, statements, true), signal),
    session: async (settings, work, signal) => {
      const held = async (client: ClientBase) => {
        const moment = await open(client, settings);
        try {
          return await work({
            client,
            moment,
            batch: async (statements) => {
              const { results } = await sendBetween(client, prepared, { before: [], statements, role: settings.role, bytes: true });
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
