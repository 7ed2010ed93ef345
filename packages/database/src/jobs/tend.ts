import type { ClientBase } from "pg";

import { QUEUE_SCHEMA } from "./platform.ts";

/** What a run says whose node was killed; whether it is tried again, its state tells. */
const GONE = "执行它的服务器中断，没有说明结果。 The server that ran it is gone, and did not say what came of it.";
/** What a run says that the queue gives out no more. */
const DROPPED = "队列中已没有它，或已由更新的任务取代。 The queue has it no more, or a newer job took its place.";

/** A node that is there. */
export interface TendingNode {
  /** Its workers, as the queue knows them. */
  readonly pool: string;
  /** The jobs that these do now, by the queue's numbers. */
  readonly doing: readonly string[];
  /** Milliseconds for which it counts as being there. */
  readonly lease: number;
}

/**
 * Says that a node is there, and takes over from those that have said nothing for the length of a lease: their jobs are given out again, to whoever
 * is free. So are jobs that are out to this node though it does not do them: the answer that gave them out, or that they were done, was lost.
 * In the running transaction, in the county-wide role.
 *
 * @returns the pools whose jobs were given out again
 */
export async function tendNodes(client: ClientBase, { pool, doing, lease }: TendingNode): Promise<readonly string[]> {
  const interval = `${lease} milliseconds`;
  await client.query(
    `insert into xm.job_node (pool, until) values ($1, clock_timestamp() + $2::interval)
     on conflict (pool) do update set until = excluded.until`,
    [pool, interval],
  );
  // a node takes jobs from its first moment on, perhaps before it has said so
  const { rows } = await client.query<{ pool: string }>(
    `select distinct j.locked_by as pool from ${QUEUE_SCHEMA}._private_jobs j
     where j.locked_by is not null and j.locked_at < clock_timestamp() - $1::interval
       and not exists (select from xm.job_node n where n.pool = j.locked_by and n.until > clock_timestamp())`,
    [interval],
  );
  const gone = rows.map((row) => row.pool);
  if (gone.length > 0) {
    await client.query(
      `update xm.job_run set state = 'QUEUED', error = $2, due_at = clock_timestamp() where state = 'RUNNING' and pool = any($1::text[])`,
      [gone, GONE],
    );
    await client.query("delete from xm.job_node where pool = any($1::text[]) and until <= clock_timestamp()", [gone]);
  }
  await giveOutAgain(client, "j.locked_by = any($1::text[])", [gone]);
  await giveOutAgain(client, "j.locked_by = $1 and j.locked_at < clock_timestamp() - $2::interval and j.id <> all($3::bigint[])", [
    pool,
    interval,
    doing,
  ]);
  await client.query(
    `update xm.job_run r set state = 'FAILED', ended_at = clock_timestamp(), error = coalesce(r.error, $1)
     where r.state in ('QUEUED', 'RUNNING') and not exists (
       select from ${QUEUE_SCHEMA}._private_jobs j where j.id = r.id and (j.is_available or j.locked_at is not null))`,
    [DROPPED],
  );
  return gone;
}

/**
 * Gives out jobs again that are out to nobody. An attempt that was never begun does not count, and what has succeeded is not given out.
 *
 * @param which a condition on the queue's row `j`
 */
async function giveOutAgain(client: ClientBase, which: string, values: readonly unknown[]): Promise<void> {
  const { rows } = await client.query<{ id: string; done: boolean | null }>(
    `update ${QUEUE_SCHEMA}._private_jobs j set locked_at = null, locked_by = null, attempts = least(j.attempts, coalesce(r.attempt, 0))
     from ${QUEUE_SCHEMA}._private_jobs o left join xm.job_run r on r.id = o.id where o.id = j.id and ${which}
     returning j.id::text as id, r.state = 'SUCCEEDED' as done`,
    [...values],
  );
  if (rows.length === 0) return;
  const done = rows.filter((row) => row.done === true).map(({ id }) => id);
  await client.query(`select count(*) from ${QUEUE_SCHEMA}.complete_jobs($1::bigint[])`, [done]);
  await wake(client);
}

/** Takes a node off the list: whatever it has not finished is given out again with the next look. */
export async function leaveNodes(client: ClientBase, pool: string): Promise<void> {
  await client.query("delete from xm.job_node where pool = $1", [pool]);
}

/**
 * Gives jobs that were cut short back, as though they had not been begun, to be done at once by whoever is there.
 *
 * @param pool whose workers no longer run
 */
export async function giveBack(client: ClientBase, pool: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await client.query(
    `with back as (
       update ${QUEUE_SCHEMA}._private_jobs set locked_at = null, locked_by = null, attempts = greatest(attempts - 1, 0), run_at = clock_timestamp()
       where id = any($1::bigint[]) and (locked_by is null or locked_by = $2) returning id)
     update xm.job_run r set state = 'QUEUED', attempt = greatest(r.attempt - 1, 0), due_at = clock_timestamp(), ended_at = null
     from back where r.id = back.id and r.state <> 'SUCCEEDED' and r.pool = $2`,
    [ids, pool],
  );
  await wake(client);
}

/** How many runs one transaction forgets. */
const PORTION = 10_000;

/** Forgets runs that ended some days ago, and what the queue still has of them. @returns how many; as many as it may: call again */
export async function forgetRuns(client: ClientBase, days: number): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    `delete from xm.job_run where id = any(array(
       select id from xm.job_run where ended_at < clock_timestamp() - $1 * interval '1 day' order by ended_at limit ${PORTION} for update skip locked))
     returning id::text`,
    [days],
  );
  if (rows.length > 0) await client.query(`select count(*) from ${QUEUE_SCHEMA}.complete_jobs($1::bigint[])`, [rows.map(({ id }) => id)]);
  return rows.length;
}

/** What came of asking for a run to be tried anew. */
export type Retried = "queued" | "unknown" | "not-failed" | "forgotten";

/**
 * Has a run tried anew, at once and with all its attempts: one that has failed for good, or one that waits for its next attempt.
 *
 * `unknown` where there is no such run, `not-failed` where it has not failed, `forgotten` where the queue no longer has what it was to do.
 */
export async function retryRun(client: ClientBase, id: string): Promise<Retried> {
  const { rows } = await client.query<{ failed: boolean }>(
    "select state = 'FAILED' or (state = 'QUEUED' and error is not null) as failed from xm.job_run where id = $1 for update",
    [id],
  );
  const [run] = rows;
  if (run === undefined) return "unknown";
  if (!run.failed) return "not-failed";
  const { rowCount } = await client.query(
    `select from ${QUEUE_SCHEMA}.reschedule_jobs(job_ids => array[$1::bigint], run_at => clock_timestamp(), attempts => 0)`,
    [id],
  );
  if (rowCount !== 1) return "forgotten";
  await client.query("update xm.job_run set state = 'QUEUED', attempt = 0, due_at = clock_timestamp(), ended_at = null where id = $1", [
    id,
  ]);
  await wake(client);
  return "queued";
}

/** Tells the workers that there is something to do; without it they find out within seconds. */
async function wake(client: ClientBase): Promise<void> {
  await client.query(`select pg_notify('jobs:insert', '{"r":0,"count":1}')`);
}
