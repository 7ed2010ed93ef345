import { randomUUID } from "node:crypto";

import { checkCapture, isDatabaseAway, recordMoments, startRetention, type WritePool } from "@xianmai/database";
import type { Tail } from "@xianmai/live";
import type { Logger } from "pino";

/** What a running server does for the records beneath it. */
export interface RecordKeeper {
  /** Tables whose changes are not captured as they should be, as of the last look. */
  uncaptured(): readonly string[];
  stop(): Promise<void>;
}

/** What it is done with. */
export interface RecordKeeperParts {
  readonly pool: WritePool;
  readonly tail: Tail;
  readonly log: Logger;
  /** Days for which the change feed is kept at least; `undefined` for ever. Versions of rows are never deleted. */
  readonly keepFeedDays: number | undefined;
  /** Milliseconds between two looks at the triggers; five minutes unless given. */
  readonly betweenLooks?: number;
}

const DAY = 86_400_000;
const FIVE_MINUTES = 300_000;

/**
 * Records moments as the database changes, says how far this node has read, and looks from time to time whether every table is still captured.
 * PostgreSQL may go away meanwhile; all of it is tried again.
 */
export function keepRecords({ pool, tail, log, keepFeedDays, betweenLooks = FIVE_MINUTES }: RecordKeeperParts): RecordKeeper {
  const onError = (error: unknown): void => {
    if (!isDatabaseAway(error)) log.error({ err: error }, "the records could not be kept, trying again");
  };
  const moments = recordMoments({ pool, onError });
  const unfollow = tail.follow({ batch: () => moments.touch(), reset: () => moments.touch() });
  // what was changed while no server ran
  moments.touch();
  const retention = startRetention({
    pool,
    node: randomUUID(),
    position: () => tail.position,
    keep: keepFeedDays === undefined ? undefined : keepFeedDays * DAY,
    onForgotten: (changes) => log.info({ changes }, "changes older than they are kept were forgotten"),
    onError,
  });
  let uncaptured: readonly string[] = [];
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    try {
      const { changed, missing } = await checkCapture(pool);
      if (changed.length > 0) log.warn({ tables: changed }, "tables were changed past their capture; each counts as wholly changed");
      if (missing.length > 0) log.error({ tables: missing }, "changes of these tables are not captured; the next start puts that right");
      uncaptured = missing;
    } catch (error) {
      onError(error);
    }
  };
  const timer = setInterval(() => {
    looking = look();
  }, betweenLooks);
  return {
    uncaptured: () => uncaptured,
    stop: async () => {
      clearInterval(timer);
      unfollow();
      await Promise.all([looking, retention.stop(), moments.stop()]);
    },
  };
}
