import { setTimeout as delay } from "node:timers/promises";

import type { ClientBase } from "pg";

import type { Instant } from "@xianmai/plugin-api";

import type { WritePool } from "../session/write-pool.ts";

/** Records moments as the database changes. */
export interface MomentRecorder {
  /** Something was committed: a moment that sees it is recorded, at once or as soon as a second has passed since the last. Never throws. */
  touch(): void;
  /** Records what is still due, then stops. */
  stop(): Promise<void>;
}

/** How a recorder is set up. */
export interface MomentRecorderOptions {
  readonly pool: WritePool;
  /** Hears of what could not be recorded; it is tried again by itself. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds between two moments of one recorder. */
const BETWEEN = 1000;

/** Starts a recorder. Several nodes may record beside each other: the database keeps their moments apart and in order. */
export function recordMoments({ pool, onError }: MomentRecorderOptions): MomentRecorder {
  const stopping = new AbortController();
  let due = false;
  let running: Promise<void> | undefined;

  async function attempt(pressing: boolean): Promise<void> {
    due = false;
    try {
      // another node recorded within the last second, perhaps without what is due here
      if ((await recordMoment(pool, { pressing })) === undefined) due = true;
    } catch (error) {
      due = true;
      onError(error);
    }
  }

  async function run(): Promise<void> {
    while (due && !stopping.signal.aborted) {
      await attempt(false);
      await delay(BETWEEN, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    running = undefined;
  }

  return {
    touch: () => {
      due = true;
      if (!stopping.signal.aborted) running ??= run();
    },
    stop: async () => {
      stopping.abort();
      await running;
      if (due) await attempt(true);
    },
  };
}

/** How a moment is recorded. */
export interface MomentRequest {
  /** Its time, for who invents time; the moment is later than every recorded one in any case. */
  readonly at?: Instant;
  /** Also where one was recorded within the last second. */
  readonly pressing?: boolean;
}

/**
 * Records the moment that it is now.
 *
 * @returns its time; `undefined` where one was recorded within the last second
 */
export async function recordMoment(pool: WritePool, { at, pressing = false }: MomentRequest = {}): Promise<Instant | undefined> {
  return pool.use(async (connection) =>
    connection.transaction({ role: "xm_all" }, async (client: ClientBase) => {
      const { rows } = await client.query<{ at: Date | null }>("select xm.record_moment($1::timestamptz, $2) as at", [
        at ?? null,
        pressing,
      ]);
      return rows[0]?.at?.toISOString() as Instant | undefined;
    }),
  );
}
