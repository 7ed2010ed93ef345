import type { EntityModel } from "@xianmai/plugin-api/model";
import {
  GraphQLBoolean,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLInputObjectType,
} from "graphql";

import { about, both } from "./describe.ts";
import { carrying } from "./meaning.ts";
import { byResponseKey } from "./response-key.ts";

/** Rows of a root list unless `first` or `last` says otherwise. */
export const DEFAULT_PAGE = 100;

/** The most rows that `first` or `last` may ask for. */
export const LARGEST_PAGE = 1000;

/** Makes Relay's `PageInfo`. */
export function pageInfoType(): GraphQLObjectType {
  return new GraphQLObjectType({
    name: "PageInfo",
    description: both("分页信息。", "Where a page lies in its list."),
    fields: {
      hasNextPage: {
        type: new GraphQLNonNull(GraphQLBoolean),
        description: both("其后是否还有记录", "Whether rows follow"),
        resolve: byResponseKey,
      },
      hasPreviousPage: {
        type: new GraphQLNonNull(GraphQLBoolean),
        description: both("其前是否还有记录", "Whether rows precede"),
        resolve: byResponseKey,
      },
      startCursor: { type: GraphQLString, description: both("首条记录的游标", "The cursor of the first row"), resolve: byResponseKey },
      endCursor: { type: GraphQLString, description: both("末条记录的游标", "The cursor of the last row"), resolve: byResponseKey },
    },
  });
}

/** The two types of a list of an entity. */
export interface ConnectionTypes {
  readonly connection: GraphQLObjectType;
  readonly edge: GraphQLObjectType;
}

/** Makes the connection and the edge of an entity. */
export function connectionTypes(entity: EntityModel, object: GraphQLObjectType, pageInfo: GraphQLObjectType): ConnectionTypes {
  const extensions = carrying({ plugin: entity.plugin });
  const edge = new GraphQLObjectType({
    name: `${entity.name}Edge`,
    description: about(entity.label, "列表中的一条。", " in a list."),
    extensions,
    fields: {
      cursor: {
        type: new GraphQLNonNull(GraphQLString),
        description: both("游标：传给 after 或 before", "The cursor: to be handed to after or before"),
        resolve: byResponseKey,
      },
      node: { type: new GraphQLNonNull(object), description: both("记录", "The row"), resolve: byResponseKey },
    },
  });
  const connection = new GraphQLObjectType({
    name: `${entity.name}Connection`,
    description: about(entity.label, "的一页。", ": a page of a list."),
    extensions,
    fields: {
      totalCount: {
        type: new GraphQLNonNull(GraphQLInt),
        description: both("符合条件的记录总数，与分页无关", "How many rows fulfil the filter, whatever the page"),
        resolve: byResponseKey,
      },
      pageInfo: { type: new GraphQLNonNull(pageInfo), description: both("分页信息", "Where the page lies"), resolve: byResponseKey },
      nodes: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(object))),
        description: both("记录", "The rows"),
        resolve: byResponseKey,
      },
      edges: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(edge))),
        description: both("记录及其游标", "The rows with their cursors"),
        resolve: byResponseKey,
      },
    },
  });
  return { connection, edge };
}

/** The arguments of a list. */
export function listArguments(
  filter: GraphQLInputObjectType,
  order: GraphQLInputObjectType,
  whole: boolean,
): GraphQLFieldConfigArgumentMap {
  const size = whole
    ? both(`至多 ${LARGEST_PAGE}，不写则为全部`, `at most ${LARGEST_PAGE}; the whole list unless given`)
    : both(`至多 ${LARGEST_PAGE}，不写则为 ${DEFAULT_PAGE}`, `at most ${LARGEST_PAGE}, ${DEFAULT_PAGE} unless given`);
  return {
    filter: { type: filter, description: both("条件", "Conditions") },
    orderBy: {
      type: new GraphQLList(new GraphQLNonNull(order)),
      description: both("排序，依次适用；最后总按全局标识", "The order, one after another; the global id comes last of all"),
    },
    first: { type: GraphQLInt, description: `${both("取前若干条", "The first rows")}; ${size}` },
    after: { type: GraphQLString, description: both("此游标之后", "After this cursor") },
    last: { type: GraphQLInt, description: `${both("取后若干条", "The last rows")}; ${size}` },
    before: { type: GraphQLString, description: both("此游标之前", "Before this cursor") },
  };
}
