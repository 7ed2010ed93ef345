import type { EntityModel } from "@xianmai/plugin-api/model";
import { GraphQLInputObjectType, type GraphQLEnumType } from "graphql";

import { about, both, describe } from "./describe.ts";
import { carrying } from "./meaning.ts";

/** Makes the order of an entity: one column, its own or one of a row that it refers to. */
export function entityOrder(
  entity: EntityModel,
  direction: GraphQLEnumType,
  of: (entity: EntityModel) => GraphQLInputObjectType,
): GraphQLInputObjectType {
  return new GraphQLInputObjectType({
    name: `${entity.name}Order`,
    description: about(entity.label, "：按一个字段排序。", ": the order by one field."),
    isOneOf: true,
    fields: () => ({
      id: { type: direction, description: both("全局标识", "Global id") },
      ...Object.fromEntries(
        entity.columns
          .filter(({ kind }) => kind !== "texts" && kind !== "subject")
          .map((column) => [
            column.name,
            { type: column.target === undefined ? direction : of(column.target), description: describe(column.label) },
          ]),
      ),
    }),
    extensions: carrying({ plugin: entity.plugin }),
  });
}
