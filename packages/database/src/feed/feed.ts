import { Refusal, type Instant } from "@xianmai/plugin-api";
import { Client } from "pg";

import { connectionRefusal } from "../postgres/connect.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import { sendBatch } from "../session/batch.ts";
import { PreparedStatements } from "../session/prepared.ts";
import { READ_OPTIONS } from "../session/read-pool.ts";
import { settingsStatement } from "../session/settings.ts";
import type { Statement, StatementResult } from "../session/statement.ts";
import { parseSnapshot } from "./snapshot.ts";

/** A place in the feed: everything that its snapshot sees has been read. */
export interface FeedPosition {
  readonly generation: number;
  /** PostgreSQL's `pg_snapshot`, as text. */
  readonly snapshot: string;
  /** When the PostgreSQL of the snapshot was started; a position without it is not checked for a restart in between. */
  readonly started?: string;
}

/** What one statement did to one table, committed. */
export interface Change {
  /** Of its transaction, and of the versions that it began and ended. */
  readonly stamp: bigint;
  /** Rises within a transaction, and from one transaction to another where the second had to wait for the first. */
  readonly position: bigint;
  /** The last position of its transaction in the batch: batches are ordered by it. */
  readonly last: bigint;
  readonly table: string;
  readonly operation: "I" | "U" | "D";
  /** The rows' keys, old and new; `null` where there were too many to name: the whole table. */
  readonly keys: readonly string[] | null;
  /** The keys that the rows point at, old and new; `null` with `keys`. */
  readonly references: readonly string[] | null;
  readonly actor: string | null;
  readonly origin: string | null;
  /** When the statement ran, by PostgreSQL's clock; neither the order nor the time of visibility. */
  readonly at: Instant;
}

/**
 * Why what was known before the batch must be doubted.
 * `generation`: a migration or a restored backup; `ahead`: the server has not come as far as the position: it is another, or a copy;
 * `horizon`: changes since the position have been forgotten, being old. None of these has changes, and the reader begins anew.
 * `restart`: PostgreSQL was started again; the changes are all there.
 */
export type FeedReset = "generation" | "ahead" | "horizon" | "restart";

/** Whether a batch has no changes, because they cannot be told from where the reader was. */
export function isLost({ reset }: FeedBatch): boolean {
  return reset !== undefined && reset !== "restart";
}

/** What was committed between two positions: nothing twice, nothing lost, however long a transaction ran. */
export interface FeedBatch {
  readonly from: FeedPosition;
  readonly to: FeedPosition;
  /**
   * Transactions one after the other, each whole, in an order in which they can have been committed: where two changed
   * one row, the first to change it comes first. So the order is that of (`last`, `position`), not of the stamps.
   */
  readonly changes: readonly Change[];
  readonly reset: FeedReset | undefined;
}

/** The reader of the change feed, on a connection of its own. */
export interface Feed {
  /** As of the last answer. */
  readonly generation: number;
  /** Where the feed stands now. */
  position(): Promise<FeedPosition>;
  /**
   * Reads from a position to now.
   *
   * @throws StatementError when the connection is lost: close this feed and open another, positions stay good
   */
  poll(from: FeedPosition): Promise<FeedBatch>;
  close(): Promise<void>;
}

const HEAD: Statement = {
  text: `select xm.settled_snapshot()::text, (select max(generation) from xm.generation), xm.base(),
    extract(epoch from pg_postmaster_start_time())::text, pg_is_in_recovery(), (select max(stamp) from xm.horizon)`,
  values: [],
  name: "xm_feed_head",
};

const CHANGES = `
  select c.stamp, c.position, max(c.position) over (partition by c.stamp), t.name, c.op, array_to_string(c.keys, ','), nullif(array_to_string(c.refs, ','), ''),
    nullif(c.actor, ''), nullif(c.origin, ''), to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  from xm.change c join xm.tbl t on t.id = c.tbl
  where c.stamp >= $1::bigint or c.stamp = any($2::bigint[])
  order by 3, 2`;

/**
 * Opens the feed.
 *
 * @throws Refusal DATABASE_UNREACHABLE and the like when there is no connection, FEED_ON_STANDBY when the server is one: its snapshots hide running transactions, so that changes would be lost
 */
