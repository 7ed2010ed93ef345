import type { ClientBase } from "pg";

/** Of the two-number kind, which stands beside the one-number kind; the division code of the first county, and the audit. */
const LOCK = "130726, 1";

/**
 * Runs `work` as the only sealer of the database. The lock is taken before the transaction that seals begins, so that its snapshot sees
 * every seal that there is; a connection that breaks gives it back.
 *
 * @returns `undefined` when another is sealing right now
 */
export async function asOnlySealer<Result>(client: ClientBase, work: () => Promise<Result>): Promise<Result | undefined> {
  const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${LOCK}) as taken`);
  return rows[0]?.taken === true ? releasing(client, work) : undefined;
}

/** Runs `work` as the only sealer, waiting for whoever is sealing: a seal takes seconds at most. */
export async function asNextSealer<Result>(client: ClientBase, work: () => Promise<Result>): Promise<Result> {
  await client.query(`select pg_advisory_lock(${LOCK})`);
  return releasing(client, work);
}

async function releasing<Result>(client: ClientBase, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    // where that fails the connection is gone, and the lock with it
    await client.query(`select pg_advisory_unlock(${LOCK})`).catch(() => undefined);
  }
}

/** Runs `work` in one snapshot: committed when it resolves, undone when it throws. */
export async function inSnapshot<Result>(
  client: ClientBase,
  mode: "read write" | "read only",
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query(`begin isolation level repeatable read ${mode}`);
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}
