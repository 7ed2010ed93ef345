import { randomBytes } from "node:crypto";

import type { ReadEnd, ReadVersion } from "../relation.ts";
import type { Cells } from "../session.ts";
import { takeWhile, type Stream } from "../stream.ts";
import { cellsOf, changeCell, NO_BOUND, versionCell, type LeafBody, type LeafSubject } from "./leaf.ts";
import { MARK_SIZE, saltsOf, type Marker } from "./marks.ts";

/** A change row as it is read, with the fields of `CHANGE_FIELDS`. */
export interface ReadChange {
  readonly stamp: bigint;
  readonly table: number;
  readonly position: bigint;
  readonly fields: Cells;
}

/** What a transaction did to a table, each in the order in which leaves keep it. */
export interface Deeds {
  /** By position. */
  readonly changes: Stream<ReadChange>;
  /** By key, and whether closed. */
  readonly created: Stream<ReadVersion>;
  /** By key, and the stamp of the beginning. */
  readonly ended: Stream<ReadEnd>;
}

/** A leaf that is not stored yet. */
export interface NewLeaf {
  readonly subject: LeafSubject;
  readonly body: LeafBody;
  readonly salt: Buffer;
}

/** How many changes, and how many rows, a part holds: what is in memory at once, and what a redaction has to keep salts of. */
const PART = 500;

/** Makes the leaves of one transaction in one table: one, or several parts where it did much. */
export async function* leavesOf(
  { stamp, table }: Omit<LeafSubject, "part">,
  columns: readonly number[],
  { changes, created, ended }: Deeds,
  marker: Marker,
): AsyncGenerator<NewLeaf> {
  for (let part = 0; ; part += 1) {
    const some = await takeSome(changes);
    const rows = await takeRows(created, ended);
    const more = { changes: (await changes.peek()) !== undefined, rows: rows.last !== undefined };
    const bounds = {
      position: more.changes ? (some.at(-1)?.position ?? 0n) : NO_BOUND.position,
      id: rows.last ?? NO_BOUND.id,
    };
    yield leafOf({ stamp, table, part }, { bounds, columns, changes: some, created: rows.created, ended: rows.ended }, marker);
    if (!more.changes && !more.rows) return;
  }
}

/** What stands in one leaf. */
export interface LeafContent {
  readonly bounds: LeafBody["bounds"];
  readonly columns: readonly number[];
  readonly changes: readonly ReadChange[];
  readonly created: readonly ReadVersion[];
  readonly ended: readonly ReadEnd[];
}

/** Digests the content of one leaf. */
export function leafOf(subject: LeafSubject, { bounds, columns, changes, created, ended }: LeafContent, marker: Marker): NewLeaf {
  const outline = {
    bounds,
    changes: changes.map(({ position }) => position),
    columns,
    created: created.map(({ id, closed }) => ({ id, closed })),
    ended: ended.map(({ id, from }) => ({ id, from })),
  };
  const salt = randomBytes(MARK_SIZE);
  const cells = cellsOf(outline);
  const salts = saltsOf(salt, cells);
  const marks = Buffer.alloc(cells * MARK_SIZE);
  const put = (at: number, value: string | null) => marks.write(marker.mark(salts, at, value), at * MARK_SIZE, "latin1");
  for (const [row, { fields }] of changes.entries()) {
    for (const [field, value] of fields.entries()) put(changeCell(row, field), value);
  }
  for (const [row, version] of created.entries()) {
    for (const [column, value] of version.cells.entries()) put(versionCell(outline, row, column), value);
  }
  return { subject, body: { ...outline, marks }, salt };
}

async function takeSome<Item>(stream: Stream<Item>): Promise<readonly Item[]> {
  let taken = 0;
  return takeWhile(stream, () => taken++ < PART);
}

/** Takes rows by key; those of one key stay together. `last` is the last key taken, where there are more. */
async function takeRows(created: Stream<ReadVersion>, ended: Stream<ReadEnd>) {
  const taken: { created: ReadVersion[]; ended: ReadEnd[] } = { created: [], ended: [] };
  let last: string | undefined;
  for (;;) {
    const [next, end] = [await created.peek(), await ended.peek()];
    if (next === undefined && end === undefined) return { ...taken, last: undefined };
    const id = end === undefined || (next !== undefined && next.id < end.id) ? (next?.id ?? "") : end.id;
    if (taken.created.length + taken.ended.length >= PART) return { ...taken, last };
    taken.created.push(...(await takeWhile(created, (row) => row.id === id)));
    taken.ended.push(...(await takeWhile(ended, (row) => row.id === id)));
    last = id;
  }
}