export async function openFeed(app: ConnectionSettings): Promise<Feed> {
  const client = new Client({ ...app, options: READ_OPTIONS, application_name: "xianmai feed" });
  // a lost connection fails the poll that runs on it; without a listener it would end the process
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw connectionRefusal(app, error);
  }
  const prepared = new PreparedStatements();
  const set = settingsStatement({ role: "xm_all" });
  const before = set === undefined ? [HEAD] : [set, HEAD];
  let head: Head;
  const read = async (statements: readonly Statement[]): Promise<readonly StatementResult[]> => {
    const results = await sendBatch(client, [...before, ...statements], prepared);
    head = headOf(results[before.length - 1]);
    return results.slice(before.length);
  };
  try {
    await read([]);
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    get generation() {
      return head.position.generation;
    },
    position: async () => {
      await read([]);
      return head.position;
    },
    poll: async (from) => {
      const [result, newest] = await read([changesSince(from, head.base), newestOf(from, head.base)]);
      const batch = { from, to: head.position, reset: resetBetween(from, head, newest?.rows[0]?.[0] === "t") };
      return { ...batch, changes: isLost({ ...batch, changes: [] }) ? [] : (result?.rows ?? []).map(changeOf) };
    },
    close: async () => client.end(),
  };
}

interface Head {
  readonly position: FeedPosition;
  readonly base: bigint;
  /** Below this stamp changes may have been forgotten. */
  readonly horizon: bigint;
}

function headOf(result: StatementResult | undefined): Head {
  const [snapshot = null, generation = null, base = null, started = null, standby = null, horizon = null] = result?.rows[0] ?? [];
  if (standby === "t") throw onStandby();
  if (snapshot === null || generation === null || base === null || started === null) throw new Error("The feed has no generation.");
  return { position: { generation: Number(generation), snapshot, started }, base: BigInt(base), horizon: BigInt(horizon ?? 0) };
}

function changesSince({ snapshot }: FeedPosition, base: bigint): Statement {
  const { xmax, running } = known(snapshot);
  return {
    text: CHANGES,
    values: [String(base | xmax), `{${running.map((transaction) => base | transaction).join(",")}}`],
    name: "xm_feed_changes",
  };
}

/** Whether the newest change that a position sees is there. */
function newestOf({ snapshot }: FeedPosition, base: bigint): Statement {
  return {
    text: "select exists (select from xm.change where stamp = $1::bigint)",
    values: [String(base | (known(snapshot).xmax - 1n))],
    name: "xm_feed_newest",
  };
}

/** @param isThere whether the newest change that the position sees is there */
function resetBetween(from: FeedPosition, { position, base, horizon }: Head, isThere: boolean): FeedReset | undefined {
  if (from.generation !== position.generation) return "generation";
  const { xmin, xmax } = known(from.snapshot);
  if (xmax > known(position.snapshot).xmax) return "ahead";
  // what the position does not see begins with its oldest running transaction
  if ((base | xmin) < horizon) return "horizon";
  // a database that was copied or has lost what it had acknowledged goes on counting from before, and catches up
  if (xmax > 1n && (base | (xmax - 1n)) >= horizon && !isThere) return "ahead";
  return from.started === undefined || from.started === position.started ? undefined : "restart";
}

function known(text: string) {
  const snapshot = parseSnapshot(text);
  if (snapshot === undefined) throw new Error(`Not a snapshot of PostgreSQL: ${text}`);
  return snapshot;
}

function changeOf(cells: readonly (string | null)[]): Change {
  const [stamp, position, last, table, operation, keys, references, actor, origin, at] = cells;
  return {
    stamp: BigInt(stamp ?? 0),
    position: BigInt(position ?? 0),
    last: BigInt(last ?? 0),
    table: table ?? "",
    operation: operation === "I" || operation === "D" ? operation : "U",
    keys: distinct(keys) ?? null,
    references: distinct(references) ?? (keys === null ? null : []),
    actor: actor ?? null,
    origin: origin ?? null,
    at: (at ?? "") as Instant,
  };
}

function distinct(keys: string | null | undefined): readonly string[] | undefined {
  return keys === null || keys === undefined ? undefined : [...new Set(keys.split(","))];
}

function onStandby(): Refusal {
  return new Refusal(
    "FEED_ON_STANDBY",
    {
      zh: "所连接的 PostgreSQL 是备库，变更会在那里无声丢失。",
      en: "The PostgreSQL that is connected is a standby, where changes would be lost silently.",
    },
    { zh: "请让 DATABASE_URL 指向主库。", en: "Point DATABASE_URL at the primary." },
  );
}
