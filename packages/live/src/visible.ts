import { versionsOf } from "@xianmai/database";
import type { EntityModel } from "@xianmai/plugin-api/model";

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
