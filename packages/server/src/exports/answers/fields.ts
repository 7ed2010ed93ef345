import { entityShownBy, meaningOf } from "@xianmai/query";
import { isObjectType, type GraphQLCompositeType, type GraphQLField } from "graphql";

/** Under which key a page is asked where it lies: no field of an answer begins so. */
export const PAGE = "xm_page";

/** Whether a field of a connection is its rows. */
export function isRows(name: string): boolean {
  return name === "nodes" || name === "edges";
}

/** Whether a type is a list with what is to be said of its page. */
export function isConnection(type: GraphQLCompositeType): boolean {
  return isObjectType(type) && "pageInfo" in type.getFields() && ("nodes" in type.getFields() || "edges" in type.getFields());
}

/** Whether a field only leads on to the rows, and heads no columns. */
export function isThrough(type: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): boolean {
  if (!isObjectType(type)) return false;
  if (isConnection(type)) return isRows(field.name);
  return (type.name.endsWith("Edge") && field.name === "node") || (type.name.endsWith("Group") && field.name === "key");
}

/** Whether a field alone stands for its object: what it is called. */
export function namesObject(type: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): boolean {
  const entity = entityShownBy(type);
  const meaning = meaningOf(field);
  if (entity === undefined) return false;
  return field.name === "label" || (meaning?.kind === "column" && meaning.column === entity.title);
}
