import type { ColumnModel } from "@xianmai/plugin-api/model";
import { GraphQLID, GraphQLNonNull, GraphQLList, GraphQLString, type GraphQLInputFieldConfig, type GraphQLInputType } from "graphql";

import { about, describe } from "../schema/describe.ts";
import type { EntityTypes } from "../schema/entity-types.ts";
import { leafType } from "../schema/objects.ts";

/** The input field of a column: a reference is a global id, an entry its dictionary's code. @param required whether it must be given */
export function columnInput(types: EntityTypes, column: ColumnModel, required: boolean): GraphQLInputFieldConfig {
  const type = inputType(types, column);
  return { type: required ? new GraphQLNonNull(type) : type, description: inputLabel(column) };
}

function inputType(types: EntityTypes, column: ColumnModel): GraphQLInputType & { readonly ofType?: unknown } {
  if (column.kind === "entry") return GraphQLString;
  if (column.target !== undefined || column.subject !== undefined) return GraphQLID;
  if (column.kind === "texts") return new GraphQLList(new GraphQLNonNull(GraphQLString));
  return leafType(column, types.scalars, types.enums) as GraphQLInputType;
}

function inputLabel(column: ColumnModel): string {
  if (column.kind === "entry") return about(column.label, "（字典代码）", " (dictionary code)");
  if (column.target !== undefined || column.subject !== undefined) return about(column.label, "（全局标识）", " (global id)");
  return column.kind === "money" ? about(column.label, "（万元）", " (in 万元)") : describe(column.label);
}
