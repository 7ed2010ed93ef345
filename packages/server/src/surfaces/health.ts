import type { Tail } from "@xianmai/live";
import type { ReadPool } from "@xianmai/database";

/** One thing that a server needs, and whether it has it. */
export interface Check {
  readonly ok: boolean;
  /** What is wrong, for people. */
  readonly reason?: string;
}

/** Whether a server can do its work now. */
export interface Health {
  readonly ready: boolean;
  readonly checks: Readonly<Record<"accepting" | "database" | "feed", Check>>;
}

/** What health is asked of. */
export interface HealthParts {
  readonly pool: ReadPool;
  readonly tail: Tail;
  /** False from the moment on at which the server is told to stop. */
  readonly accepting: () => boolean;
}

/** How long the feed may be silent: it is read many times a second. */
const LONGEST_SILENCE = 5_000;
/** How long PostgreSQL may take to answer. */
const PATIENCE = 2_000;

/** Really asks: PostgreSQL answers a statement as the application, on the schema that this platform was started on, and the feed is followed. */
export async function healthOf({ pool, tail, accepting }: HealthParts): Promise<Health> {
  const checks = {
    accepting: accepting() ? { ok: true } : { ok: false, reason: "stopping" },
    database: await databaseAnswers(pool),
    feed: tail.silence() < LONGEST_SILENCE ? { ok: true } : { ok: false, reason: "the change feed is not being read" },
  };
  return { ready: Object.values(checks).every(({ ok }) => ok), checks };
}

async function databaseAnswers(pool: ReadPool): Promise<Check> {
  const patience = Promise.withResolvers<Check>();
  const timer = setTimeout(() => patience.resolve({ ok: false, reason: `no answer within ${PATIENCE} ms` }), PATIENCE);
  const answer = pool.batch({ role: "xm_all" }, [{ text: "select from xm.migration limit 1", values: [] }]).then(
    (): Check => ({ ok: true }),
    (error: unknown): Check => ({ ok: false, reason: error instanceof Error ? error.message : String(error) }),
  );
  try {
    return await Promise.race([answer, patience.promise]);
  } finally {
    clearTimeout(timer);
  }
}
