import type { EntityManager } from "@mikro-orm/core";
import type { Problem } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { parseGlobalId } from "../schema/global-id.ts";
import type { ManagedRow } from "./mutation-work.ts";
import { idMalformed, notFound, rowNotWritable } from "./problems.ts";

/** Loads the row of a global id into the unit of work, locked until COMMIT, so that two mutations of one row follow each other. Rows that refer to it may come meanwhile. */
export async function lockedRow(
  em: EntityManager,
  client: ClientBase,
  entity: EntityModel,
  given: unknown,
): Promise<{ readonly row: ManagedRow } | { readonly problem: Problem }> {
  const text = String(given);
  const id = parseGlobalId(text);
  if (id?.entity !== entity.name) return { problem: idMalformed(entity, ["input", "id"], text) };
  // whoever may not write a row cannot lock it either
  const { rowCount } = await client.query(`select from "${entity.table}" where id = $1 for no key update`, [id.uuid]);
  const row: unknown = await em.findOne(entity.entity, { id: id.uuid } as object);
  if (row === null) return { problem: notFound(entity, text) };
  return rowCount === 0 ? { problem: rowNotWritable(entity, text) } : { row: row as ManagedRow };
}
