import { Client, Pool, type PoolClient } from "pg";

import type { ConnectionSettings } from "../postgres/settings.ts";
import { ByteClient } from "./byte-client.ts";

/**
 * How every connection of the application speaks, whatever the server or its administrator has set: tables without a schema are the plugins',
 * dates read `2023-03-01`, and a backslash in a text is a backslash.
 */
export const COMMON_OPTIONS = "-c search_path=app -c datestyle=iso -c standard_conforming_strings=on";

/** What a pool does not go beyond, so that one request, or many, cannot take all that PostgreSQL has. Without them there is no limit. */
export interface PoolLimits {
  /** Milliseconds after which PostgreSQL gives up one statement, with SQLSTATE 57014. */
  readonly statementTimeout?: number | undefined;
  /** The most that may wait for a connection at once: whoever comes later gets {@link PoolBusy} at once. */
  readonly longestQueue?: number | undefined;
  /** Milliseconds after which whoever waits for a connection gets {@link PoolBusy}. */
  readonly longestWait?: number | undefined;
}

/** A pool as users of connections size it. */
export interface PoolSize extends PoolLimits {
  /** The most connections at once; who comes later waits for one. */
  readonly size: number;
}

/** How the connections of a pool are opened. */
export interface PoolOptions extends PoolSize {
  /** Server settings of every connection, as `-c name=value`. */
  readonly options: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
}

/** Every connection of a pool is in use, and too many wait for one already, or this one has waited for too long: nothing was begun. */
export class PoolBusy extends Error {
  override readonly name = "PoolBusy";
}

/** Connections, and who may wait for one. */
export class LimitedPool extends Pool {
  readonly #longestQueue: number;

  constructor(settings: ConnectionSettings, { size, options, name, statementTimeout, longestQueue, longestWait }: PoolOptions) {
    const timeout = statementTimeout === undefined ? "" : ` -c statement_timeout=${Math.ceil(statementTimeout)}`;
    super({
      ...settings,
      Client: ByteClient,
      max: size,
      options: `${options}${timeout}`,
      application_name: name,
      ...(longestWait === undefined ? {} : { connectionTimeoutMillis: longestWait }),
    });
    this.#longestQueue = longestQueue ?? Number.POSITIVE_INFINITY;
  }

  /**
   * A connection, as soon as one is free.
   *
   * @throws PoolBusy
   */
  async admit(): Promise<PoolClient> {
    // one that finds a connection idle, or room to open one, does not wait
    const waits = this.idleCount === 0 && this.totalCount >= (this.options.max ?? 0);
    if (waits && this.waitingCount >= this.#longestQueue) throw new PoolBusy(`${this.waitingCount} wait for a connection already.`);
    try {
      return await this.connect();
    } catch (error) {
      if (error instanceof Error && WAITED.test(error.message)) throw new PoolBusy("No connection came free in time.", { cause: error });
      throw error;
    }
  }
}

/** What pg says, without a code, to whoever waited for a connection that others have. */
const WAITED = /^timeout exceeded when trying to connect$/;

/** Opens a pool; connections are made when they are first needed. */
export function openPool(settings: ConnectionSettings, options: PoolOptions): LimitedPool {
  const pool = new LimitedPool(settings, options);
  // A lost connection fails the query that runs on it and leaves the pool by itself. Without listeners it would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/**
 * Lends a connection for as long as `work` runs. One that is lost, or left inside a transaction, is closed and never handed on.
 *
 * @param signal stops what PostgreSQL is doing for it when nobody waits for the answer any more
 * @throws PoolBusy before `work` has begun, and whatever it throws
 */
export async function borrow<Result>(
  pool: LimitedPool,
  work: (client: PoolClient) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  signal?.throwIfAborted();
  const client = await pool.admit();
  let cancelling: Promise<void> | undefined;
  const cancel = () => {
    cancelling = cancelOn(pool, client);
  };
  signal?.addEventListener("abort", cancel);
  let usable = true;
  try {
    signal?.throwIfAborted();
    return await work(client);
  } catch (error) {
    // an error may be the last that a connection says: only another answer shows that it is there, and out of the transaction
    usable = await client.query("").then(
      () => true,
      () => false,
    );
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
    await cancelling;
    // a cancellation may arrive late, and must not meet somebody else's statement
    client.release(!usable || cancelling !== undefined || client.getTransactionStatus() !== "I");
  }
}

/** Asks PostgreSQL, over a connection of its own, to stop what it does on another of the same login. A server that is lost has stopped already. */
async function cancelOn(pool: Pool, client: PoolClient): Promise<void> {
  if (!("processID" in client) || typeof client.processID !== "number") return;
  const messenger = new Client(pool.options);
  messenger.on("error", () => undefined);
  try {
    await messenger.connect();
    await messenger.query("select pg_catalog.pg_cancel_backend($1)", [client.processID]);
  } catch {
    return;
  } finally {
    await messenger.end();
  }
}
