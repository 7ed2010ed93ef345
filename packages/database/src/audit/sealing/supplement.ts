import type { ClientBase } from "pg";

import { decodeBody } from "../leaves/leaf.ts";
import { leafOf } from "../leaves/build.ts";
import type { Marker } from "../leaves/marks.ts";
import { ALL, versionOf, versionsSql, type Relation } from "../relation.ts";
import { bytesOf } from "../session.ts";
import { openStream, takeWhile } from "../stream.ts";
import type { ColumnState } from "../structure/structure.ts";
import type { LeafWriter } from "./leaf-writer.ts";

/** A leaf may be some hundred kilobytes. */
const LEAVES_AT_A_TIME = 20;

/**
 * Seals what a migration put into new columns of rows that were sealed before it: a default, or the values of another type. The leaves that
 * there are stay as they are; these stand beside them, and hold the new columns alone, of the versions that have a value there.
 */
export async function supplement(
  client: ClientBase,
  relation: Relation,
  columns: readonly ColumnState[],
  writer: LeafWriter,
  marker: Marker,
): Promise<void> {
  if (columns.length === 0) return;
  const filled = columns.map((_, at) => `c${at} is not null`).join(" or ");
  const versions = await openStream(
    client,
    "xm_filled",
    `select * from (${versionsSql(relation, columns, ALL)}) v where ${filled} order by xm_from, id, closed`,
    versionOf,
  );
  // the first leaf of a part says what is in it; others are supplements of earlier migrations
  const leaves = await openStream(
    client,
    "xm_leaves",
    `select distinct on (stamp, part) stamp, part, body from xm.seal_leaf where tbl = ${relation.number} order by stamp, part, seal`,
    ([stamp, part, body]) => ({ stamp: BigInt(stamp ?? 0), part: Number(part), body: bytesOf(body) }),
    LEAVES_AT_A_TIME,
  );
  for (let next = await versions.peek(); next !== undefined; next = await versions.peek()) {
    const leaf = await leaves.next();
    if (leaf === undefined) break;
    const { bounds, created } = decodeBody(leaf.body);
    await takeWhile(versions, ({ from }) => from < leaf.stamp);
    const rows = await takeWhile(versions, ({ from, id }) => from === leaf.stamp && id <= bounds.id);
    const sealed = new Set(created.map(({ id, closed }) => `${id} ${closed}`));
    const own = rows.filter(({ id, closed }) => sealed.has(`${id} ${closed}`));
    if (own.length === 0) continue;
    const subject = { stamp: leaf.stamp, table: relation.number, part: leaf.part };
    await writer.add(leafOf(subject, { bounds, columns: columns.map(({ id }) => id), changes: [], created: own, ended: [] }, marker));
  }
  await versions.close();
  await leaves.close();
}
