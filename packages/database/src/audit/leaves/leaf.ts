import { hash } from "node:crypto";

import { ByteReader, ByteWriter } from "./bytes.ts";
import { MARK_SIZE } from "./marks.ts";

/** What of a change row is sealed, in the order of its marks. */
export const CHANGE_FIELDS = ["op", "keys", "refs", "actor", "origin", "at"] as const;

/** Which transaction, which table, and which part where there is much: what a leaf is about. */
export interface LeafSubject {
  readonly stamp: bigint;
  readonly table: number;
  readonly part: number;
}

/**
 * What a leaf says that a transaction did to a table. All of it stays true for ever: a version that is ended later moves to the history
 * with the same key, the same beginning, the same cells.
 */
export interface LeafBody {
  /** Changes up to this position and rows up to this key stand in this part; the last part goes to the end. */
  readonly bounds: { readonly position: bigint; readonly id: string };
  /** Positions of the change rows, rising. */
  readonly changes: readonly bigint[];
  /** The columns of which there are marks, by their number in the structure. */
  readonly columns: readonly number[];
  /** The versions that began, by key. `closed`: the same transaction also ended it. */
  readonly created: readonly CreatedVersion[];
  /** The versions that ended, by key, each with the stamp of its beginning. */
  readonly ended: readonly EndedVersion[];
  /** The marks of the change rows' fields, then those of the versions' cells, row by row. */
  readonly marks: Buffer;
}

/** A version that began. */
export interface CreatedVersion {
  readonly id: string;
  readonly closed: boolean;
}

/** A version that ended. */
export interface EndedVersion {
  readonly id: string;
  readonly from: bigint;
}

/** A key that none comes after, and a position. */
export const NO_BOUND = { position: 2n ** 63n - 1n, id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };

const FORMAT = 1;

/** How many cells a leaf has marks of. */
export function cellsOf({ changes, columns, created }: Pick<LeafBody, "changes" | "columns" | "created">): number {
  return changes.length * CHANGE_FIELDS.length + created.length * columns.length;
}

/** The place of a change's field among the marks and the salts. */
export function changeCell(row: number, field: number): number {
  return row * CHANGE_FIELDS.length + field;
}

/** The place of a version's cell among the marks and the salts; `column` counts within the leaf. */
export function versionCell({ changes, columns }: Pick<LeafBody, "changes" | "columns">, row: number, column: number): number {
  return changes.length * CHANGE_FIELDS.length + row * columns.length + column;
}

/** A leaf's content as it is stored and hashed. */
export function encodeBody({ bounds, changes, columns, created, ended, marks }: LeafBody): Buffer {
  const writer = new ByteWriter().unsigned(FORMAT, 1).long(bounds.position).uuid(bounds.id);
  writer.unsigned(changes.length, 4);
  for (const position of changes) writer.long(position);
  writer.unsigned(columns.length, 2);
  for (const column of columns) writer.unsigned(column, 2);
  writer.unsigned(created.length, 4);
  for (const { id, closed } of created) writer.uuid(id).unsigned(closed ? 1 : 0, 1);
  writer.unsigned(ended.length, 4);
  for (const { id, from } of ended) writer.uuid(id).long(from);
  return writer.fixed(marks).bytes();
}

/** @throws RangeError when the bytes are not those of a leaf */
export function decodeBody(bytes: Buffer): LeafBody {
  const reader = new ByteReader(bytes);
  if (reader.unsigned(1) !== FORMAT) throw new RangeError("Not a leaf of this format.");
  const bounds = { position: reader.long(), id: reader.uuid() };
  const changes = times(reader, bytes.length, () => reader.long());
  const columns = Array.from({ length: reader.unsigned(2) }, () => reader.unsigned(2));
  const created = times(reader, bytes.length, () => ({ id: reader.uuid(), closed: reader.unsigned(1) === 1 }));
  const ended = times(reader, bytes.length, () => ({ id: reader.uuid(), from: reader.long() }));
  const marks = reader.fixed(cellsOf({ changes, columns, created }) * MARK_SIZE);
  if (!reader.ended) throw new RangeError("More bytes than a leaf has.");
  return { bounds, changes, columns, created, ended, marks };
}

/** A count that is larger than the bytes could hold is not believed. */
function times<Item>(reader: ByteReader, most: number, read: () => Item): readonly Item[] {
  const length = reader.unsigned(4);
  if (length > most) throw new RangeError("Bytes are missing.");
  return Array.from({ length }, read);
}

/** The hash of a leaf. The salts are not in it: they can be destroyed. */
export function leafHash({ stamp, table, part }: LeafSubject, body: Buffer): Buffer {
  const head = new ByteWriter().framed("xianmai leaf").long(stamp).unsigned(table, 2).unsigned(part, 4).bytes();
  return hash("sha256", Buffer.concat([head, body]), "buffer");
}
