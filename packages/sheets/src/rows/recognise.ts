import type { ClientBase } from "pg";

import { keyText, readByKey, type CurrentRow } from "../database/read.ts";
import { lockWritable } from "../database/rights.ts";
import type { SheetPlan } from "../locate/expected.ts";
import type { SheetRecord } from "./record.ts";

/** The rows of the file that are in the database already, and those of them that others alone may write. */
export interface Recognised {
  readonly current: ReadonlyMap<SheetRecord, CurrentRow>;
  readonly foreign: ReadonlySet<SheetRecord>;
}

/**
 * Finds the rows of the file that are there already, and gives those the id that they have.
 *
 * @param lock holds them until the transaction ends
 * @param restricted whether some that are seen may not be written
 */
export async function recognise(
  client: ClientBase,
  plan: SheetPlan,
  records: readonly SheetRecord[],
  { lock, restricted }: { readonly lock: boolean; readonly restricted: boolean },
): Promise<Recognised> {
  const keys = records.map((record) => record.key ?? []);
  const columns = plan.columns.map(({ column }) => column);
  const seen = restricted ? await readByKey(client, plan.entity, keys, columns, false) : undefined;
  const writable =
    seen === undefined
      ? undefined
      : await lockWritable(
          client,
          plan.entity,
          [...seen.values()].map(({ id }) => id),
        );
  const byKey = new Map([...(seen ?? []), ...(await readByKey(client, plan.entity, keys, columns, lock))]);
  const current = new Map<SheetRecord, CurrentRow>();
  const foreign = new Set<SheetRecord>();
  for (const record of records) {
    const row = byKey.get(keyText(record.key ?? []));
    if (row === undefined) continue;
    record.id = row.id;
    record.isNew = false;
    current.set(record, row);
    if (writable?.has(row.id) === false) foreign.add(record);
  }
  return { current, foreign };
}
