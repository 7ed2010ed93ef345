import { existsSync } from "node:fs";
import type { ClientBase } from "pg";

import { readAnchors, type Anchor } from "../anchor.ts";
import type { Seal } from "../chain.ts";
import { arrayText, textRows } from "../session.ts";
import type { Findings } from "./finding.ts";

/** What the anchor file vouches for. */
export interface AnchorReport {
  readonly lines: number;
  /** The newest head in it. */
  readonly last: Anchor | undefined;
}

const BATCH = 1000;

/**
 * Holds the heads that were noted outside the database against the seals in it: whoever can write the database, and even knows the key, can
 * make another chain, but none that has these heads.
 */
export async function checkAnchors(client: ClientBase, file: string, head: Seal | undefined, findings: Findings): Promise<AnchorReport> {
  if (!existsSync(file)) {
    if (head !== undefined) findings.add({ code: "ANCHOR_MISSING", detail: file });
    return { lines: 0, last: undefined };
  }
  let lines = 0;
  let last: Anchor | undefined;
  let batch: Anchor[] = [];
  for await (const anchor of readAnchors(file)) {
    lines += 1;
    if (anchor === undefined) {
      findings.add({ code: "ANCHOR_UNREADABLE", detail: String(lines) });
      continue;
    }
    if (last === undefined || anchor.number >= last.number) last = anchor;
    batch.push(anchor);
    if (batch.length === BATCH) {
      await checkBatch(client, batch, head, findings);
      batch = [];
    }
  }
  await checkBatch(client, batch, head, findings);
  const reached = head?.number ?? 0n;
  if (last !== undefined && last.number > reached) {
    findings.add({ code: "ANCHOR_AHEAD", seal: reached + 1n, until: last.number, at: last.at });
  }
  return { lines, last };
}

async function checkBatch(client: ClientBase, anchors: readonly Anchor[], head: Seal | undefined, findings: Findings): Promise<void> {
  if (anchors.length === 0) return;
  const rows = await textRows(client, "select number, encode(root, 'hex') from xm.seal where number = any ($1::bigint[])", [
    arrayText(anchors.map(({ number }) => number)),
  ]);
  const roots = new Map(rows.map(([number, root]) => [number, root]));
  for (const { number, root, at } of anchors) {
    // seals beyond the head are told together; one that is missing before it is told with the chain
    const found = roots.get(String(number));
    if (found !== undefined && found !== root && number <= (head?.number ?? 0n)) findings.add({ code: "ANCHOR_DIFFERS", seal: number, at });
  }
}
