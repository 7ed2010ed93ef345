import type { Statement } from "@xianmai/database";
import type { EntityModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import type { EntityTypes } from "../schema/entity-types.ts";
import { condition } from "./filter.ts";
import { arrayText } from "./operands.ts";
import { allOf, bound, compileSql, joined, where, type Sql } from "./sql.ts";

/**
 * Makes the statement that finds which rows a transaction left such that a filter of their entity holds: their keys are its one column.
 * A row is looked at in the version that the transaction left, however often it has changed since; what it refers to, and what refers to it, as
 * it is now.
 *
 * @param filter as graphql-js coerces the argument `filter` of the entity's list
 * @param stamp the transaction
 * @param keys the rows that are asked about
 * @throws InputError for an operand that is null, or that its column cannot hold
 */
export function versionsThat(
  types: Pick<EntityTypes, "readings">,
  entity: EntityModel,
  filter: Readonly<Record<string, unknown>>,
  stamp: bigint,
  keys: readonly string[],
): Statement {
  let aliases = 0;
  const alias = (): string => `r${aliases++}`;
  const row = alias();
  const holds = condition(entity, row, filter, { alias, types }, ["filter"]);
  const transaction = bound("bigint", stamp, String);
  const wanted = sql`id = any(${bound("uuid[]", keys, (given) => arrayText(given as readonly string[]))})`;
  const columns = joined(["id", ...entity.columns.map(({ column }) => column)].map((column) => sql.id(column)));
  const left = (table: Sql, ended: Sql | undefined): Sql =>
    sql`select ${columns} from ${table}${where(allOf([sql`xm_from = ${transaction}`, ended, wanted]))}`;
  const versions = sql`${left(sql.id("app", entity.table), undefined)} union all ${left(sql.id("xmh", entity.table), sql`xm_to <> ${transaction}`)}`;
  const { text, params } = compileSql(sql`select ${sql.id(row, "id")} from (${versions}) as ${sql.id(row)}${where(holds)}`);
  return { text, values: params.map((param) => param.text({})) };
}
