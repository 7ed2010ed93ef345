import type { EntityTypes } from "@xianmai/query";
import type { PlatformPart } from "@xianmai/workflow";
import type { GraphQLFieldConfigMap } from "graphql";

import { nameKinds, type Claims } from "./claims/claims.ts";

type Fields = GraphQLFieldConfigMap<unknown, unknown>;

/**
 * The queries and mutations of what the platform brings for all plugins.
 *
 * @throws Refusal for a name that a plugin has taken
 */
export function partFields(
  parts: readonly PlatformPart[],
  types: EntityTypes,
  claims: Claims,
): { readonly query: Fields; readonly mutation: Fields } {
  const claimed = (kind: "query" | "mutation", plugin: string, fields: Fields): Fields => {
    for (const [name, field] of Object.entries(fields)) {
      const thing = { zh: `${kind === "query" ? "查询" : "变更"} ${name}`, en: `${kind} ${name}` };
      claims.claim(nameKinds[kind], name, { plugin, thing, declaration: field });
    }
    return fields;
  };
  const all = parts.map(({ plugin: { name }, queries, mutations }) => ({
    query: claimed("query", name, queries?.(types) ?? {}),
    mutation: claimed("mutation", name, mutations(types)),
  }));
  return {
    query: Object.assign({}, ...all.map(({ query }) => query)) as Fields,
    mutation: Object.assign({}, ...all.map(({ mutation }) => mutation)) as Fields,
  };
}
