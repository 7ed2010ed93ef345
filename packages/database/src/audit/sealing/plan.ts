import type { ClientBase } from "pg";

import { sealingOnStandby } from "../refusals.ts";
import { parseSnapshot } from "../../feed/snapshot.ts";
import { transactionOf, unsealed, type SealedPosition } from "../chain.ts";
import { textRows, timeText } from "../session.ts";
import { openStream } from "../stream.ts";
import { STEPS } from "../structure/catalog.ts";

/** What a transaction did to a table, before it is looked at. */
export interface Group {
  readonly stamp: bigint;
  readonly table: number;
  /** Change rows, and the rows that they name. */
  readonly size: number;
  /** So much that the change names no rows. */
  readonly whole: boolean;
}

/** The moment of a seal. */
export interface Moment {
  readonly base: bigint;
  /** The snapshot of the running transaction, as far as changes go; as text. */
  readonly snapshot: string;
  readonly at: string;
}

/** What the next seal is about. */
export interface Plan {
  /** By stamp. */
  readonly groups: readonly Group[];
  /** How far everything is sealed with them; as text. */
  readonly snapshot: string;
  /** There is more, for another seal: a seal is one transaction, and should not last. */
  readonly more: boolean;
}

const MOMENT = `select xm.base(), xm.settled_snapshot(), ${timeText("clock_timestamp()")}, pg_is_in_recovery()`;

/** About so many rows make a seal; a single transaction is never taken apart. */
const SEAL_SIZE = 20_000;

/** @throws Refusal AUDIT_ON_STANDBY */
export async function readMoment(client: ClientBase): Promise<Moment> {
  const [[base = null, snapshot = null, at = null, standby = null] = []] = await textRows(client, MOMENT);
  if (standby === "t") throw sealingOnStandby();
  return { base: BigInt(base ?? 0), snapshot: snapshot ?? "", at: at ?? "" };
}

/** Takes up what was committed since a position, the smallest stamps first, as much as makes a seal. */
export async function planSeal(client: ClientBase, since: SealedPosition, { base, snapshot }: Moment): Promise<Plan> {
  const stream = await openStream(client, "xm_plan", planSql(since), ([stamp, table, size, whole]) => ({
    stamp: BigInt(stamp ?? 0),
    table: Number(table),
    size: Number(size),
    whole: whole === "t",
  }));
  const groups: Group[] = [];
  let size = 0;
  for (let next = await stream.peek(); next !== undefined; next = await stream.peek()) {
    const full = size >= SEAL_SIZE && next.stamp !== groups.at(-1)?.stamp;
    // a position lies within one numbering of transactions, so an older one is finished first
    if (full && next.stamp >= base) {
      await stream.close();
      return { groups, snapshot: cutAt(snapshot, transactionOf(next.stamp)), more: true };
    }
    groups.push(next);
    size += next.size;
    await stream.next();
  }
  await stream.close();
  return { groups, snapshot, more: false };
}

/** The part of a snapshot that lies before a transaction. */
function cutAt(text: string, transaction: bigint): string {
  const { xmin, running } = parseSnapshot(text) ?? { xmin: 0n, running: [] };
  return `${xmin < transaction ? xmin : transaction}:${transaction}:${running.filter((one) => one < transaction).join(",")}`;
}

function planSql(since: SealedPosition): string {
  return `select stamp, tbl::int, count(*) + coalesce(sum(cardinality(keys)), 0), bool_or(keys is null)
    from xm.change where ${unsealed("stamp", since)} group by stamp, tbl
    union all select stamp, ${STEPS}, count(*), false from xm.step where ${unsealed("stamp", since)} group by stamp
    order by 1, 2`;
}
