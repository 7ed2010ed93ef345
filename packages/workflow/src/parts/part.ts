import type { Plugin, Problem } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import type { EntityTypes, MutationWork } from "@xianmai/query";
import type { GraphQLFieldConfigMap } from "graphql";

/** A plugin that the platform brings for all others: its entities are as any plugin's, only its mutations are the platform's own. */
export interface PlatformPart {
  readonly plugin: Plugin;
  /** Its mutations by name. */
  readonly mutations: (types: EntityTypes) => GraphQLFieldConfigMap<unknown, unknown>;
  /** Its queries by name, beside those that its entities have. */
  readonly queries?: (types: EntityTypes) => GraphQLFieldConfigMap<unknown, unknown>;
  /** What rows of an entity show beside their columns. */
  readonly fields?: (entity: EntityModel, types: EntityTypes) => GraphQLFieldConfigMap<unknown, unknown>;
  /** What is checked before a step of one of its rows is taken, after all that is declared: what is wrong, and nothing where it can be taken. */
  readonly check?: (step: string, work: MutationWork, model: Model) => Promise<readonly Problem[]>;
}
