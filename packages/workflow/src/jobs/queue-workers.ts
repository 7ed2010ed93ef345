import { EventEmitter } from "node:events";

import { createQueuePool, QUEUE_SCHEMA } from "@xianmai/database";
import type { Postgres } from "@xianmai/database/postgres";
import type { CronItem, TaskList, WorkerEvents } from "graphile-worker";

import { queueLog, type ServerLog } from "./log.ts";
import { within } from "./within.ts";

/** What workers of the queue are begun with. */
export interface QueueWorkersOptions {
  readonly app: Postgres["app"];
  readonly tasks: TaskList;
  readonly schedules: readonly CronItem[];
  /** Jobs that are done at once. */
  readonly atOnce: number;
  readonly log: ServerLog;
  /** Told by which name the queue knows them, before they take the first job. */
  readonly onBegin: (pool: string) => void;
}

/** Workers of the queue, which end by themselves where it could not be told what came of a job. */
export interface QueueWorkers {
  /** Settles when they have ended, or should have and do not: others may begin. */
  readonly over: Promise<void>;
  /** Takes no more jobs, and resolves when those under way are done. */
  stop(): Promise<void>;
  /** Closes their connections. */
  close(): Promise<void>;
}

/** Milliseconds that workers may take to end, with the jobs that they do and after these, before others are begun. */
const LONGEST_END = { withJobs: 30_000, afterwards: 1_000 } as const;
/** Milliseconds for connections to close. */
const FAREWELL = 1_000;

/**
 * Begins workers on connections of their own.
 *
 * @throws Error where PostgreSQL cannot be reached, or the queue is not as it should be; nothing is left open then
 */
export async function beginWorkers({ app, tasks, schedules, atOnce, log, onBegin }: QueueWorkersOptions): Promise<QueueWorkers> {
  // it takes its time to load, which nobody else needs to wait for
  const { Logger, parseCronItems, run } = await import("graphile-worker");
  const stuck = Promise.withResolvers<never>();
  const endWithin = (milliseconds: number): void => {
    setTimeout(() => stuck.reject(new Error("The workers of jobs did not end.")), milliseconds).unref();
  };
  const events: WorkerEvents = new EventEmitter();
  events.on("pool:create", ({ workerPool }) => onBegin(workerPool.id));
  events.on("pool:gracefulShutdown", () => endWithin(LONGEST_END.withJobs));
  events.on("pool:gracefulShutdown:complete", () => endWithin(LONGEST_END.afterwards));
  // one listens, and one plans ahead
  const connections = createQueuePool(app, atOnce + 2);
  const close = async (): Promise<void> => within(FAREWELL, connections.end());
  try {
    const runner = await run({
      pgPool: connections,
      taskList: tasks,
      parsedCronItems: parseCronItems([...schedules]),
      noHandleSignals: true,
      events,
      logger: new Logger(queueLog(log)),
      preset: {
        worker: {
          schema: QUEUE_SCHEMA,
          concurrentJobs: atOnce,
          // without a batch, an answer that PostgreSQL does not take is an unhandled rejection
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      },
    });
    const over = Promise.race([runner.promise, stuck.promise]);
    // whoever waits for it is told; that nobody does is no error
    over.catch(() => undefined);
    return { over, close, stop: async () => runner.stop() };
  } catch (error) {
    await close();
    throw error;
  }
}
