import type { Moment, ReadPool, ReadSession, Settings, Statement, StatementResult, WriteConnection } from "@xianmai/database";
import type { ClientBase } from "pg";

/** The database as one request may use it at the moment. */
export interface Access {
  /** Statements in one round trip and one snapshot. */
  readonly batch: (statements: readonly Statement[]) => Promise<readonly StatementResult[]>;
  /**
   * A connection for a query of a plugin's own, in the same snapshot.
   *
   * @throws SessionNeeded where only a session has one
   */
  readonly query: <Result>(work: (client: ClientBase) => Promise<Result>) => Promise<Result>;
  /** Whether `query` works: known before a query is built. */
  readonly hasClient: boolean;
  /** The state of the database that was read last; `undefined` where nothing was read yet. */
  readonly moment: () => Moment | undefined;
}

/** The signal that a plugin's code asked for the database where only prepared statements were sent: the request is run again, in a session. */
export class SessionNeeded extends Error {
  override readonly name = "SessionNeeded";

  constructor() {
    super("This part of the answer needs a session.");
  }
}

/** Access through the pool: one batch, one snapshot, and nothing held in between. @param signal stops what is running in PostgreSQL */
export function poolAccess(pool: ReadPool, settings: Settings, signal: AbortSignal | undefined): Access {
  let moment: Moment | undefined;
  return {
    hasClient: false,
    moment: () => moment,
    batch: async (statements) => {
      if (statements.length === 0) return [];
      const answered = await pool.answer(settings, statements, signal);
      ({ moment } = answered);
      return answered.results;
    },
    query: () => Promise.reject(new SessionNeeded()),
  };
}

/** Access through a session: one snapshot for all that is asked. */
export function sessionAccess(session: ReadSession): Access {
  const inTurn = turns();
  return {
    hasClient: true,
    moment: () => session.moment,
    batch: async (statements) => (statements.length === 0 ? [] : inTurn(async () => session.batch(statements))),
    query: async (work) => inTurn(async () => work(session.client)),
  };
}

/** Access through the connection of a mutation, after its COMMIT: every batch and every query sees what is committed by then. */
export function committedAccess(connection: WriteConnection, settings: Settings): Access {
  const inTurn = turns();
  let moment: Moment | undefined;
  return {
    hasClient: true,
    moment: () => moment,
    batch: async (statements) => {
      if (statements.length === 0) return [];
      const answered = await inTurn(async () => connection.answer(settings, statements));
      ({ moment } = answered);
      return answered.results;
    },
    query: async (work) => inTurn(async () => connection.transaction(settings, work)),
  };
}

/** Access inside a running transaction, for the code of a mutation. */
export function runningAccess(client: ClientBase): Access {
  const inTurn = turns();
  return {
    hasClient: true,
    moment: () => undefined,
    batch: () => Promise.reject(new Error("Inside a transaction rows are read by its own queries.")),
    query: async (work) => inTurn(async () => work(client)),
  };
}

/** A connection does one thing at a time: what is asked meanwhile waits for its turn. */
function turns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
