import type { ReadPool, Statement, StatementResult } from "@xianmai/database";
import type { Tail } from "@xianmai/live";
import type { Plugin } from "@xianmai/plugin-api";
import type { RunningJobs } from "@xianmai/workflow";

import type { RecordKeeper } from "../records/keep-records.ts";

/** One thing that a server needs, and whether it has it. */
export interface Check {
  readonly ok: boolean;
  /** What is wrong, for people. */
  readonly reason?: string;
}

/** Whether a server can do its work now. */
export interface Health {
  readonly ready: boolean;
  readonly checks: Readonly<Record<"accepting" | "database" | "schema" | "feed" | "capture" | "jobs", Check>>;
}

/** What health is asked of. */
export interface HealthParts {
  readonly pool: ReadPool;
  readonly tail: Tail;
  /** The enabled plugins, whose migrations are those that this server was started on. */
  readonly plugins: readonly Plugin[];
  /** Which tables are captured, as of the last look. */
  readonly records: Pick<RecordKeeper, "uncaptured">;
  readonly jobs: Pick<RunningJobs, "silence">;
  /** False from the moment on at which the server is told to stop. */
  readonly accepting: () => boolean;
}

/** How long the feed may be silent: it is read many times a second. */
const LONGEST_SILENCE = 5_000;
/** How long the queue of jobs may be out of reach: it is looked at several times a minute. */
const LONGEST_QUEUE_SILENCE = 60_000;
/** How long PostgreSQL may take to answer. */
const PATIENCE = 2_000;

const APPLIED: Statement = { text: "select plugin, id from xm.migration", values: [] };
const OK: Check = { ok: true };

/** Really asks: PostgreSQL answers a statement as the application, its tables are those that this server knows, and the feed is followed. */
export async function healthOf({ pool, tail, plugins, records, jobs, accepting }: HealthParts): Promise<Health> {
  const answer = await answerOf(pool);
  const checks = {
    accepting: accepting() ? OK : bad("the server is stopping"),
    database: "rows" in answer ? OK : answer,
    schema: "rows" in answer ? schemaCheck(answer, plugins) : bad("not known while the database does not answer"),
    feed: tail.silence() < LONGEST_SILENCE ? OK : bad("the change feed is not being read"),
    capture: captureCheck(records.uncaptured()),
    jobs: jobs.silence() < LONGEST_QUEUE_SILENCE ? OK : bad("the queue of jobs is not being worked"),
  };
  return { ready: Object.values(checks).every(({ ok }) => ok), checks };
}

async function answerOf(pool: ReadPool): Promise<StatementResult | Check> {
  const patience = Promise.withResolvers<Check>();
  const timer = setTimeout(() => patience.resolve(bad(`no answer within ${PATIENCE} ms`)), PATIENCE);
  const answer = pool.batch({ role: "xm_all" }, [APPLIED]).then(
    ([result]) => result ?? bad("no answer"),
    (error: unknown) => bad(error instanceof Error ? error.message : String(error)),
  );
  try {
    return await Promise.race([answer, patience.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Another server may have migrated meanwhile, being a newer version: this one's statements may no longer fit. */
function schemaCheck({ rows }: StatementResult, plugins: readonly Plugin[]): Check {
  const applied = new Set(rows.map(([plugin, id]) => `${plugin} ${id}`));
  const known = new Set(plugins.flatMap(({ name, migrations }) => migrations.map(({ id }) => `${name} ${id}`)));
  const missing = [...known].find((one) => !applied.has(one));
  if (missing !== undefined) return bad(`migration ${missing} is not in the database`);
  const foreign = rows.find(([plugin, id]) => plugins.some(({ name }) => name === plugin) && !known.has(`${plugin} ${id}`));
  return foreign === undefined ? OK : bad(`migration ${foreign.join(" ")} is of another version than this server`);
}

/** A table that is not captured still answers, but nobody is told when it changes. */
function captureCheck(uncaptured: readonly string[]): Check {
  return uncaptured.length === 0 ? OK : bad(`changes of ${uncaptured.join(", ")} are not captured; start anew`);
}

function bad(reason: string): Check {
  return { ok: false, reason };
}
