import type { EntityTypes } from "@xianmai/query";
import type { PlatformPart } from "@xianmai/workflow";
import type { GraphQLFieldConfigMap } from "graphql";

import { nameKinds, type Claims } from "./claims/claims.ts";

/**
 * The mutations of what the platform brings for all plugins.
 *
 * @throws Refusal for a name that a plugin has taken
 */
export function partMutations(parts: readonly PlatformPart[], types: EntityTypes, claims: Claims): GraphQLFieldConfigMap<unknown, unknown> {
  const fields: GraphQLFieldConfigMap<unknown, unknown> = {};
  for (const { plugin, mutations } of parts) {
    for (const [name, field] of Object.entries(mutations(types))) {
      const thing = { zh: `变更 ${name}`, en: `mutation ${name}` };
      claims.claim(nameKinds.mutation, name, { plugin: plugin.name, thing, declaration: field });
      fields[name] = field;
    }
  }
  return fields;
}
