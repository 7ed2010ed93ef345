import { setTimeout as delay } from "node:timers/promises";

import { openPostgres, type Postgres, type PostgresOptions } from "./open.ts";
import { runningPostmaster } from "./postmaster.ts";

/** Someone who sees to it that a PostgreSQL goes on running. */
export interface Keeper {
  /** Ends the watch, and the use of whatever was started anew. */
  release(): Promise<void>;
}

/** Milliseconds between two looks. */
const BETWEEN_LOOKS = 1000;

/**
 * Watches the private server of a data folder that this process uses, and starts it anew when it is gone: killed, or stopped by somebody else.
 * A given server is left to whoever runs it.
 *
 * @param onError hears why a start failed; the watch goes on and tries again
 */
export function keepRunning(postgres: Postgres, options: PostgresOptions, onError: (error: unknown) => void): Keeper {
  if (postgres.kind === "given") return { release: () => Promise.resolve() };
  const ending = new AbortController();
  const opened: Postgres[] = [];
  const look = async (): Promise<void> => {
    if (runningPostmaster(postgres.where) !== undefined) return;
    options.log({ zh: "PostgreSQL 不在运行，正在重新启动", en: "PostgreSQL is gone; starting it again" });
    opened.push(await openPostgres(options));
  };
  const watch = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await delay(BETWEEN_LOOKS, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
      if (ending.signal.aborted) break;
      await look().catch(onError);
    }
  };
  const watching = watch();
  return {
    release: async () => {
      ending.abort();
      await watching;
      for (const again of opened) await again.release();
    },
  };
}
