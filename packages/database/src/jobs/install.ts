import type { ClientBase } from "pg";
import { Pool } from "pg";

import { inTransaction } from "../migrations/transaction.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import { QUEUE_REVISION, QUEUE_SCHEMA, QUEUE_UPKEEP } from "./platform.ts";

/**
 * Makes the queue's schema as graphile-worker wants it, or brings it up to date, and lets the application work it. It belongs to the owner: the
 * application's login may create nothing.
 *
 * @param client a session of the owner's that holds the lock of migrations
 * @throws Error of graphile-worker where a newer one has been here
 */
export async function installQueue(client: ClientBase, owner: ConnectionSettings): Promise<void> {
  if ((await revisionOf(client)) !== QUEUE_REVISION) await runQueueMigrations(owner);
  await inTransaction(client, async () => {
    for (const statement of QUEUE_UPKEEP) await client.query(statement);
  });
}

/** The last of graphile-worker's migrations that ran; `undefined` where it has never been here. */
async function revisionOf(client: ClientBase): Promise<number | undefined> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('${QUEUE_SCHEMA}.migrations') is not null as there`);
  if (rows[0]?.there !== true) return undefined;
  const { rows: revisions } = await client.query<{ revision: number | null }>(`select max(id) as revision from ${QUEUE_SCHEMA}.migrations`);
  return revisions[0]?.revision ?? undefined;
}

async function runQueueMigrations(owner: ConnectionSettings): Promise<void> {
  // it takes its time to load, and most starts have no need of it
  const { Logger, runMigrations } = await import("graphile-worker");
  const pool = new Pool({ ...owner, max: 1, options: "-c client_min_messages=warning" });
  pool.on("error", () => undefined).on("connect", (one) => one.on("error", () => undefined));
  try {
    await runMigrations({ pgPool: pool, schema: QUEUE_SCHEMA, logger: new Logger(() => () => undefined) });
  } finally {
    await pool.end();
  }
}
