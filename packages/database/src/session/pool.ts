import { Client, type Pool, type PoolClient } from "pg";

import type { ConnectionSettings } from "../postgres/settings.ts";
import { LimitedPool, type PoolOptions } from "./limited-pool.ts";

/**
 * How every connection of the application speaks, whatever the server or its administrator has set: tables without a schema are the plugins',
 * dates read `2023-03-01`, and a backslash in a text is a backslash.
 */
export const COMMON_OPTIONS = "-c search_path=app -c datestyle=iso -c standard_conforming_strings=on";

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
    if (cancelling !== undefined) await cancelling;
    // a cancellation may arrive late, and must not meet somebody else's statement
    pool.giveBack(client, usable && cancelling === undefined && client.getTransactionStatus() === "I");
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
