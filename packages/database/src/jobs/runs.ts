import type { ClientBase } from "pg";

/** A run as whoever begins it knows it. */
export interface BegunRun {
  /** The queue's number of the job. */
  readonly id: string;
  readonly job: string;
  /** Which attempt it is, from 1 on. */
  readonly attempt: number;
  readonly attempts: number;
  /** Since when it was due. */
  readonly dueAt: Date;
  readonly queuedAt: Date;
  /** Whose workers begin it. */
  readonly pool: string;
}

/** Tells one beginning of a run from another: only the last may end it. */
export interface Take {
  readonly id: string;
  readonly take: number;
}

/**
 * A run was begun anew by another node, which took this one for gone: what this one did in the transaction that was to end it must not stand.
 */
export class RunSuperseded extends Error {
  override readonly name = "RunSuperseded";

  constructor({ id }: Take) {
    super(`Run ${id} was begun anew by another server meanwhile.`);
  }
}

/** Says that a run has begun. @returns `undefined` where it had succeeded already, and nothing is left to do */
export async function beginRun(client: ClientBase, run: BegunRun): Promise<Take | undefined> {
  const { rows } = await client.query<{ take: number }>(
    `insert into xm.job_run as r (id, job, state, attempt, attempts, takes, queued_at, due_at, started_at, pool)
     values ($1, $2, 'RUNNING', $3, $4, 1, $5, $6, clock_timestamp(), $7)
     on conflict (id) do update set
       state = 'RUNNING', attempt = excluded.attempt, takes = r.takes + 1, started_at = excluded.started_at, ended_at = null, pool = excluded.pool
     where r.state <> 'SUCCEEDED'
     returning takes as take`,
    [run.id, run.job, run.attempt, run.attempts, run.queuedAt, run.dueAt, run.pool],
  );
  const [row] = rows;
  return row === undefined ? undefined : { id: run.id, take: row.take };
}

/** Says in the running transaction that a run has succeeded: what else is written in it stands exactly once. @throws RunSuperseded */
export async function endRun(client: ClientBase, take: Take): Promise<void> {
  const { rowCount } = await client.query(
    `update xm.job_run set state = 'SUCCEEDED', ended_at = clock_timestamp(), error = null
     where id = $1 and takes = $2 and state = 'RUNNING'`,
    [take.id, take.take],
  );
  if (rowCount !== 1) throw new RunSuperseded(take);
}

/** Says that a run has failed. @param last whether it is not tried again; otherwise it is due when the queue gives it out again */
export async function failRun(client: ClientBase, take: Take, error: string, last: boolean): Promise<void> {
  await client.query(
    `update xm.job_run set state = case when $4 then 'FAILED' else 'QUEUED' end, ended_at = case when $4 then clock_timestamp() end, error = $3,
       due_at = clock_timestamp() + exp(least(attempt, 10)) * interval '1 second'
     where id = $1 and takes = $2 and state = 'RUNNING'`,
    [take.id, take.take, error, last],
  );
}
