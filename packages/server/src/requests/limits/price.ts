import { looksAtAll } from "@xianmai/query";
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from "graphql";

/** Rows of a root list that says neither `first` nor `last`, and groups of root aggregates. */
const ROOT_LIST = 100;
/** What a list inside a row is taken for where it does not say how long it is: most are shorter. */
const INNER_LIST = 20;
/** What `totalCount` costs beside the rows. */
const COUNTING = 500;
/** What sums and groups cost beside the rows: they look at every row of the table. */
const SUMMING = 2_500;
/** What a change costs beside the rows of its payload. */
const CHANGING = 1_000;

/** How a field is charged. */
export interface Price {
  /** Charged once, however many rows it stands under: it is one statement. */
  readonly once: number;
  /** Whether its value is an object, or a list of them. */
  readonly objects: boolean;
  /** How long the list is: by its arguments, as its connection is, or as given; 1 for no list. */
  readonly length: "arguments" | "page" | number;
  /** How long a list is whose arguments do not say it. */
  readonly unsaid: number;
  /** The type of what is selected below it. */
  readonly type: GraphQLCompositeType | undefined;
}

/** The price of a field of a type; `undefined` for one that costs nothing. */
export function priceOf(schema: GraphQLSchema, parent: GraphQLCompositeType, name: string): Price | undefined {
  const field = fieldOf(schema, parent, name);
  if (field === undefined) return undefined;
  const type = getNamedType(field.type);
  const atRoot = parent === schema.getQueryType();
  const once = onceOf(schema, parent, field);
  const unsaid = atRoot ? ROOT_LIST : INNER_LIST;
  if (!isCompositeType(type)) return once === 0 ? undefined : { once, objects: false, length: 1, unsaid, type: undefined };
  return { once, objects: true, length: lengthOf(parent, field), unsaid, type };
}

/** Whether a type is a connection: rows beside what is to be said of their page. */
function isConnection(type: GraphQLCompositeType): boolean {
  if (!isObjectType(type)) return false;
  const fields = type.getFields();
  return "pageInfo" in fields && ("nodes" in fields || "edges" in fields);
}

function lengthOf(parent: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): Price["length"] {
  if (!isListType(getNullableType(field.type))) return 1;
  return isConnection(parent) && (field.name === "nodes" || field.name === "edges") ? "page" : "arguments";
}

function onceOf(schema: GraphQLSchema, parent: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): number {
  if (parent === schema.getMutationType()) return CHANGING;
  if (field.name === "totalCount" && isConnection(parent)) return COUNTING;
  return looksAtAll(field) || field.args.some(({ name }) => name === "groupBy") ? SUMMING : 0;
}

function fieldOf(schema: GraphQLSchema, parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  if (parent === schema.getQueryType()) {
    const meta = [SchemaMetaFieldDef, TypeMetaFieldDef].find((one) => one.name === name);
    if (meta !== undefined) return meta;
  }
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}
