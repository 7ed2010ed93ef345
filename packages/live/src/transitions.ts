import { versionsOf, type Change, type FeedBatch, type Statement, type StatementResult } from "@xianmai/database";
import type { Instant } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";

import { stayingSteps, stepTaken } from "./event-names.ts";

/** Where something stands in a batch of the feed: transactions one after the other, within one by table and key. */
export interface Place {
  /** The last position of the transaction. */
  readonly last: bigint;
  readonly position: bigint;
  readonly key: string;
}

/**
 * A stage that became another in one transaction: what a row was before it and is after it, whatever happened between. Or one that a step led to
 * itself.
 */
export interface Transition extends Place {
  readonly stamp: bigint;
  /** `null` for a row that the transaction inserted. */
  readonly from: string | null;
  readonly to: string;
  readonly at: Instant;
  readonly actor: string | null;
  readonly origin: string | null;
}

/** Sends statements in one batch, under the settings of who may see every row. */
export type Send = (statements: readonly Statement[]) => Promise<readonly StatementResult[]>;

/** The transitions of an entity in a batch, in the feed's order. */
export type Transitions = (batch: FeedBatch, entity: EntityModel) => Promise<readonly Transition[]>;

/** Finds transitions; however many follow one batch, its versions are read once. */
export function createTransitions(send: Send): Transitions {
  const known = new WeakMap<FeedBatch, Map<EntityModel, Promise<readonly Transition[]>>>();
  return async (batch, entity) => {
    const ofBatch = known.get(batch) ?? new Map<EntityModel, Promise<readonly Transition[]>>();
    known.set(batch, ofBatch);
    const found = ofBatch.get(entity) ?? transitionsIn(batch.changes, entity, send);
    ofBatch.set(entity, found);
    try {
      return await found;
    } catch (error) {
      // a failure is not an answer: whoever asks next reads again
      ofBatch.delete(entity);
      throw error;
    }
  };
}

/** The feed's order: transaction, position, key. */
export function byPlace(one: Place, other: Place): number {
  if (one.last !== other.last) return one.last < other.last ? -1 : 1;
  if (one.position !== other.position) return one.position < other.position ? -1 : 1;
  if (one.key === other.key) return 0;
  return one.key < other.key ? -1 : 1;
}

async function transitionsIn(changes: readonly Change[], entity: EntityModel, send: Send): Promise<readonly Transition[]> {
  if (entity.stage === undefined) return [];
  const { column } = entity.stage;
  const touched = byTransaction(changes.filter((change) => change.table === entity.table && change.operation !== "D"));
  const requests = touched.map(({ final: { stamp }, keys }) => ({ stamp, entity, keys, columns: [column] }));
  const versions = await versionsOf(send, requests);
  const all = touched
    .flatMap(({ final }, at) =>
      [...(versions[at] ?? [])].flatMap(([key, { before, after }]): Transition[] => {
        const [from, to] = [before?.[column.rowKey] ?? null, after?.[column.rowKey] ?? null];
        if (to === null) return [];
        const { stamp, last, position, at: written, actor, origin } = final;
        return [{ stamp, last, position, key, from, to, at: written, actor, origin }];
      }),
    )
    .toSorted(byPlace);
  const stayed = await stayedByStep(entity, all, send);
  return all.filter((transition) => transition.to !== transition.from || stayed(transition));
}

/** Tells the rows that a step left at their stage from those that were changed otherwise: it has recorded them, in the same transaction. */
async function stayedByStep(entity: EntityModel, all: readonly Transition[], send: Send): Promise<(transition: Transition) => boolean> {
  const steps = stayingSteps(Object.entries(entity.stage?.lifecycle.steps ?? {}));
  const asked = all.filter(({ from, to, origin }) => from === to && stepTaken(entity.name, steps, origin) !== undefined);
  if (asked.length === 0) return () => false;
  const [recorded] = await send([
    {
      text: "select distinct stamp, key from xm.step where entity = $1 and stamp = any ($2::bigint[])",
      values: [entity.name, `{${asked.map(({ stamp }) => stamp).join(",")}}`],
    },
  ]);
  const found = new Set(recorded?.rows.map(([stamp, key]) => `${stamp} ${key}`));
  return ({ stamp, key }) => found.has(`${stamp} ${key}`);
}

/** What one transaction did to the table; its final change stands for its place. */
interface Touched {
  readonly final: Change;
  readonly keys: readonly string[] | null;
}

function byTransaction(changes: readonly Change[]): readonly Touched[] {
  const byStamp = new Map<bigint, Touched>();
  for (const change of changes) {
    const earlier = byStamp.get(change.stamp);
    byStamp.set(change.stamp, { final: change, keys: earlier === undefined ? change.keys : together(earlier.keys, change.keys) });
  }
  return [...byStamp.values()];
}

function together(some: readonly string[] | null, others: readonly string[] | null): readonly string[] | null {
  return some === null || others === null ? null : [...new Set([...some, ...others])];
}
