import { forgetRuns, isDatabaseAway, tendNodes, type TendingNode, type WritePool } from "@xianmai/database";

import type { ServerLog } from "./log.ts";

/** Workers as the queue knows them, and the jobs that they do, by the queue's numbers. */
export type Workers = Pick<TendingNode, "pool" | "doing">;

/** How a node says that it is there. */
export interface TendingOptions {
  /** Opens connections for it alone, so that no job has to end before it can be said. */
  readonly open: () => WritePool;
  /** The pools of workers that run now, and the jobs that they do. */
  readonly workers: () => readonly Workers[];
  /** Milliseconds after which a node that has said nothing counts as gone. */
  readonly lease: number;
  /** Days for which runs that ended are kept. */
  readonly keepDays: number;
  readonly log: ServerLog;
}

/** A node that says that it is there, and looks after the jobs of those that do so no more. */
export interface Tending {
  /** Says so now, and from then on again and again. */
  begin(): void;
  /** Milliseconds since it was last said. */
  silence(): number;
  stop(): Promise<void>;
}

/** How often a lease is renewed while it lasts. */
const RENEWALS = 3;
/** Milliseconds between two times at which runs are forgotten. */
const BETWEEN_FORGETTING = 3_600_000;

/**
 * Begins to say so with the first workers. PostgreSQL may go away meanwhile: it is said again once it is back. A connection that is neither there nor
 * gone is given up when it has kept silent for the length of a lease.
 */
export function tendJobs({ open, workers, lease, keepDays, log }: TendingOptions): Tending {
  let pool = open();
  let last = performance.now();
  let forgotten = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let current: { readonly began: number; readonly over: Promise<void> } | undefined;

  const transaction = async <Result>(work: (client: Parameters<typeof tendNodes>[0]) => Promise<Result>): Promise<Result> =>
    pool.use(async (connection) => connection.transaction({ role: "xm_all" }, work));

  const look = async (): Promise<void> => {
    const own = workers();
    if (own.length === 0) return;
    for (const one of own) {
      const gone = await transaction(async (client) => tendNodes(client, { ...one, lease }));
      if (gone.length > 0) log.warn({ nodes: gone }, "jobs of servers that are gone are given out again");
    }
    last = performance.now();
    if (last - forgotten < BETWEEN_FORGETTING) return;
    while ((await transaction(async (client) => forgetRuns(client, keepDays))) > 0);
    forgotten = last;
  };

  const begin = (): void => {
    timer ??= setInterval(begin, lease / RENEWALS);
    if (current !== undefined) {
      if (performance.now() - current.began < lease) return;
      log.warn({}, "the queue of jobs did not answer, asking on another connection");
      void pool.close().catch(() => undefined);
      pool = open();
    }
    const began = performance.now();
    const over = look()
      .catch((error: unknown) => {
        if (!isDatabaseAway(error)) log.error({ err: error }, "the jobs could not be looked after, trying again");
      })
      .finally(() => {
        if (current?.began === began) current = undefined;
      });
    current = { began, over };
  };

  return {
    begin,
    silence: () => performance.now() - last,
    stop: async () => {
      clearInterval(timer);
      await current?.over;
      await pool.close();
    },
  };
}
