import type { Statement } from "@xianmai/database";
import type { EntityModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import type { EntityTypes } from "../schema/entity-types.ts";
import { condition } from "./filter.ts";
import { compileSql, where } from "./sql.ts";

/** A statement that finds rows, and what it looks at. */
export interface FindingStatement extends Pick<Statement, "text" | "values"> {
  /** The entities beside its own whose rows the condition looks at. */
  readonly looksAt: readonly EntityModel[];
}

/**
 * Makes the statement that finds the rows of an entity for which a filter holds: their keys are its one column.
 *
 * @param filter as graphql-js coerces the argument `filter` of the entity's list
 * @throws InputError for an operand that is null, or that its column cannot hold
 */
export function rowsThat(
  types: Pick<EntityTypes, "readings">,
  entity: EntityModel,
  filter: Readonly<Record<string, unknown>>,
): FindingStatement {
  let aliases = 0;
  const looksAt = new Set<EntityModel>();
  const alias = (other?: EntityModel): string => {
    if (other !== undefined) looksAt.add(other);
    return `r${aliases++}`;
  };
  const row = alias();
  const holds = condition(entity, row, filter, { alias, types }, ["filter"]);
  const { text, params } = compileSql(sql`select ${sql.id(row, "id")} from ${sql.id(entity.table)} as ${sql.id(row)}${where(holds)}`);
  return { text, values: params.map((param) => param.text({})), looksAt: [...looksAt] };
}
