import type { ClientBase } from "pg";

import type { RootHash } from "../chain.ts";
import type { NewLeaf } from "../leaves/build.ts";
import { encodeBody, leafHash } from "../leaves/leaf.ts";
import { arrayText, bytesArrayText, textRows } from "../session.ts";

/** Stores the leaves of a seal in the order in which its root takes them up. */
export interface LeafWriter {
  add(leaf: NewLeaf): Promise<void>;
  /** @returns how many leaves there are */
  end(): Promise<number>;
}

/** Bytes that are kept before they are sent. */
const MOST_BYTES = 1_000_000;
const MOST_LEAVES = 500;

const INSERT = `
  insert into xm.seal_leaf (seal, place, stamp, tbl, part, hash, body, salt)
  select $1::bigint, l.* from unnest($2::int[], $3::bigint[], $4::smallint[], $5::int[], $6::bytea[], $7::bytea[], $8::bytea[]) l`;

interface Row {
  readonly leaf: NewLeaf;
  readonly hash: Buffer;
  readonly body: Buffer;
}

/** Opens a writer for the leaves of one seal. */
export function openLeafWriter(client: ClientBase, seal: bigint, root: RootHash): LeafWriter {
  let rows: Row[] = [];
  let bytes = 0;
  let sent = 0;
  const send = async (): Promise<void> => {
    if (rows.length === 0) return;
    await textRows(client, INSERT, [
      String(seal),
      arrayText(rows.map((_, at) => sent + at)),
      arrayText(rows.map(({ leaf }) => leaf.subject.stamp)),
      arrayText(rows.map(({ leaf }) => leaf.subject.table)),
      arrayText(rows.map(({ leaf }) => leaf.subject.part)),
      bytesArrayText(rows.map(({ hash }) => hash)),
      bytesArrayText(rows.map(({ body }) => body)),
      bytesArrayText(rows.map(({ leaf }) => leaf.salt)),
    ]);
    sent += rows.length;
    rows = [];
    bytes = 0;
  };
  return {
    add: async (leaf) => {
      const body = encodeBody(leaf.body);
      const hash = leafHash(leaf.subject, body);
      root.leaf(hash);
      rows.push({ leaf, hash, body });
      bytes += body.length;
      if (rows.length >= MOST_LEAVES || bytes >= MOST_BYTES) await send();
    },
    end: async () => {
      await send();
      return sent;
    },
  };
}
