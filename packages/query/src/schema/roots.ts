import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import {
  GraphQLID,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
} from "graphql";

import { aggregateField } from "./aggregates.ts";
import { DEFAULT_PAGE, listArguments } from "./connections.ts";
import { about, both, describe } from "./describe.ts";
import type { EntityTypes, EntityTypeSet } from "./entity-types.ts";
import { carrying } from "./meaning.ts";
import { leafType } from "./objects.ts";
import { byResponseKey } from "./response-key.ts";
import { stageFiguresField } from "./stage-figures.ts";

type Fields = GraphQLFieldConfigMap<unknown, unknown>;

/**
 * The generated fields of `Query`: `node`, `nodes`, and for every entity one row, a list, aggregates.
 * They have no resolver that reads: the executor reads them together.
 */
export function queryFields(types: EntityTypes): Fields {
  const id = { type: new GraphQLNonNull(GraphQLID), description: both("全局标识", "Global id") };
  return {
    node: {
      type: types.node,
      description: both("按全局标识取一条记录；没有或不可见则为空", "A row by its global id; null when missing or invisible"),
      args: { id },
      resolve: byResponseKey,
      extensions: carrying({ kind: "node" }),
    },
    nodes: {
      type: new GraphQLNonNull(new GraphQLList(types.node)),
      description: both("按全局标识取多条记录，顺序不变", "Rows by their global ids, in the order of the ids"),
      args: {
        ids: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLID))), description: both("全局标识", "Global ids") },
      },
      resolve: byResponseKey,
      extensions: carrying({ kind: "nodes" }),
    },
    ...Object.fromEntries(types.model.entities.flatMap((entity) => Object.entries(entityFields(types, types.of(entity))))),
  };
}

function entityFields(types: EntityTypes, set: EntityTypeSet): Fields {
  const { entity } = set;
  const { names, label } = entity;
  const root = (kind: "one" | "list" | "aggregates"): Pick<GraphQLFieldConfig<unknown, unknown>, "resolve" | "extensions"> => ({
    resolve: byResponseKey,
    extensions: carrying({ kind, entity }),
  });
  const stages = stageFiguresField(entity, set.stageFigures, set.filter, types);
  return {
    ...(stages === undefined ? {} : { [names.stages]: stages }),
    [names.one]: {
      type: set.object,
      description: about(
        label,
        "：按标识或自然键取一条；没有或不可见则为空",
        ": one row by its id or natural key; null when missing or invisible",
      ),
      args: oneArguments(types, entity),
      ...root("one"),
    },
    [names.many]: {
      type: new GraphQLNonNull(set.connection),
      description: about(
        label,
        `：列表，不写 first 或 last 时取 ${DEFAULT_PAGE} 条`,
        `: a list, ${DEFAULT_PAGE} rows unless first or last says otherwise`,
      ),
      args: listArguments(set.filter, set.order, false),
      ...root("list"),
    },
    [names.aggregates]: {
      ...aggregateField(set),
      description: about(label, "：分组汇总", ": figures, by group"),
      ...root("aggregates"),
    },
  };
}

function oneArguments(types: EntityTypes, entity: EntityModel): GraphQLFieldConfigArgumentMap {
  return {
    id: { type: GraphQLID, description: both("全局标识", "Global id") },
    ...Object.fromEntries(entity.key.map((column) => [column.name, { type: keyType(types, column), description: keyLabel(column) }])),
  };
}

function keyType(types: EntityTypes, column: ColumnModel): GraphQLFieldConfigArgumentMap[string]["type"] {
  if (column.kind === "entry") return GraphQLString;
  if (column.target !== undefined) return GraphQLID;
  const type = leafType(column, types.scalars, types.enums);
  return type instanceof GraphQLList ? GraphQLString : type;
}

function keyLabel(column: ColumnModel): string {
  if (column.kind === "entry") return about(column.label, "（字典代码）", " (dictionary code)");
  return column.target === undefined ? describe(column.label) : about(column.label, "（全局标识）", " (global id)");
}
