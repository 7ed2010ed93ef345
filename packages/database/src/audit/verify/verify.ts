import type { ClientBase } from "pg";

import { retentionSince } from "../acts.ts";
import { positionOf, type Seal } from "../chain.ts";
import { readAuditKeys } from "../keys.ts";
import { Marker } from "../leaves/marks.ts";
import { keyMissing } from "../refusals.ts";
import { relationOf } from "../relation.ts";
import { openClient, type SealerOptions, type SealHead } from "../sealer.ts";
import { inSnapshot } from "../sealing/lock.ts";
import { readMoment } from "../sealing/plan.ts";
import { floorOf } from "../sealing/seal.ts";
import { arrayText, textRows } from "../session.ts";
import { readCatalog } from "../structure/catalog.ts";
import { reconcile } from "../structure/reconcile.ts";
import { withAct } from "../structure/structure.ts";
import { checkAnchors, type AnchorReport } from "./anchor-check.ts";
import { checkChain, judgeAct, type Notice } from "./chain-check.ts";
import { Findings, type Finding } from "./finding.ts";
import { redactionsOf } from "./redactions.ts";
import { checkTable } from "./table-check.ts";

/** What a verification came to. The audit is whole when nothing was found. */
export interface AuditReport {
  /** The first thousand of what is wrong. */
  readonly findings: readonly Finding[];
  /** How much is wrong in all. */
  readonly findingCount: number;
  /** What happened beside the rows: columns added, cells redacted. */
  readonly notices: readonly Notice[];
  readonly seals: number;
  readonly head: SealHead | undefined;
  readonly anchor: AnchorReport;
  /** Versions of rows, present and past, that were held against their seals. */
  readonly versions: number;
  /** Change rows. */
  readonly changes: number;
  /** Versions that went with tables that were dropped. */
  readonly lost: number;
  /** Change rows that the feed's retention forgot. */
  readonly forgotten: number;
  /** Change rows that no seal reaches yet, and the age of the oldest in seconds: what was done since then is not vouched for. */
  readonly unsealed: { readonly changes: number; readonly seconds: number };
}

/**
 * Holds everything that is stored against everything that was sealed, in one snapshot, while the platform goes on; rows stream through, so
 * memory does not grow with them. It holds the tables against migrations while it runs.
 *
 * @throws Refusal AUDIT_KEY_MISSING when there are seals and no key to check them with, and those of a connection
 */
export async function verifyAudit({ owner, files }: SealerOptions): Promise<AuditReport> {
  const client = await openClient(owner);
  try {
    return await inSnapshot(client, "read only", () => verify(client, files));
  } finally {
    await client.end();
  }
}

async function verify(client: ClientBase, files: SealerOptions["files"]): Promise<AuditReport> {
  const findings = new Findings();
  const keys = readAuditKeys(files.key);
  const chain = await checkChain(client, keys?.byId ?? new Map(), findings);
  if (keys === undefined && chain.head !== undefined) throw keyMissing(files.key, chain.head.key);
  const anchor = await checkAnchors(client, files.anchor, chain.head, findings);
  const moment = await readMoment(client);
  const catalog = await readCatalog(client);
  const act = reconcile(chain.structure, catalog, floorOf(moment));
  const structure = act === undefined ? chain.structure : withAct(chain.structure, act);
  const position = positionOf(chain.head);
  const redactions = redactionsOf(chain.acts.flatMap(({ act: sealed }) => (sealed.kind === "redaction" ? [sealed] : [])));
  const recorded = new Set(catalog.migrations);
  const notices = chain.acts.flatMap(({ act: sealed, seal }) => judgeAct(sealed, seal, recorded, findings));
  // what is not sealed yet is told only where something is
  const acts = chain.acts.map(({ act: sealed }) => sealed);
  const pending = chain.head === undefined ? [] : [...(act === undefined ? [] : [act]), ...retentionSince(acts, catalog.forgotten)];
  for (const one of pending) notices.push(...judgeAct(one, undefined, recorded, findings));
  const marker = new Marker();
  const sum = { versions: 0, changes: 0, lost: 0, forgotten: 0, unsealed: 0 };
  const horizon = catalog.forgotten.below;
  let since: string | undefined;
  for (const state of structure.tables.values()) {
    const sealed = new Set((chain.structure.columns.get(state.number) ?? []).map(({ id }) => id));
    // what a migration that is not sealed yet put into a new column could be anything
    const columns = (structure.columns.get(state.number) ?? []).filter(
      ({ id, current, history }) => sealed.has(id) && (current !== null || history !== null),
    );
    const relation = relationOf(catalog, state.number, state.name);
    const outcome = await checkTable(client, { state, relation, columns, redactions, position, horizon, marker, findings });
    sum.versions += outcome.versions;
    sum.changes += outcome.changes;
    sum.lost += outcome.lost;
    sum.forgotten += outcome.forgotten;
    sum.unsealed += outcome.unsealed;
    if (outcome.unsealedSince !== undefined && (since === undefined || outcome.unsealedSince < since)) since = outcome.unsealedSince;
  }
  const unaccounted = sum.forgotten - catalog.forgotten.changes;
  if (unaccounted > 0) findings.add({ code: "CHANGE_MISSING", detail: String(unaccounted) });
  await checkStrangers(client, [...structure.tables.keys()], findings);
  return {
    findings: findings.list,
    findingCount: findings.count,
    notices,
    seals: chain.seals,
    head: headOf(chain.head),
    anchor,
    versions: sum.versions,
    changes: sum.changes,
    lost: sum.lost,
    forgotten: sum.forgotten,
    unsealed: { changes: sum.unsealed, seconds: since === undefined ? 0 : Math.max(0, (Date.parse(moment.at) - Date.parse(since)) / 1000) },
  };
}

/** Change rows of tables that nobody knows. */
async function checkStrangers(client: ClientBase, known: readonly number[], findings: Findings): Promise<void> {
  const rows = await textRows(
    client,
    "select tbl::int, stamp, position from xm.change where tbl <> all ($1::smallint[]) order by stamp, position limit 100",
    [arrayText(known)],
  );
  for (const [table, stamp, at] of rows) {
    findings.add({ code: "CHANGE_ADDED", table: `#${table ?? ""}`, stamp: BigInt(stamp ?? 0), position: BigInt(at ?? 0) });
  }
}

function headOf(seal: Seal | undefined): SealHead | undefined {
  return seal === undefined ? undefined : { number: seal.number, root: seal.root, at: seal.at };
}
