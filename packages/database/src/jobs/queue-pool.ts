import { Pool } from "pg";

import type { ConnectionSettings } from "../postgres/settings.ts";

/** Milliseconds that whoever needs a connection waits for one. */
const LONGEST_WAIT = 10_000;

/**
 * Connections over which graphile-worker works the queue: of the application's login, in the county-wide role, which alone may.
 * Whoever opens it ends it.
 */
export function createQueuePool(app: ConnectionSettings, size: number): Pool {
  const pool = new Pool({
    ...app,
    max: size,
    options: "-c role=xm_all -c search_path=pg_catalog",
    application_name: "xianmai jobs",
    connectionTimeoutMillis: LONGEST_WAIT,
    // one listens for hours: that its machine is gone must be found out
    keepAlive: true,
    keepAliveInitialDelayMillis: LONGEST_WAIT,
  });
  // a lost connection fails the query that runs on it and leaves the pool by itself; without listeners it would end the process
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
