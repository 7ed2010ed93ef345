import { retryRun, type Retried, type Settings, type Statement, type StatementResult, type WritePool } from "@xianmai/database";
import type { Instant } from "@xianmai/plugin-api";

/** What a run has come to. */
export type RunState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED";

/** One run of a job. */
export interface JobRun {
  readonly id: string;
  readonly job: string;
  readonly state: RunState;
  readonly attempt: number;
  readonly attempts: number;
  readonly queuedAt: Instant;
  readonly dueAt: Instant;
  readonly startedAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  /** What its last attempt that failed said. */
  readonly error: string | undefined;
}

/** How the runs of a job that are kept stand. */
export interface JobFigures {
  readonly job: string;
  readonly queued: number;
  readonly running: number;
  readonly failed: number;
  /** The one that began last. */
  readonly last: JobRun | undefined;
}

/** Which runs are asked for, the newest first. */
export interface RunsAsked {
  readonly job?: string | undefined;
  readonly state?: RunState | undefined;
  readonly first: number;
  /** The id of a run: those before it. */
  readonly after?: string | undefined;
}

/** The runs of all nodes, as the database keeps them. */
export interface JobBook {
  figures(): Promise<readonly JobFigures[]>;
  /** One more than `first` where there are more. */
  runs(asked: RunsAsked): Promise<readonly JobRun[]>;
  run(id: string): Promise<JobRun | undefined>;
  /** Has a run that failed tried anew. */
  retry(id: string): Promise<Retried>;
}

/** What a book reads and writes with. */
export interface JobBookParts {
  readonly read: (settings: Settings, statements: readonly Statement[]) => Promise<readonly StatementResult[]>;
  readonly pool: WritePool;
}

const time = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** In the order in which `runOf` reads them. */
const COLUMNS = [
  "id::text",
  "job",
  "state",
  "attempt::text",
  "attempts::text",
  time("queued_at"),
  time("due_at"),
  time("started_at"),
  time("ended_at"),
  "error",
].join(", ");

const FIGURES: Statement = {
  text: `select job, count(*) filter (where state = 'QUEUED'), count(*) filter (where state = 'RUNNING'), count(*) filter (where state = 'FAILED')
         from xm.job_run group by job order by job`,
  values: [],
  name: "xm_job_figures",
};
const LAST: Statement = {
  text: `select ${COLUMNS} from (select distinct on (job) * from xm.job_run where started_at is not null order by job, started_at desc, id desc) r`,
  values: [],
  name: "xm_job_last",
};
const RUNS = `
  select ${COLUMNS} from xm.job_run
  where ($1::text is null or job = $1) and ($2::text is null or state = $2) and ($3::bigint is null or id < $3::bigint)
  order by xm.job_run.id desc limit $4::integer`;
const RUN = `select ${COLUMNS} from xm.job_run where id = $1::bigint`;

/** Opens the book of runs, for whoever may see them. */
export function openJobBook({ read, pool }: JobBookParts): JobBook {
  const readAll = async (...statements: Statement[]): Promise<readonly StatementResult[]> => read({ role: "xm_all" }, statements);
  return {
    figures: async () => {
      const [figures, last] = await readAll(FIGURES, LAST);
      const runs = new Map((last?.rows ?? []).map((row) => runOf(row)).map((run) => [run.job, run]));
      return (figures?.rows ?? []).map(([job, queued, running, failed]) => ({
        job: job ?? "",
        queued: Number(queued),
        running: Number(running),
        failed: Number(failed),
        last: runs.get(job ?? ""),
      }));
    },
    runs: async ({ job, state, first, after }) => {
      const values = [job ?? null, state ?? null, after ?? null, String(first + 1)];
      const [result] = await readAll({ text: RUNS, values, name: "xm_job_runs" });
      return (result?.rows ?? []).map((row) => runOf(row));
    },
    run: async (id) => {
      const [result] = await readAll({ text: RUN, values: [id], name: "xm_job_run" });
      const [row] = result?.rows ?? [];
      return row === undefined ? undefined : runOf(row);
    },
    retry: async (id) => pool.use(async (connection) => connection.transaction({ role: "xm_all" }, async (client) => retryRun(client, id))),
  };
}

function runOf(cells: readonly (string | null)[]): JobRun {
  const [id, job, state, attempt, attempts, queuedAt, dueAt, startedAt, endedAt, error] = cells;
  return {
    id: id ?? "",
    job: job ?? "",
    state: state as RunState,
    attempt: Number(attempt),
    attempts: Number(attempts),
    queuedAt: queuedAt as Instant,
    dueAt: dueAt as Instant,
    startedAt: (startedAt ?? undefined) as Instant | undefined,
    endedAt: (endedAt ?? undefined) as Instant | undefined,
    error: error ?? undefined,
  };
}
