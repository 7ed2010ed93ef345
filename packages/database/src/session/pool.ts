import { Pool, type PoolClient } from "pg";

import type { ConnectionSettings } from "../postgres/settings.ts";

/** How the connections of a pool are opened. */
export interface PoolOptions {
  /** The most connections at once; who comes later waits for one. */
  readonly size: number;
  /** Server settings of every connection, as `-c name=value`. */
  readonly options: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
}

/** Opens a pool; connections are made when they are first needed. */
export function openPool(settings: ConnectionSettings, { size, options, name }: PoolOptions): Pool {
  const pool = new Pool({ ...settings, max: size, options, application_name: name });
  // A lost connection fails the query that runs on it and leaves the pool by itself. Without listeners it would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** Lends a connection for as long as `work` runs. One that is lost, or left inside a transaction, is closed and never handed on. */
export async function borrow<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let usable = true;
  try {
    return await work(client);
  } catch (error) {
    // an error may be the last that a connection says: only another answer shows that it is there, and out of the transaction
    usable = await client.query("").then(
      () => true,
      () => false,
    );
    throw error;
  } finally {
    client.release(!usable || client.getTransactionStatus() !== "I");
  }
}
