import type { ClientBase } from "pg";

import { actsOf, structureAfter, type Act, type RedactionAct, type RetentionAct } from "../acts.ts";
import { NO_ROOT, rootHash, SEAL_COLUMNS, sealOf, type Seal } from "../chain.ts";
import { bytesOf } from "../session.ts";
import { openStream, type Stream } from "../stream.ts";
import { unexplained, type Structure, type StructureNote } from "../structure/structure.ts";
import type { Findings } from "./finding.ts";

/** Something that happened beside the rows and was sealed: no fault, but worth knowing. */
export interface Notice {
  /** `undefined`: it is not sealed yet. */
  readonly seal: bigint | undefined;
  readonly at: string | undefined;
  readonly happened: StructureNote | RedactionAct | RetentionAct;
  /** The migrations that explain it, as `plugin id`. */
  readonly migrations: readonly string[];
}

/** What the seals say, one after the other. */
export interface Chain {
  readonly head: Seal | undefined;
  readonly seals: number;
  readonly structure: Structure;
  readonly acts: readonly SealedAct[];
}

/** An act and the seal that it stands in. */
export interface SealedAct {
  readonly seal: Seal;
  readonly act: Act;
}

interface StoredLeaf {
  readonly seal: bigint;
  readonly hash: Buffer;
}

/** Follows the chain from its beginning: each root from the one before it, the seal and its leaves. */
export async function checkChain(client: ClientBase, keys: ReadonlyMap<string, Buffer>, findings: Findings): Promise<Chain> {
  const seals = await openStream(client, "xm_seals", `select ${SEAL_COLUMNS} from xm.seal s order by s.number`, sealOf);
  const leaves = await openStream(client, "xm_hashes", "select seal, hash from xm.seal_leaf order by seal, place", ([seal, hash]) => ({
    seal: BigInt(seal ?? 0),
    hash: bytesOf(hash),
  }));
  const unknownKeys = new Map<string, { first: bigint; last: bigint }>();
  const acts: SealedAct[] = [];
  let head: Seal | undefined;
  let count = 0;
  for (let seal = await seals.next(); seal !== undefined; seal = await seals.next()) {
    count += 1;
    await passOrphans(leaves, seal.number, findings);
    const number = (head?.number ?? 0n) + 1n;
    if (seal.number !== number) findings.add({ code: "SEAL_MISSING", seal: number, until: seal.number - 1n });
    const key = keys.get(seal.key);
    if (key === undefined) {
      unknownKeys.set(seal.key, { first: unknownKeys.get(seal.key)?.first ?? seal.number, last: seal.number });
    }
    const fault = await faultOf(seal, seal.number === number ? (head?.root ?? NO_ROOT) : undefined, key, leaves);
    if (fault !== undefined) findings.add({ code: "SEAL_BROKEN", seal: seal.number, at: seal.at, ...fault });
    for (const act of actsOf(seal.acts) ?? []) acts.push({ seal, act });
    head = seal;
  }
  await passOrphans(leaves, undefined, findings);
  for (const [key, { first, last }] of unknownKeys) findings.add({ code: "SEAL_KEY_UNKNOWN", seal: first, until: last, detail: key });
  await seals.close();
  await leaves.close();
  return {
    head,
    seals: count,
    structure: structureAfter(acts.map(({ act }) => act)),
    acts,
  };
}

/**
 * What people should know of an act, and what no migration explains.
 *
 * @param recorded the migrations that the database says have run
 */
export function judgeAct(act: Act, seal: Seal | undefined, recorded: ReadonlySet<string>, findings: Findings): readonly Notice[] {
  const where = { seal: seal?.number, at: seal?.at };
  if (act.kind !== "structure") return [{ ...where, happened: act, migrations: [] }];
  const faults = unexplained(act, recorded);
  for (const { what, table, column } of faults) {
    findings.add({
      code: "STRUCTURE_CHANGED",
      ...(seal === undefined ? {} : { seal: seal.number, at: seal.at }),
      table,
      ...(column === undefined ? {} : { columns: [column] }),
      detail: what,
    });
  }
  return act.notes.filter((note) => !faults.includes(note)).map((happened) => ({ ...where, happened, migrations: act.migrations }));
}

/** Takes the leaves of a seal, and says what is wrong with it. After a gap, or without the key, the root cannot be told. */
async function faultOf(
  seal: Seal,
  previous: string | undefined,
  key: Buffer | undefined,
  leaves: Stream<StoredLeaf>,
): Promise<{ readonly detail?: string } | undefined> {
  const root = rootHash(key ?? Buffer.alloc(0), previous ?? NO_ROOT, seal);
  let found = 0;
  for (let leaf = await leaves.peek(); leaf?.seal === seal.number; leaf = await leaves.peek()) {
    root.leaf(leaf.hash);
    found += 1;
    await leaves.next();
  }
  if (found !== seal.leaves) return { detail: `${found}/${seal.leaves}` };
  return previous === undefined || key === undefined || root.end() === seal.root ? undefined : {};
}

/** Leaves of seals that are not there. */
async function passOrphans(leaves: Stream<StoredLeaf>, before: bigint | undefined, findings: Findings): Promise<void> {
  let told: bigint | undefined;
  for (let leaf = await leaves.peek(); leaf !== undefined && (before === undefined || leaf.seal < before); leaf = await leaves.peek()) {
    if (leaf.seal !== told) findings.add({ code: "LEAF_ORPHAN", seal: leaf.seal });
    told = leaf.seal;
    await leaves.next();
  }
}
