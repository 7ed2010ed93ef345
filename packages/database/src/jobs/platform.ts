import type { PlatformMigration } from "../migrations/platform.ts";

/** The schema of the queue; graphile-worker makes and reads what is in it. */
export const QUEUE_SCHEMA = "xmq";

/** The last migration that the pinned graphile-worker brings. */
export const QUEUE_REVISION = 20;

const ENQUEUE = "xm.enqueue_job(text, json, integer, text, timestamptz)";

/**
 * Runs of jobs, kept after the queue has forgotten its job, and the nodes that take jobs from it. Whoever enqueues writes both in one transaction.
 */
export const JOBS_MIGRATION: PlatformMigration = {
  id: "2026-11-24-jobs",
  sql: [
    `create table xm.job_run (
  -- the queue's own number of the job
  id bigint primary key,
  job text not null,
  -- QUEUED, RUNNING, SUCCEEDED, FAILED
  state text not null,
  -- how often it was begun since it was queued, or since somebody had it tried anew
  attempt integer not null default 0,
  -- how often it may be
  attempts integer not null,
  -- how often it was begun altogether: only whoever began it last may end it
  takes integer not null default 0,
  queued_at timestamptz not null default pg_catalog.clock_timestamp(),
  due_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  error text,
  -- whose workers began it last
  pool text
)`,
    "create index job_run_job on xm.job_run (job, id)",
    "create index job_run_open on xm.job_run (state) where state in ('QUEUED', 'RUNNING')",
    "create index job_run_ended on xm.job_run (ended_at)",
    `create table xm.job_node (
  pool text primary key,
  -- a node that has not said anything until then is gone
  until timestamptz not null
)`,
  ],
};

/** How a job is queued, and who may; repeated at every start. Viewers queue through this function alone, and see nothing of what is queued. */
export const JOBS_UPKEEP: readonly string[] = [
  `create or replace function xm.enqueue_job(job text, payload json, attempts integer, key text, due timestamptz) returns bigint language plpgsql security definer set search_path = pg_catalog as $body$
declare
  xm_id bigint;
  xm_due timestamptz;
begin
  select j.id, j.run_at into xm_id, xm_due from ${QUEUE_SCHEMA}.add_job(
    identifier => enqueue_job.job, payload => enqueue_job.payload, run_at => enqueue_job.due, max_attempts => enqueue_job.attempts, job_key => enqueue_job.key) j;
  -- a job that still waits under the same key was replaced by this one
  insert into xm.job_run as r (id, job, state, attempts, due_at) values (xm_id, enqueue_job.job, 'QUEUED', enqueue_job.attempts, xm_due)
  on conflict on constraint job_run_pkey do update set
    state = 'QUEUED', attempt = 0, attempts = excluded.attempts, queued_at = excluded.queued_at, due_at = excluded.due_at,
    started_at = null, ended_at = null, error = null, pool = null;
  return xm_id;
end
$body$`,
  `revoke all on function ${ENQUEUE} from public`,
  `grant execute on function ${ENQUEUE} to xm_all, xm_app`,
  "grant select, insert, update, delete on xm.job_run, xm.job_node to xm_all",
];

/**
 * What the application may do with the queue, once graphile-worker has made it; repeated at every start, since a newer version may bring tables.
 * graphile-worker turns row-level security on for its tables and leaves the policies to others: the county-wide role works the queue, nobody else.
 */
export const QUEUE_UPKEEP: readonly string[] = [
  `grant usage on schema ${QUEUE_SCHEMA} to xm_all`,
  `grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to xm_all`,
  `do $body$
declare
  xm_table record;
begin
  for xm_table in
    select c.oid::regclass as name from pg_catalog.pg_class c
    where c.relnamespace = '${QUEUE_SCHEMA}'::regnamespace and c.relrowsecurity and not exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid)
  loop
    execute pg_catalog.format('create policy xm_all on %s to xm_all using (true) with check (true)', xm_table.name);
  end loop;
end
$body$`,
];
