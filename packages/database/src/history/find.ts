import type { Instant } from "@xianmai/plugin-api";

import type { ReadPool } from "../session/read-pool.ts";
import type { Statement } from "../session/statement.ts";
import { currentMoment, MOMENT_COLUMNS } from "./current.ts";
import { boundsOf, decodeMoment, type Moment, type RecordedMoment } from "./moment.ts";
import { momentBeforeRecords, momentInFuture, momentUnknown } from "./refusals.ts";

const TEXT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/** Gives the snapshot of the batch that it is sent in, whoever asks: what `currentMoment` reads. */
export const CURRENT_MOMENT: Statement = { text: `select ${MOMENT_COLUMNS.join(", ")}`, values: [], name: "xm_current_moment" };

// A recording that is under way has its time already, and is not to be seen yet: who asks waits for it, so that one time always
// means one moment. At this isolation the statement behind the lock sees what was committed while it waited.
const BEFORE: readonly Statement[] = [
  { text: "begin isolation level read committed read only", values: [] },
  { text: "set local role xm_all", values: [] },
  { text: "select pg_catalog.pg_advisory_xact_lock_shared(xm.moment_lock())", values: [] },
];
const COMMIT: Statement = { text: "commit", values: [] };

/**
 * The newest recorded moment that is not after a time: what `as of` that time means, whenever it is asked for.
 *
 * @throws Refusal MOMENT_IN_FUTURE, MOMENT_BEFORE_RECORDS
 */
export async function momentAt(pool: ReadPool, at: Instant): Promise<RecordedMoment> {
  const found: Statement = {
    text: `select m.generation, m.base, m.snapshot::text, to_char(m.at at time zone 'UTC', ${TEXT}), $1::timestamptz > n.at,
        to_char(n.at at time zone 'UTC', ${TEXT}), (select to_char(min(at) at time zone 'UTC', ${TEXT}) from xm.moment)
      from (select xm.moment_time() as at) n
        left join (select * from xm.moment where at <= $1::timestamptz order by at desc limit 1) m on true`,
    values: [at],
  };
  const results = await pool.batch({}, [...BEFORE, found, COMMIT]);
  const [generation = null, base = null, snapshot = null, recorded = null, future = null, now = null, first = null] =
    results[BEFORE.length]?.rows[0] ?? [];
  if (future === "t") throw momentInFuture(at, now ?? "");
  if (generation === null || base === null || snapshot === null || recorded === null) throw momentBeforeRecords(at, first ?? undefined);
  return { generation: Number(generation), base: BigInt(base), snapshot, at: recorded as Instant };
}

/**
 * Reads a moment that a client hands back, and makes sure that this database has been there.
 *
 * @throws Refusal MOMENT_UNKNOWN for a text that is no moment, or one of another database, or of what a restored one has not lived through
 */
export async function momentOf(pool: ReadPool, text: string): Promise<Moment> {
  const moment = decodeMoment(text);
  if (moment === undefined) throw momentUnknown(text);
  const { high } = boundsOf(moment);
  const known: Statement = {
    text: `select exists (select from xm.generation where generation = $1::bigint),
      (select max(base | pg_snapshot_xmax(snapshot)::text::bigint) from xm.moment where base = $2::bigint)`,
    values: [String(moment.generation), String(moment.base)],
  };
  const [present, rows] = await pool.batch({ role: "xm_all" }, [CURRENT_MOMENT, known]);
  const now = currentMoment(present);
  const [generation = null, recorded = null] = rows?.rows[0] ?? [];
  // where a backup was restored the database has a new base, and knows of the time before it what was recorded until then:
  // what was told later was of another life
  const end = moment.base === now.base ? boundsOf(now).high : BigInt(recorded ?? 0);
  if (generation !== "t" || high > end) throw momentUnknown(text);
  return moment;
}
