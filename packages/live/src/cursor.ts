import { parseSnapshot } from "@xianmai/database";

import type { Place } from "./transitions.ts";

/**
 * The place of one event in the feed, complete in itself: any node, also after a restart, goes on from it without a gap or a repetition.
 *
 * A feed is read in batches, each the difference of two snapshots. An event in the middle of a batch needs both of them:
 * what `to` sees and stands at or before the place was delivered, everything else beyond `from` was not.
 */
export interface EventCursor extends Place {
  readonly generation: number;
  /** Snapshot before the batch. */
  readonly from: string;
  /** Snapshot after the batch. */
  readonly to: string;
}

const VERSION = "1";

/** Writes a cursor as the opaque text that clients keep. */
export function encodeCursor({ generation, from, to, last, position, key }: EventCursor): string {
  return Buffer.from([VERSION, generation, from, to, last, position, key].join("|")).toString("base64url");
}

/** Reads a cursor; `undefined` when the text is none of ours. */
export function decodeCursor(text: string): EventCursor | undefined {
  const parts = Buffer.from(text, "base64url").toString("utf8").split("|");
  const [version, generation = "", from = "", to = "", last = "", position = "", key = ""] = parts;
  if (version !== VERSION || parts.length !== 7) return undefined;
  if (!/^\d{1,15}$/.test(generation) || ![last, position].every((part) => /^\d{1,19}$/.test(part))) return undefined;
  if (parseSnapshot(from) === undefined || parseSnapshot(to) === undefined) return undefined;
  return { generation: Number(generation), from, to, last: BigInt(last), position: BigInt(position), key };
}
