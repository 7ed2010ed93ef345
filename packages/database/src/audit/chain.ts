import { createHmac } from "node:crypto";
import type { ClientBase } from "pg";

import { parseSnapshot, sees, type Snapshot } from "../feed/snapshot.ts";
import { ByteWriter } from "./leaves/bytes.ts";
import { textRows, timeText, type Cells } from "./session.ts";

/** A seal as it is stored. */
export interface Seal {
  readonly number: bigint;
  /** Hexadecimal. */
  readonly root: string;
  /** The name of the key. */
  readonly key: string;
  /** The upper bits of stamps when it was made. */
  readonly base: bigint;
  /** Everything that this snapshot sees is sealed; `pg_snapshot` as text. */
  readonly snapshot: string;
  readonly acts: string | null;
  readonly leaves: number;
  /** RFC 3339, in microseconds. */
  readonly at: string;
}

/** How far the seals reach. */
export interface SealedPosition {
  readonly base: bigint;
  readonly snapshot: Snapshot;
}

/** The columns of `xm.seal` as `sealOf` reads them. */
export const SEAL_COLUMNS = `number, encode(root, 'hex'), key, base, snapshot, acts, leaves, ${timeText("at")}`;

/** The root before the first. */
export const NO_ROOT = "00".repeat(32);

/** Before the first seal nothing is sealed. */
const NOTHING_SEALED: SealedPosition = { base: 0n, snapshot: { xmin: 0n, xmax: 0n, running: [] } };

/** Reads a row of `xm.seal`. */
export function sealOf([number, root, key, base, snapshot, acts, leaves, at]: Cells): Seal {
  return {
    number: BigInt(number ?? 0),
    root: root ?? "",
    key: key ?? "",
    base: BigInt(base ?? 0),
    snapshot: snapshot ?? "",
    acts: acts ?? null,
    leaves: Number(leaves),
    at: at ?? "",
  };
}

/** The newest seal. */
export async function readHead(client: ClientBase): Promise<Seal | undefined> {
  const [row] = await textRows(client, `select ${SEAL_COLUMNS} from xm.seal s order by s.number desc limit 1`);
  return row === undefined ? undefined : sealOf(row);
}

/** How far a seal reaches; nowhere when its snapshot is none. */
export function positionOf(seal: Seal | undefined): SealedPosition {
  const snapshot = seal === undefined ? undefined : parseSnapshot(seal.snapshot);
  return seal === undefined || snapshot === undefined ? NOTHING_SEALED : { base: seal.base, snapshot };
}

/** The transaction of a stamp: its low 48 bits. */
export function transactionOf(stamp: bigint): bigint {
  return BigInt.asUintN(48, stamp);
}

/** Whether the seals reach to a stamp: then a leaf must speak of it. */
export function isSealed({ base, snapshot }: SealedPosition, stamp: bigint): boolean {
  const own = stamp - transactionOf(stamp);
  // when transaction numbers began anew, whatever was before is over
  return own === base ? sees(snapshot, stamp) : own < base;
}

/** A condition in SQL that holds for the stamps that a position does not reach. */
export function unsealed(stamp: string, { base, snapshot: { xmax, running } }: SealedPosition): string {
  const later = `${stamp} >= ${base | xmax}`;
  return running.length === 0 ? later : `(${later} or ${stamp} = any ('{${running.map((one) => base | one).join(",")}}'))`;
}

/** The HMAC that makes a chain of seals: over the root before it, over the seal, over its leaves in their order. */
export interface RootHash {
  leaf(hash: Buffer): void;
  /** @returns the root, hexadecimal */
  end(): string;
}

/** Begins the root of a seal. */
export function rootHash(key: Buffer, previous: string, seal: Omit<Seal, "root" | "leaves" | "key">): RootHash {
  const { number, base, snapshot, acts, at } = seal;
  const head = new ByteWriter()
    .framed("xianmai seal")
    .fixed(Buffer.from(previous, "hex"))
    .long(number)
    .long(base)
    .framed(snapshot)
    .unsigned(acts === null ? 0 : 1, 1)
    .framed(acts ?? "")
    .framed(at);
  const hmac = createHmac("sha256", key).update(head.bytes());
  let leaves = 0;
  return {
    leaf: (hash) => {
      hmac.update(hash);
      leaves += 1;
    },
    end: () => hmac.update(new ByteWriter().unsigned(leaves, 4).bytes()).digest("hex"),
  };
}
