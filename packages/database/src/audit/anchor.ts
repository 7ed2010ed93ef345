import { appendFileSync, closeSync, createReadStream, existsSync, fsyncSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

import { openDataFolder } from "../postgres/data-folder.ts";
import { messageOf } from "../postgres/system-error.ts";
import { anchorUnusable } from "./refusals.ts";

/** A head of the chain as it is noted outside the database. */
export interface Anchor {
  readonly number: bigint;
  /** Hexadecimal. */
  readonly root: string;
  /** When the seal was made, RFC 3339. */
  readonly at: string;
}

const LINE = /^(\d{1,18})\t([0-9a-f]{64})\t(\S+)$/;
/** More than one line of it. */
const TAIL = 512;

/**
 * Notes a head at the end of the file, on disk when this returns.
 *
 * @throws Refusal AUDIT_ANCHOR_UNUSABLE
 */
export function appendAnchor(file: string, { number, root, at }: Anchor): void {
  try {
    const isNew = !existsSync(file);
    const folder = openDataFolder(dirname(file));
    // a machine that died may have left half a line
    const torn = !isNew && !tailOf(file).endsWith("\n");
    const handle = openSync(file, "a", 0o600);
    try {
      appendFileSync(handle, `${torn ? "\n" : ""}${number}\t${root}\t${at}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (isNew) folder.handOver(file);
  } catch (error) {
    throw anchorUnusable(file, messageOf(error), error);
  }
}

/** The head that was noted last; `undefined` where there is none. */
export function lastAnchor(file: string): Anchor | undefined {
  if (!existsSync(file)) return undefined;
  return tailOf(file)
    .split("\n")
    .flatMap((line) => anchorOf(line) ?? [])
    .at(-1);
}

/** Reads the file line by line; `undefined` stands for a line that is none. */
export async function* readAnchors(file: string): AsyncGenerator<Anchor | undefined> {
  for await (const line of createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity })) {
    if (line !== "") yield anchorOf(line);
  }
}

function anchorOf(line: string): Anchor | undefined {
  const [, number, root, at] = LINE.exec(line) ?? [];
  return number === undefined || root === undefined || at === undefined ? undefined : { number: BigInt(number), root, at };
}

function tailOf(file: string): string {
  const handle = openSync(file, "r");
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(TAIL, size));
    readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString("utf8");
  } finally {
    closeSync(handle);
  }
}
