import type { ClientBase, PoolClient } from "pg";

import { ASK_MOMENT, currentMoment, type Answered } from "../history/current.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import { sendBatch, sendBetween } from "./batch.ts";
import type { PoolSize } from "./limited-pool.ts";
import { borrow, COMMON_OPTIONS, openPool } from "./pool.ts";
import { PreparedStatements } from "./prepared.ts";
import { settingsStatement, type Settings } from "./settings.ts";
import type { Statement, StatementResult } from "./statement.ts";

/** One connection, lent to one request: it writes, and then reads what came of it. */
export interface WriteConnection {
  /**
   * Runs `work` in one transaction under the settings: committed when `work` resolves, undone when it throws.
   *
   * @throws Error when the transaction could not be committed, and whatever `work` throws
   */
  transaction<Result>(settings: Settings, work: (client: ClientBase) => Promise<Result>): Promise<Result>;
  /**
   * Reads in a new snapshot, which sees what a transaction of this connection has committed.
   *
   * @throws StatementError naming the statement at fault
   */
  read(settings: Settings, statements: readonly Statement[]): Promise<readonly StatementResult[]>;
  /** As `read`, but with cells as bytes (see `fromBytes`), and tells what it saw; at the cost of no further statement. */
  answer(settings: Settings, statements: readonly Statement[]): Promise<Answered>;
}

/** Connections of the application's login for requests that write. */
export interface WritePool {
  /**
   * Lends a connection for as long as `work` runs.
   *
   * @param signal cancels the statement that is running in PostgreSQL: it then fails with `57014`
   * @throws PoolBusy before `work` has begun, and whatever it throws
   */
  use<Result>(work: (connection: WriteConnection) => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Waits for what is running, then closes every connection. */
  close(): Promise<void>;
}

const BEGIN: Statement = { text: "begin isolation level read committed read write", values: [], name: "xm_begin_write" };
const BEGIN_READ: Statement = { text: "begin isolation level repeatable read read only", values: [], name: "xm_begin_read" };
const COMMIT: Statement = { text: "commit", values: [], name: "xm_commit" };

/** Opens a pool for writes; connections are made when they are first needed. */
export function createWritePool(app: ConnectionSettings, size: PoolSize): WritePool {
  const pool = openPool(app, { ...size, options: COMMON_OPTIONS, name: "xianmai write" });
  const prepared = new PreparedStatements();
  return {
    use: async (work, signal) => borrow(pool, async (client) => work(writeConnection(client, prepared)), signal),
    close: async () => pool.end(),
  };
}

function writeConnection(client: PoolClient, prepared: PreparedStatements): WriteConnection {
  const opening = (begin: Statement, set: Statement | undefined): readonly Statement[] => (set === undefined ? [begin] : [begin, set]);
  const answer = async (settings: Settings, statements: readonly Statement[], bytes: boolean): Promise<Answered> => {
    try {
      const opened = opening(BEGIN_READ, settingsStatement(settings, ASK_MOMENT));
      const { before, results } = await sendBetween(client, prepared, {
        before: opened,
        statements,
        after: [COMMIT],
        role: settings.role,
        bytes,
      });
      return { results, moment: currentMoment(before.at(-1)) };
    } catch (error) {
      await undo(client);
      throw error;
    }
  };
  return {
    transaction: async (settings, work) => {
      if (client.getTransactionStatus() !== "I") throw new Error("This connection is inside a transaction already.");
      try {
        await sendBatch(client, opening(BEGIN, settingsStatement(settings)), prepared);
        const result = await work(client);
        const { command } = await client.query("commit");
        // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK, and no error
        if (command !== "COMMIT") throw new Error("The transaction was rolled back: a statement in it had failed.");
        return result;
      } catch (error) {
        await undo(client);
        throw error;
      }
    },
    read: async (settings, statements) => (await answer(settings, statements, false)).results,
    answer: async (settings, statements) => answer(settings, statements, true),
  };
}

/**
 * Ends a failed transaction, whether or not the server's answer about it has arrived: outside one ROLLBACK does nothing.
 * Where that fails too the connection is lost, and the pool closes it.
 */
async function undo(client: PoolClient): Promise<void> {
  await client.query("rollback").catch(() => undefined);
}
