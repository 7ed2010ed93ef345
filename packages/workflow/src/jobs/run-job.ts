import { beginRun, endRun, failRun, RunSuperseded, type BegunRun, type Take, type WritePool } from "@xianmai/database";
import { Refusal, type Clock, type Job, type JobContext, type Transact } from "@xianmai/plugin-api";
import { withinTransaction, type Orm } from "@xianmai/query";
import type { Job as QueuedJob } from "graphile-worker";

import { logOf, type ServerLog } from "./log.ts";

/** What jobs are run with. */
export interface RunParts {
  readonly pool: WritePool;
  readonly orm: Orm;
  readonly clock: Clock;
  readonly log: ServerLog;
  /** Which jobs it may queue. */
  readonly isDeclared: (job: string) => boolean;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
  /** Told of every attempt that ended. */
  readonly onEnd: (job: string, outcome: RunOutcome) => void;
}

/** How an attempt ended: `interrupted` where the server stopped before, or another server took it over. */
export type RunOutcome = "succeeded" | "failed" | "interrupted";

/** Who writes what a job writes. */
const ACTOR = "job";
/** The most characters of an error that are kept. */
const LONGEST_ERROR = 2_000;
const MINUTE = 60_000;

/** A job that was cut short by the stop of its server. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/**
 * Does one attempt of a job that the queue gave out. A run that has succeeded already is passed over: its node was killed before the queue knew.
 *
 * @throws Interrupted where the server stops meanwhile, and whatever the job throws: the queue gives it out again
 */
export async function runJob(job: Job, queued: QueuedJob, parts: RunParts): Promise<void> {
  const { pool, stopping, log, onEnd } = parts;
  const take = await pool.use(async (connection) =>
    connection.transaction({ role: "xm_all" }, async (client) => beginRun(client, begunRun(job, queued))),
  );
  if (take === undefined) return;
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(job.minutes * MINUTE)]);
  const run = new Run(job, take, parts, signal);
  try {
    await job.run(payloadOf(queued), run.context(queued.attempts));
    if (!run.finished) await run.end();
    onEnd(job.name, "succeeded");
  } catch (error) {
    if (run.finished) {
      // what it was to do is committed, and doing it anew would do it twice
      log.warn({ err: error, job: job.name, run: take.id }, "a job failed after the transaction that finished it");
      onEnd(job.name, "succeeded");
      return;
    }
    if (stopping.aborted) {
      onEnd(job.name, "interrupted");
      throw new Interrupted(`${job.name} was interrupted by the stop of its server.`, { cause: error });
    }
    if (error instanceof RunSuperseded) {
      onEnd(job.name, "interrupted");
      throw error;
    }
    log.warn({ err: error, job: job.name, run: take.id, attempt: queued.attempts }, "a job failed");
    onEnd(job.name, "failed");
    await noteFailure(pool, take, error, queued).catch((also: unknown) =>
      log.warn({ err: also, job: job.name, run: take.id }, "a failure could not be noted; the next look at the runs does it"),
    );
    throw error;
  }
}

/** One attempt while it lasts. */
class Run {
  readonly #job: Job;
  readonly #take: Take;
  readonly #parts: RunParts;
  readonly #signal: AbortSignal;
  /** Whether the transaction that ends it is committed. */
  finished = false;

  constructor(job: Job, take: Take, parts: RunParts, signal: AbortSignal) {
    this.#job = job;
    this.#take = take;
    this.#parts = parts;
    this.#signal = signal;
  }

  context(attempt: number): JobContext {
    const { clock, log } = this.#parts;
    return {
      clock,
      attempt,
      signal: this.#signal,
      log: logOf(log, { job: this.#job.name, run: this.#take.id }),
      portion: this.#transact(false),
      transaction: async (work) => {
        if (this.finished) throw finishedAlready(this.#job.name);
        const result = await this.#transact(true)(work);
        this.finished = true;
        return result;
      },
    };
  }

  /** Ends a run that wrote nothing. */
  async end(): Promise<void> {
    await this.#transact(true)(async () => undefined);
    this.finished = true;
  }

  #transact(ends: boolean): Transact {
    const { pool, orm, isDeclared } = this.#parts;
    return async (work) => {
      this.#signal.throwIfAborted();
      return pool.use(async (connection) =>
        connection.transaction({ role: "xm_all", actor: ACTOR, origin: this.#job.name }, async (client) => {
          const result = await withinTransaction(orm, client, isDeclared, work);
          if (ends) await endRun(client, this.#take);
          // what comes too late is left to those who do it anew
          this.#signal.throwIfAborted();
          return result;
        }),
      );
    };
  }
}

function begunRun(job: Job, { id, attempts, max_attempts, run_at, created_at, locked_by }: QueuedJob): BegunRun {
  return {
    id,
    job: job.name,
    attempt: attempts,
    attempts: max_attempts,
    dueAt: run_at,
    queuedAt: created_at,
    pool: locked_by ?? "",
  };
}

/** What a job was queued with; graphile-worker adds to what a schedule queued when that was. */
function payloadOf({ payload }: QueuedJob): unknown {
  if (typeof payload !== "object" || payload === null || !("_cron" in payload)) return payload;
  const { _cron, ...own } = payload;
  return own;
}

async function noteFailure(pool: WritePool, take: Take, error: unknown, { attempts, max_attempts }: QueuedJob): Promise<void> {
  await pool.use(async (connection) =>
    connection.transaction({ role: "xm_all" }, async (client) => failRun(client, take, errorText(error), attempts >= max_attempts)),
  );
}

function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text === "" ? "?" : text).replaceAll("\0", "").toWellFormed().slice(0, LONGEST_ERROR);
}

function finishedAlready(name: string): Refusal {
  return new Refusal(
    "JOB_FINISHED",
    {
      zh: `任务 ${name} 已由 transaction 完成，不能再开第二个。`,
      en: `The job ${name} was finished by its transaction and can have no second one.`,
    },
    {
      zh: "请把收尾的写入放在同一个 transaction 中，中途的写入用 portion。",
      en: "Write all that finishes it in one transaction, and what comes before with portion.",
    },
  );
}
