import type { ClientBase } from "pg";

import { actsOf, actsText, retentionSince, structureAfter, type Act } from "../acts.ts";
import { NO_ROOT, positionOf, readHead, rootHash, transactionOf, type Seal } from "../chain.ts";
import type { AuditKeys } from "../keys.ts";
import { leavesOf } from "../leaves/build.ts";
import { Marker } from "../leaves/marks.ts";
import { relationOf } from "../relation.ts";
import { textRows } from "../session.ts";
import { readCatalog, type Catalog } from "../structure/catalog.ts";
import { reconcile } from "../structure/reconcile.ts";
import { liveColumns, withAct, type Structure } from "../structure/structure.ts";
import { parseSnapshot } from "../../feed/snapshot.ts";
import { readDeeds, streamDeeds, type SealedTable } from "./deeds.ts";
import { openLeafWriter, type LeafWriter } from "./leaf-writer.ts";
import { planSeal, readMoment, type Group, type Moment } from "./plan.ts";
import { supplement } from "./supplement.ts";

/** What a sealing came to. */
export interface Sealing {
  /** The newest seal, whether or not it is of this sealing. */
  readonly head: Seal | undefined;
  /** Something is left for another seal. */
  readonly more: boolean;
}

/** Groups that are read together have no more rows than this, and no more members. */
const BATCH_SIZE = 2000;
const BATCH_GROUPS = 500;

/**
 * Seals what was committed since the last seal, in the running transaction: it must be REPEATABLE READ, and hold the sealer's lock.
 * Does nothing where there is nothing to seal.
 *
 * @throws Refusal AUDIT_ON_STANDBY
 */
export async function sealNext(client: ClientBase, keys: AuditKeys): Promise<Sealing> {
  const head = await readHead(client);
  const moment = await readMoment(client);
  const { groups, snapshot, more } = await planSeal(client, positionOf(head), moment);
  const known = await readActs(client);
  const before = structureAfter(known);
  const catalog = await readCatalog(client);
  const act = reconcile(before, catalog, floorOf(moment));
  const acts = [...(act === undefined ? [] : [act]), ...retentionSince(known, catalog.forgotten)];
  if (groups.length === 0 && acts.length === 0) return { head, more: false };
  const structure = act === undefined ? before : withAct(before, act);
  const seal = await writeSeal(client, keys, head, { ...moment, snapshot, acts }, async (writer) => {
    const marker = new Marker();
    const tables = sealedTables(structure, catalog);
    for (const batch of batchesOf(groups)) await sealBatch(client, batch, tables, writer, marker);
    for (const [number, { relation, columns }] of tables) {
      const known = new Set((before.columns.get(number) ?? []).map(({ id }) => id));
      const added = before.tables.has(number) ? columns.filter(({ id }) => !known.has(id)) : [];
      await supplement(client, relation, added, writer, marker);
    }
  });
  return { head: seal, more };
}

/** What is written beside the leaves of a seal. */
export interface SealContent extends Moment {
  readonly acts: readonly Act[];
}

/** Writes one seal after the newest, with the leaves that `fill` gives it. */
export async function writeSeal(
  client: ClientBase,
  keys: AuditKeys,
  head: Seal | undefined,
  { base, snapshot, at, acts }: SealContent,
  fill: (writer: LeafWriter) => Promise<void>,
): Promise<Seal> {
  const { id: key, secret } = keys.newest;
  const draft = { number: (head?.number ?? 0n) + 1n, base, snapshot, acts: actsText(acts), at };
  const root = rootHash(secret, head?.root ?? NO_ROOT, draft);
  const writer = openLeafWriter(client, draft.number, root);
  await fill(writer);
  const leaves = await writer.end();
  const seal: Seal = { ...draft, key, leaves, root: root.end() };
  await textRows(
    client,
    `insert into xm.seal (number, root, key, base, snapshot, acts, leaves, at)
     values ($1::bigint, decode($2, 'hex'), $3, $4::bigint, $5, $6, $7::int, $8::timestamptz)`,
    [String(seal.number), seal.root, key, String(base), snapshot, seal.acts, String(leaves), at],
  );
  return seal;
}

/** All that was sealed beside rows. What cannot be read was tampered with, which the verification tells. */
export async function readActs(client: ClientBase): Promise<readonly Act[]> {
  const rows = await textRows(client, "select acts from xm.seal where acts is not null order by number");
  return rows.flatMap(([text]) => actsOf(text ?? null) ?? []);
}

/** A stamp beyond those of all transactions that have ended. */
export function floorOf({ base, snapshot }: Moment): bigint {
  return base | transactionOf(parseSnapshot(snapshot)?.xmax ?? 0n);
}

function sealedTables(structure: Structure, catalog: Catalog): ReadonlyMap<number, SealedTable> {
  return new Map(
    [...structure.tables.values()].map(({ number, name }) => [
      number,
      { relation: relationOf(catalog, number, name), columns: liveColumns(structure, number) },
    ]),
  );
}

async function sealBatch(
  client: ClientBase,
  batch: readonly Group[],
  tables: ReadonlyMap<number, SealedTable>,
  writer: LeafWriter,
  marker: Marker,
): Promise<void> {
  const [only] = batch;
  const table = only === undefined ? undefined : tables.get(only.table);
  if (only !== undefined && table !== undefined && isLarge(only)) {
    const deeds = await streamDeeds(client, only, table);
    for await (const leaf of leavesOf(only, idsOf(table), deeds, marker)) await writer.add(leaf);
    await deeds.close();
    return;
  }
  for (const [group, deeds] of await readDeeds(client, batch, tables)) {
    for await (const leaf of leavesOf(group, idsOf(tables.get(group.table)), deeds, marker)) await writer.add(leaf);
  }
}

function idsOf(table: SealedTable | undefined): readonly number[] {
  return table?.columns.map(({ id }) => id) ?? [];
}

function isLarge({ size, whole }: Group): boolean {
  return whole || size > BATCH_SIZE;
}

/** A large group stands alone. */
function batchesOf(groups: readonly Group[]): readonly (readonly Group[])[] {
  const batches: Group[][] = [];
  let [size, open] = [0, false];
  for (const group of groups) {
    const last = batches.at(-1);
    const alone = isLarge(group);
    if (last === undefined || !open || alone || size + group.size > BATCH_SIZE || last.length >= BATCH_GROUPS) {
      batches.push([group]);
      [size, open] = [group.size, !alone];
    } else {
      last.push(group);
      size += group.size;
    }
  }
  return batches;
}
