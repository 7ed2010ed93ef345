import type { Instant } from "@xianmai/plugin-api";

import { parseSnapshot } from "../feed/snapshot.ts";

/** A state of the database that was really seen: what is read as of it is what any query under its snapshot was answered. */
export interface Moment {
  /** The feed's generation at that time. */
  readonly generation: number;
  /** The high bits of the stamps of that time; they move when transaction numbers begin anew. */
  readonly base: bigint;
  /** PostgreSQL's `pg_snapshot`, as text. */
  readonly snapshot: string;
}

/** A moment with the time that people know it by. */
export interface RecordedMoment extends Moment {
  /** Of the invented time where there is one. */
  readonly at: Instant;
}

/** The bounds of a moment as stamps, as the views of the past read them. */
export interface MomentBounds {
  /** Every transaction below it was over. */
  readonly low: bigint;
  /** No transaction from it on was. */
  readonly high: bigint;
  /** Those between the two that were not over. */
  readonly running: readonly bigint[];
}

const VERSION = "1";

/** Writes a moment as the opaque text that clients keep and hand back. */
export function encodeMoment({ generation, base, snapshot }: Moment): string {
  return Buffer.from([VERSION, generation, base, snapshot].join("|")).toString("base64url");
}

/** Reads what `encodeMoment` wrote; `undefined` for any other text. */
export function decodeMoment(text: string): Moment | undefined {
  const parts = Buffer.from(text, "base64url").toString("utf8").split("|");
  const [version, generation = "", base = "", snapshot = ""] = parts;
  if (version !== VERSION || parts.length !== 4 || !/^\d{1,15}$/.test(generation) || !/^\d{1,19}$/.test(base)) return undefined;
  return parseSnapshot(snapshot) === undefined ? undefined : { generation: Number(generation), base: BigInt(base), snapshot };
}

/**
 * The bounds of a moment.
 *
 * @throws Error when its snapshot is none of PostgreSQL's
 */
export function boundsOf({ base, snapshot }: Moment): MomentBounds {
  const parsed = parseSnapshot(snapshot);
  if (parsed === undefined) throw new Error(`Not a snapshot of PostgreSQL: ${snapshot}`);
  return { low: base | parsed.xmin, high: base | parsed.xmax, running: parsed.running.map((transaction) => base | transaction) };
}
