import { setTimeout as delay } from "node:timers/promises";

import { forgetRequests } from "../idempotency/requests.ts";
import type { WritePool } from "../session/write-pool.ts";
import type { FeedPosition } from "./feed.ts";

/** How a node takes part in the feed's retention. */
export interface RetentionOptions {
  readonly pool: WritePool;
  /** Tells the node from every other; another one at every start. */
  readonly node: string;
  /** How far the node has read; `undefined` while it has not begun. */
  readonly position: () => FeedPosition | undefined;
  /** Milliseconds for which changes are kept at least; `undefined` for ever. */
  readonly keep: number | undefined;
  /** Hears how many changes were forgotten, whenever some were. */
  readonly onForgotten: (changes: number) => void;
  /** Hears of a lost connection and the like; it is tried again by itself. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds between two announcements. */
const BETWEEN = 10_000;
/** How long an announcement holds: a node that is slower than this is told so by its cursor's age, and loses nothing silently. */
const LEASE = 60_000;
/** Milliseconds between two rounds of forgetting. */
const BETWEEN_ROUNDS = 600_000;
/** Changes that one transaction forgets: it holds no lock for long, and what it writes stays small. */
const PORTION = 10_000;

/**
 * Announces what a node has read, and forgets what every live node has passed and is old enough, and requests whose keys have had their day, until
 * it is stopped.
 */
export function startRetention(options: RetentionOptions): { stop(): Promise<void> } {
  const { pool, node, position, keep, onForgotten, onError } = options;
  const stopping = new AbortController();

  async function run(): Promise<void> {
    let next = performance.now() + BETWEEN_ROUNDS;
    while (!stopping.signal.aborted) {
      try {
        const read = position();
        if (read !== undefined) await announceReader(pool, node, read);
        if (performance.now() >= next) {
          next = performance.now() + BETWEEN_ROUNDS;
          await forgetRequests(pool);
          const forgotten = keep === undefined ? 0 : await forgetChanges(pool, keep);
          if (forgotten > 0) onForgotten(forgotten);
        }
      } catch (error) {
        onError(error);
      }
      await delay(BETWEEN, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/**
 * Says that a node has read everything that a position sees.
 *
 * @param lease milliseconds for which that holds nothing back that is later, and everything that is earlier
 */
export async function announceReader(pool: WritePool, node: string, { snapshot }: FeedPosition, lease = LEASE): Promise<void> {
  await pool.use(async (connection) =>
    connection.transaction({ role: "xm_all" }, async (client) => {
      await client.query("select xm.announce_reader($1, $2, $3 * interval '1 millisecond')", [node, snapshot, lease]);
    }),
  );
}

/**
 * Forgets changes that every live node has passed, that are sealed where an audit seals at all, and that were committed longer ago than `keep`.
 * A cursor from before them is answered with the reset `horizon`. Versions of rows are never forgotten.
 *
 * @param keep milliseconds, by the clock of the moments
 * @returns how many
 */
export async function forgetChanges(pool: WritePool, keep: number): Promise<number> {
  let all = 0;
  for (;;) {
    const gone = await pool.use(async (connection) =>
      connection.transaction({ role: "xm_all" }, async (client) => {
        const { rows } = await client.query<{ gone: number }>("select xm.forget_changes($1 * interval '1 millisecond', $2)::int as gone", [
          keep,
          PORTION,
        ]);
        return rows[0]?.gone ?? 0;
      }),
    );
    all += gone;
    if (gone < PORTION) return all;
  }
}
