import type { PoolLimits } from "@xianmai/database";

import { DEFAULT_LIMITS, type OperationLimits } from "./limits.ts";

/** The most that one operation may ask for, and the most that all together may take of the database. */
export interface ServerLimits extends OperationLimits {
  /** Seconds that one statement may take. */
  readonly statementSeconds: number;
  /** Requests that may wait for a connection at once, in the pool of reads and in that of writes. */
  readonly waiting: number;
  /** Seconds for which a request waits for a connection. */
  readonly waitSeconds: number;
}

/** What holds unless the configuration says otherwise. */
export const DEFAULT_SERVER_LIMITS: ServerLimits = { ...DEFAULT_LIMITS, statementSeconds: 30, waiting: 200, waitSeconds: 10 };

/** The limits as a pool of connections takes them. */
export function poolLimits({ statementSeconds, waiting, waitSeconds }: ServerLimits): PoolLimits {
  return { statementTimeout: statementSeconds * 1000, longestQueue: waiting, longestWait: waitSeconds * 1000 };
}
