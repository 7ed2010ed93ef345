import { setTimeout as pause } from "node:timers/promises";

import { enqueueJob, QUEUE_SCHEMA } from "@xianmai/database";
import type { Enqueueable, EnqueueOptions } from "@xianmai/plugin-api";
import type { Pool } from "pg";

/** The jobs of a test platform. */
export interface TestJobs {
  /** Queues a job, as a mutation would: also one that has a schedule. */
  enqueue<Payload>(job: Enqueueable<Payload>, payload: NoInfer<Payload>, options?: EnqueueOptions): Promise<void>;
  /**
   * Resolves when no job is being done, and none waits that is due: those that have failed wait for their next attempt.
   *
   * @throws Error where that takes longer than ten seconds
   */
  idle(): Promise<void>;
  /** Makes every job that waits due now: the next attempt of one that has failed, and those that were queued for later. */
  hurry(): Promise<void>;
}

/** Milliseconds between two looks at the queue. */
const BETWEEN_LOOKS = 10;
/** Milliseconds after which nobody waits any longer. */
const PATIENCE = 10_000;

const BUSY = `
  select count(*)::int as jobs, coalesce(string_agg(distinct j.task_identifier, ', '), '') as names
  from ${QUEUE_SCHEMA}.jobs j where j.locked_at is not null or (j.attempts < j.max_attempts and j.run_at <= clock_timestamp())`;

/** Looks after the jobs of a platform for a test. @param owner connections of the owner of its tables, whom the queue hides nothing from */
export function testJobs(owner: Pool): TestJobs {
  return {
    enqueue: async ({ name, attempts }, payload, { key, runAt } = {}) => {
      const client = await owner.connect();
      try {
        await enqueueJob(client, { job: name, payload, attempts, key, runAt });
      } finally {
        client.release();
      }
    },
    idle: async () => {
      const until = performance.now() + PATIENCE;
      for (;;) {
        const { rows } = await owner.query<{ jobs: number; names: string }>(BUSY);
        const [busy] = rows;
        if (busy?.jobs === 0) return;
        if (performance.now() > until) throw new Error(`Jobs are still being done, or not taken: ${busy?.names ?? ""}.`);
        await pause(BETWEEN_LOOKS);
      }
    },
    hurry: async () => {
      await owner.query(
        `update ${QUEUE_SCHEMA}._private_jobs set run_at = clock_timestamp() where locked_at is null and attempts < max_attempts`,
      );
      await owner.query(`select pg_notify('jobs:insert', '{"r":0,"count":9}')`);
    },
  };
}
