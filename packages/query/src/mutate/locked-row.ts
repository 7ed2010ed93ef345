import type { EntityManager } from "@mikro-orm/core";
import type { Problem } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import { GraphQLString, type GraphQLInputFieldConfig } from "graphql";
import type { ClientBase } from "pg";

import { both } from "../schema/describe.ts";
import { parseGlobalId } from "../schema/global-id.ts";
import type { ManagedRow } from "./mutation-work.ts";
import { conflict, idMalformed, notFound, rowNotWritable } from "./problems.ts";

/** The input field that says which version of the row whoever asks has seen. */
export const VERSION_FIELD: GraphQLInputFieldConfig = {
  type: GraphQLString,
  description: both(
    "所见记录的 version：其后已有变化则不执行（CONFLICT）",
    "The version of the row that you have seen: if it has changed since, nothing is done (CONFLICT)",
  ),
};

/** Loads the row of a global id into the unit of work, locked until COMMIT, so that two mutations of one row follow each other. Rows that refer to it may come meanwhile. */
export async function lockedRow(
  em: EntityManager,
  client: ClientBase,
  entity: EntityModel,
  input: Readonly<Record<string, unknown>>,
): Promise<{ readonly row: ManagedRow } | { readonly problem: Problem }> {
  const text = String(input["id"]);
  const id = parseGlobalId(text);
  if (id?.entity !== entity.name) return { problem: idMalformed(entity, ["input", "id"], text) };
  // whoever may not write a row cannot lock it either
  const { rows } = await client.query<{ version: string }>(
    `select xm_from::text as version from "${entity.table}" where id = $1 for no key update`,
    [id.uuid],
  );
  const [locked] = rows;
  const row: unknown = await em.findOne(entity.entity, { id: id.uuid } as object);
  if (row === null) return { problem: notFound(entity, text) };
  if (locked === undefined) return { problem: rowNotWritable(entity, text) };
  const seen = (input["ifVersion"] ?? undefined) as string | undefined;
  return seen === undefined || seen === locked.version ? { row: row as ManagedRow } : { problem: conflict(entity, seen) };
}
