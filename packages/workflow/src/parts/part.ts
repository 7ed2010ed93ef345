import type { Plugin } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import type { EntityTypes } from "@xianmai/query";
import type { GraphQLFieldConfigMap } from "graphql";

/** A plugin that the platform brings for all others: its entities are as any plugin's, only its mutations are the platform's own. */
export interface PlatformPart {
  readonly plugin: Plugin;
  /** Its mutations by name. */
  readonly mutations: (types: EntityTypes) => GraphQLFieldConfigMap<unknown, unknown>;
  /** What rows of an entity show beside their columns. */
  readonly fields?: (entity: EntityModel, types: EntityTypes) => GraphQLFieldConfigMap<unknown, unknown>;
}
