import { versionsOf } from "@xianmai/database";
import type { EntityModel } from "@xianmai/plugin-api/model";
import { versionsThat, type EntityTypes } from "@xianmai/query";

import type { Send, Transition } from "./transitions.ts";

/** Keeps those transitions of an entity that someone may see. */
export type Visible = (entity: EntityModel, transitions: readonly Transition[]) => Promise<readonly Transition[]>;

/** For who sees every row. */
export const everyTransition: Visible = (_entity, transitions) => Promise.resolve(transitions);

/**
 * Keeps the transitions both of whose versions the viewer sees: where the row was before, and where it came to. Who sees one of them alone is
 * told nothing, since the event tells of the other too.
 *
 * @param send a batch of reads under the viewer's own settings
 */
export function visibleUnder(send: Send): Visible {
  return async (entity, transitions) => {
    const byStamp = [...Map.groupBy(transitions, ({ stamp }) => stamp)];
    const requests = byStamp.map(([stamp, each]) => ({ stamp, entity, keys: each.map(({ key }) => key), columns: [] }));
    const versions = await versionsOf(send, requests);
    const seen = new Map(byStamp.map(([stamp], at) => [stamp, versions[at]] as const));
    return transitions.filter(({ stamp, key, from }) => {
      const row = seen.get(stamp)?.get(key);
      return row?.after !== undefined && (from === null || row.before !== undefined);
    });
  };
}

/** A filter of an entity's list, as graphql-js coerces it. */
export type Filter = Readonly<Record<string, unknown>>;

/** A filter on the rows of an entity. */
export interface FilterOn {
  readonly types: Pick<EntityTypes, "readings">;
  readonly entity: EntityModel;
  readonly filter: Filter;
}

/** The transitions whose row fulfils a filter. */
export interface Matching {
  /** Keeps those that leave a row that fulfils it, and that the viewer may see. */
  readonly visible: Visible;
  /** Tries it on no row. @throws InputError, or StatementError, where an operand cannot be meant */
  readonly check: () => Promise<void>;
}

/**
 * Puts a filter behind what a viewer may see. A row is looked at as the transition left it.
 *
 * @param send a batch of reads under the viewer's own settings: what is not theirs is no part of a condition either
 */
export function matchingUnder(send: Send, visible: Visible, { types, entity: filtered, filter }: FilterOn): Matching {
  return {
    check: async () => {
      await send([versionsThat(types, filtered, filter, 0n, [])]);
    },
    visible: async (entity, transitions) => {
      const seen = await visible(entity, transitions);
      const byStamp = [...Map.groupBy(seen, ({ stamp }) => stamp)];
      if (byStamp.length === 0) return seen;
      const keysOf = (each: readonly Transition[]): readonly string[] => each.map(({ key }) => key);
      const found = await send(byStamp.map(([stamp, each]) => versionsThat(types, entity, filter, stamp, keysOf(each))));
      const matching = new Map(byStamp.map(([stamp], at) => [stamp, new Set(found[at]?.rows.map(([key]) => key))] as const));
      return seen.filter(({ stamp, key }) => matching.get(stamp)?.has(key) === true);
    },
  };
}
