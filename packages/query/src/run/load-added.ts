import type { Field, Id, ReadContext } from "@xianmai/plugin-api";

import type { AddedUse } from "../plan/compilation.ts";
import { GrowingReadSet } from "../reads/read-set.ts";
import type { Loaded, Row } from "./answer.ts";

/** The context that the code of an added field is given. @param reads is told what the code reads */
export type ContextOf = (field: Field, reads: GrowingReadSet) => ReadContext;

/** An added field in a selection, and the rows of the statement that it is selected in. */
export interface AddedRows {
  readonly use: AddedUse;
  readonly rows: readonly Row[];
}

/** Loads added fields: each once for all its rows in the answers, however many places show it. */
export async function loadAdded(uses: readonly AddedRows[], contextOf: ContextOf): Promise<ReadonlyMap<Field, Loaded>> {
  if (uses.length === 0) return NOTHING;
  const rowsOf = new Map<Field, Map<string, object>>();
  for (const { use, rows } of uses) {
    const known = rowsOf.get(use.field) ?? new Map<string, object>();
    rowsOf.set(use.field, known);
    for (const row of rows) {
      const id = row[use.id];
      if (id !== null && id !== undefined && !known.has(id)) known.set(id, rowObject(use, id, row));
    }
  }
  const loaded = await Promise.all(
    [...rowsOf].map(async ([field, rows]): Promise<[Field, Loaded]> => [field, await load(field, [...rows.values()], contextOf)]),
  );
  return new Map(loaded);
}

const NOTHING: ReadonlyMap<Field, Loaded> = new Map();
const WRITABLE = Symbol("writable");

/** Whether whoever asks may write a row that the code of a field was given. No row for a field that did not ask for it (`writable: true`). */
export function isWritable(row: object): boolean {
  return (row as { readonly [WRITABLE]?: boolean })[WRITABLE] === true;
}

function rowObject({ requires, writable }: AddedUse, id: string, row: Row): object {
  const values = requires.map(({ key, cell, read }): [string, unknown] => {
    const text = row[cell];
    return [key, text === null || text === undefined ? null : read(text)];
  });
  const known = { id, ...Object.fromEntries(values) };
  return writable === undefined ? known : { ...known, [WRITABLE]: row[writable] === "t" };
}

async function load(field: Field, rows: readonly object[], contextOf: ContextOf): Promise<Loaded> {
  const reads = new GrowingReadSet();
  if (rows.length === 0) return { values: new Map(), reads };
  try {
    const values: ReadonlyMap<Id<string>, unknown> = await field.load(rows as readonly never[], contextOf(field, reads));
    if (!(values instanceof Map)) throw new TypeError(`The code of field ${field.entity.definition.name}.${field.name} gave no Map.`);
    return { values, reads };
  } catch (error) {
    return { error, reads };
  }
}
