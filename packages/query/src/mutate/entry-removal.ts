import type { Context, Problem } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";
import { sql } from "kysely";
import type { ClientBase } from "pg";

import { compileSql, joined, Param } from "../plan/sql.ts";
import type { ManagedRow } from "./mutation-work.ts";
import { entryInUse } from "./problems.ts";
import { isStillReferenced } from "./violations.ts";

/** Where an entry of a dictionary is used, and by how many rows. */
export interface EntryUse {
  readonly entity: EntityModel;
  readonly column: ColumnModel;
  readonly rows: number;
}

/**
 * Removes an entry of a dictionary, unless it is used: then it is said where, and how often, as far as whoever asks may see the rows. Of rows that
 * they may not see they learn that there are some.
 */
export async function removeEntry(
  model: Model,
  { client, context, row }: { readonly client: ClientBase; readonly context: Context; readonly row: ManagedRow },
): Promise<{ readonly problems: readonly Problem[] }> {
  const uses = await usesOf(model, client, row.id);
  if (uses.length > 0) return { problems: [entryInUse(row, uses, context.viewer.role !== "county")] };
  context.em.remove(row);
  try {
    await context.em.flush();
  } catch (error) {
    if (isStillReferenced(error)) return { problems: [entryInUse(row, [], true)] };
    throw error;
  }
  return { problems: [] };
}

async function usesOf(model: Model, client: ClientBase, id: string): Promise<readonly EntryUse[]> {
  const places = model.entities.flatMap((entity) =>
    entity.columns.filter(({ target }) => target === model.dictionaries?.entry).map((column) => ({ entity, column })),
  );
  if (places.length === 0) return [];
  const key = new Param(id, String);
  const counts = places.map(
    ({ entity, column }, at) =>
      sql`select ${sql.lit(at)} as place, count(*)::int as rows from ${sql.id(entity.table)} as t where ${sql.id("t", column.column)} = ${key}::uuid`,
  );
  const { text, params } = compileSql(sql`select * from (${joined(counts, sql` union all `)}) as u where rows > 0 order by place`);
  const { rows } = await client.query<{ place: number; rows: number }>(
    text,
    params.map((param) => param.text({})),
  );
  return rows.flatMap(({ place, rows: used }) => {
    const found = places[place];
    return found === undefined ? [] : [{ ...found, rows: used }];
  });
}
