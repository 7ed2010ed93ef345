import { createReadPool, createWritePool, isDatabaseAway } from "@xianmai/database";
import type { Postgres } from "@xianmai/database/postgres";
import type { Tail } from "@xianmai/live";
import type { Clock } from "@xianmai/plugin-api";
import { keepAlerts, tellChannels } from "@xianmai/workflow";
import type { Logger } from "pino";

import type { Composition } from "../composition/compose.ts";

/** What alerts are kept with while a server runs. */
export interface AlertParts {
  readonly composition: Pick<Composition, "alerts" | "model">;
  readonly app: Postgres["app"];
  readonly tail: Tail;
  readonly clock: Clock;
  readonly log: Logger;
  /** By the names of channels what the county says of each. */
  readonly channels: Readonly<Record<string, unknown>>;
}

/** The alerts of a running server. */
export interface RunningAlerts {
  /** Resolves when the alerts are what everything that was committed before the call, and the time, want. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Keeps the alerts while the server runs, on connections of their own, so that no request waits for them. What is not done is done at the next start. */
export function runAlerts({ composition: { alerts, model }, app, tail, clock, log, channels }: AlertParts): RunningAlerts {
  const [writePool, readPool] = [createWritePool(app, { size: 1 }), createReadPool(app, { size: 1 })];
  const keeper = keepAlerts({
    rules: alerts,
    model,
    writePool,
    readPool,
    clock,
    // no message is queued that nobody would send
    ...(Object.keys(channels).length === 0 ? {} : { onItems: async (client, items) => tellChannels(model, client, items) }),
    onError: (error) => {
      if (!isDatabaseAway(error)) log.error({ err: error }, "alerts could not be worked out, trying again");
    },
  });
  const unfollow = tail.follow({ batch: ({ changes }) => keeper.changed(changes), reset: () => keeper.reset() });
  return {
    settled: async () => {
      await tail.caughtUp();
      await keeper.settled();
    },
    stop: async () => {
      unfollow();
      await keeper.stop();
      await Promise.all([writePool.close(), readPool.close()]);
    },
  };
}
