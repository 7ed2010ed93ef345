import { createWritePool, giveBack, isDatabaseAway, leaveNodes, type WritePool } from "@xianmai/database";
import type { Postgres } from "@xianmai/database/postgres";
import type { Clock, Job } from "@xianmai/plugin-api";
import type { Orm } from "@xianmai/query";
import type { CronItem, TaskList } from "graphile-worker";

import type { ServerLog } from "./log.ts";
import { beginWorkers, type QueueWorkers } from "./queue-workers.ts";
import { Interrupted, runJob, type RunOutcome } from "./run-job.ts";
import { readSchedule } from "./schedule.ts";
import { tendJobs, type Workers } from "./tending.ts";
import { within } from "./within.ts";

/** What a node needs to do jobs. */
export interface JobsOptions {
  /** Those that it can do. The queue gives it no others. */
  readonly jobs: readonly Job[];
  readonly app: Postgres["app"];
  readonly orm: Orm;
  readonly clock: Clock;
  /** In which schedules are read. */
  readonly timeZone: string;
  readonly log: ServerLog;
  /** Days for which runs that ended are kept. */
  readonly keepDays: number;
  /** Jobs that are done at once, 4 unless given. */
  readonly atOnce?: number;
  /** Milliseconds after which a node that has said nothing counts as gone and its jobs are given out again; 15,000 unless given. */
  readonly lease?: number;
  /** Told of every attempt that ended. */
  readonly onEnd?: (job: string, outcome: RunOutcome) => void;
}

/** A node that does jobs. */
export interface RunningJobs {
  /** Milliseconds since it last reached the queue. */
  silence(): number;
  /**
   * Takes no more jobs, aborts the signal of those that run, waits for them. What was cut short is given back, as though it had not been begun.
   *
   * @param patience milliseconds that they may take
   */
  stop(patience: number): Promise<void>;
}

const AT_ONCE = 4;
const LEASE = 15_000;
/** Milliseconds before workers that ended are begun anew. */
const PAUSE = 1_000;
/** Within which a schedule that no server was there for is made up, milliseconds. */
const MADE_UP = 86_400_000;
/** Milliseconds for the last words to the database. */
const FAREWELL = 1_000;

/**
 * Does jobs until it is stopped. PostgreSQL may be away, at the start too, and come back: the work goes on by itself.
 */
export function startJobs(options: JobsOptions): RunningJobs {
  return new JobWorkers(options).begin();
}

class JobWorkers implements RunningJobs {
  readonly #options: JobsOptions;
  readonly #stopping = new AbortController();
  readonly #interrupted = new Map<string, string[]>();
  /** The jobs that are being done, by the queue's numbers, and whose workers do them. */
  readonly #doing = new Map<string, string>();
  readonly #writers: WritePool;
  readonly #tending;
  #workers: QueueWorkers | undefined;
  #pool: string | undefined;
  #working: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  constructor(options: JobsOptions) {
    const { app, atOnce = AT_ONCE, lease = LEASE, keepDays, log } = options;
    this.#options = options;
    this.#writers = createWritePool(app, { size: atOnce });
    this.#tending = tendJobs({
      open: () => createWritePool(app, { size: 1 }),
      workers: () => this.#known(),
      lease,
      keepDays,
      log,
    });
  }

  begin(): this {
    this.#working = this.#work();
    return this;
  }

  silence(): number {
    return this.#tending.silence();
  }

  stop(patience: number): Promise<void> {
    return (this.#stopped ??= this.#stop(patience));
  }

  async #stop(patience: number): Promise<void> {
    this.#stopping.abort();
    await within(patience, Promise.allSettled([this.#workers?.stop(), this.#working]));
    await within(FAREWELL, this.#tending.stop());
    await within(FAREWELL, this.#takeLeave());
    await within(FAREWELL, this.#writers.close());
  }

  /** Runs workers, and others when those have ended. */
  async #work(): Promise<void> {
    const { log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#once();
      } catch (error) {
        if (!signal.aborted && !isDatabaseAway(error)) log.error({ err: error }, "the workers of jobs ended, beginning anew");
      }
      if (!signal.aborted) this.#pool = undefined;
      await pause(PAUSE, signal);
    }
  }

  async #once(): Promise<void> {
    const { app, jobs, atOnce = AT_ONCE, log } = this.#options;
    const workers = await beginWorkers({
      app,
      atOnce,
      log,
      tasks: Object.fromEntries(jobs.map((job) => [job.name, this.#task(job)])),
      schedules: this.#schedules(),
      onBegin: (pool) => {
        this.#pool = pool;
        this.#tending.begin();
      },
    });
    this.#workers = workers;
    try {
      // it may have been told to stop while they began
      if (this.#stopping.signal.aborted) await workers.stop();
      await workers.over;
    } finally {
      await workers.close();
    }
  }

  /** Workers that are no more, but for the jobs that they were doing, are told of until these are done. */
  #known(): readonly Workers[] {
    const pools = new Set([...(this.#pool === undefined ? [] : [this.#pool]), ...this.#doing.values()]);
    return [...pools].map((pool) => ({ pool, doing: [...this.#doing].flatMap(([id, by]) => (by === pool ? [id] : [])) }));
  }

  #task(job: Job): TaskList[string] {
    const { jobs, orm, clock, log, onEnd = () => undefined } = this.#options;
    const isDeclared = (name: string): boolean => jobs.some((one) => one.name === name);
    const parts = { pool: this.#writers, orm, clock, log, isDeclared, stopping: this.#stopping.signal, onEnd };
    return async (_payload, { job: queued }) => {
      this.#doing.set(queued.id, queued.locked_by ?? "");
      try {
        await runJob(job, queued, parts);
      } catch (error) {
        const pool = queued.locked_by;
        if (error instanceof Interrupted && pool !== null) this.#interrupted.set(pool, [...(this.#interrupted.get(pool) ?? []), queued.id]);
        throw error;
      } finally {
        this.#doing.delete(queued.id);
      }
    };
  }

  #schedules(): readonly CronItem[] {
    const { jobs, timeZone } = this.#options;
    return jobs.flatMap(({ name, schedule, attempts }) => {
      if (schedule === undefined) return [];
      const { matches, sparse } = readSchedule(schedule, timeZone, new Date());
      const options = { maxAttempts: attempts, backfillPeriod: sparse ? MADE_UP : 0, jobKey: `schedule ${name}` };
      return [{ task: name, identifier: name, match: matches, options }];
    });
  }

  async #takeLeave(): Promise<void> {
    const { log } = this.#options;
    const pool = this.#pool;
    try {
      await this.#writers.use(async (connection) =>
        connection.transaction({ role: "xm_all" }, async (client) => {
          for (const [workers, ids] of this.#interrupted) await giveBack(client, workers, ids);
          if (pool !== undefined) await leaveNodes(client, pool);
        }),
      );
    } catch (error) {
      if (!isDatabaseAway(error)) log.warn({ err: error }, "the node could not take its leave; others find out by themselves");
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(() => over.resolve(), milliseconds);
  signal.addEventListener("abort", () => over.resolve(), { once: true });
  await over.promise;
  clearTimeout(timer);
}
