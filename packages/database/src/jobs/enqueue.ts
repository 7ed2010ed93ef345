import type { ClientBase } from "pg";

/** A job to be done. */
export interface QueuedJob {
  /** The name under which it is declared. */
  readonly job: string;
  /** JSON. */
  readonly payload: unknown;
  /** How often it may be begun. */
  readonly attempts: number;
  /** A job that still waits under the same key is replaced by this one. At most 512 characters. */
  readonly key?: string | undefined;
  /** RFC 3339, by the machine's clock; at once unless given. */
  readonly runAt?: string | undefined;
}

/** Queues a job in the running transaction: it is there with the COMMIT, and only then. @returns the queue's number of it */
export async function enqueueJob(client: ClientBase, { job, payload, attempts, key, runAt }: QueuedJob): Promise<string> {
  const { rows } = await client.query<{ id: string }>("select xm.enqueue_job($1, $2::json, $3, $4, $5)::text as id", [
    job,
    JSON.stringify(payload ?? {}),
    attempts,
    key ?? null,
    runAt ?? null,
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error(`PostgreSQL gave no number to the job ${job}.`);
  return row.id;
}
