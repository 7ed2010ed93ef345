import type { ClientBase } from "pg";

import { cellsOf, decodeBody, leafHash, type LeafBody } from "../leaves/leaf.ts";
import { MARK_SIZE, saltsOf } from "../leaves/marks.ts";
import { bytesOf, type Cells } from "../session.ts";
import { openStream, takeWhile, type RowStream, type Stream } from "../stream.ts";

/** A leaf as it is read: what it says, and the salts to check that with. */
export interface ReadLeaf {
  readonly seal: bigint;
  readonly stamp: bigint;
  readonly part: number;
  /** `undefined` where the stored bytes are not those that were sealed. */
  readonly content: { readonly body: LeafBody; readonly salts: Buffer } | undefined;
}

/** What the seals say of one part of what a transaction did to a table: a leaf, and those that stand beside it for columns added later. */
export interface LeafGroup {
  readonly stamp: bigint;
  readonly seal: bigint;
  readonly leaves: readonly NonNullable<ReadLeaf["content"]>[];
  /** How far the part goes. */
  readonly bounds: LeafBody["bounds"] | undefined;
  /** Seals with a leaf that is broken. */
  readonly broken: readonly bigint[];
}

/** The columns of a leaf as `leafOf` reads them. */
export const LEAF_COLUMNS = "seal, stamp, part, hash, body, salt, salts";

/** A leaf may be some hundred kilobytes. */
const LEAVES_AT_A_TIME = 20;

/** Opens the leaves of a table by stamp, part, and seal. */
export function streamLeaves(client: ClientBase, table: number): Promise<RowStream<ReadLeaf>> {
  return openStream(
    client,
    "xm_leaves",
    `select ${LEAF_COLUMNS} from xm.seal_leaf where tbl = ${table} order by stamp, part, seal`,
    (cells) => leafOf(table, cells),
    LEAVES_AT_A_TIME,
  );
}

/** Takes the leaves of the next part. */
export async function nextGroup(leaves: Stream<ReadLeaf>): Promise<LeafGroup | undefined> {
  const first = await leaves.peek();
  if (first === undefined) return undefined;
  const own = await takeWhile(leaves, ({ stamp, part }) => stamp === first.stamp && part === first.part);
  const whole = own.flatMap(({ content }) => content ?? []);
  return {
    stamp: first.stamp,
    seal: first.seal,
    leaves: whole,
    bounds: whole[0]?.body.bounds,
    broken: own.filter(({ content }) => content === undefined).map(({ seal }) => seal),
  };
}

/** Reads a leaf. */
export function leafOf(table: number, [seal, stamp, part, hash, body, salt, salts]: Cells): ReadLeaf {
  const subject = { stamp: BigInt(stamp ?? 0), table, part: Number(part) };
  return {
    seal: BigInt(seal ?? 0),
    stamp: subject.stamp,
    part: subject.part,
    content: leafHash(subject, bytesOf(body)).equals(bytesOf(hash)) ? contentOf(bytesOf(body), salt ?? null, salts ?? null) : undefined,
  };
}

/** The content of a leaf, if it is one and has its salts; bytes and hash may both have been replaced. */
function contentOf(bytes: Buffer, salt: string | null, salts: string | null): ReadLeaf["content"] {
  const body = bodyOf(bytes);
  if (body === undefined) return undefined;
  const cells = cellsOf(body);
  const own = salts === null ? (salt === null ? undefined : saltsOf(bytesOf(salt), cells)) : bytesOf(salts);
  return own?.length === cells * MARK_SIZE ? { body, salts: own } : undefined;
}

function bodyOf(bytes: Buffer): LeafBody | undefined {
  try {
    return decodeBody(bytes);
  } catch {
    return undefined;
  }
}
