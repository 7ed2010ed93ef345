import type { Problem } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { parseGlobalId } from "../schema/global-id.ts";
import { referenceNotFound, subjectMalformed } from "./problems.ts";

/** The row that a subject is to be. */
export interface SubjectRow {
  readonly entity: EntityModel;
  readonly id: string;
}

/**
 * Looks up the row that a global id names for a subject, through the viewer's scope: one that is not there and one that the viewer does not see
 * are the same.
 */
export async function subjectRow(
  client: ClientBase,
  column: ColumnModel,
  path: readonly string[],
  given: string,
): Promise<{ readonly row: SubjectRow } | { readonly problem: Problem }> {
  const id = parseGlobalId(given);
  const entity = column.subject?.entities.find(({ name }) => name === id?.entity);
  if (id === undefined || entity === undefined) return { problem: subjectMalformed(column, path, given) };
  const { rows } = await client.query(`select from "${entity.table}" where id = $1`, [id.uuid]);
  return rows.length === 0 ? { problem: referenceNotFound(entity, path, given) } : { row: { entity, id: id.uuid } };
}
