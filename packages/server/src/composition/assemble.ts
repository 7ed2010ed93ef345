import { Refusal, type Plugin } from "@xianmai/plugin-api";
import {
  GraphQLObjectType,
  GraphQLSchema,
  specifiedDirectives,
  validateSchema,
  type GraphQLDirective,
  type GraphQLFieldConfigMap,
  type GraphQLNamedType,
} from "graphql";

import { checkUnique } from "./claims/generated.ts";
import type { Claims } from "./claims/claims.ts";

type Fields = GraphQLFieldConfigMap<unknown, unknown>;

/** What one schema is put together of. */
export interface Parts {
  readonly plugins: readonly Plugin[];
  readonly claims: Claims;
  readonly query: Fields;
  readonly mutation: Fields;
  readonly subscription: Fields;
  /** Beside those of GraphQL itself. */
  readonly directives: readonly GraphQLDirective[];
  /** Types that no field leads to. */
  readonly types: readonly GraphQLNamedType[];
}

/**
 * Puts the parts together and has graphql-js check the whole.
 *
 * @throws Refusal TYPE_TAKEN, SCHEMA_INVALID
 */
export function assemble({ plugins, claims, query, mutation, subscription, directives, types }: Parts): GraphQLSchema {
  checkUnique(claims, [query, mutation, subscription], types);
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: "Query", description: "查询 What can be read", fields: query }),
    mutation: root("Mutation", "变更 What can be changed", mutation),
    subscription: root("Subscription", "订阅 What can be followed", subscription),
    directives: [...specifiedDirectives, ...directives],
    types,
  });
  const errors = validateSchema(schema);
  if (errors.length > 0) throw invalid(plugins, errors.map(({ message }) => message).join("\n"));
  return schema;
}

function root(name: string, description: string, fields: Fields): GraphQLObjectType | undefined {
  return Object.keys(fields).length === 0 ? undefined : new GraphQLObjectType({ name, description, fields });
}

function invalid(plugins: readonly Plugin[], errors: string): Refusal {
  const names = plugins.map(({ name }) => name).join(", ");
  return new Refusal(
    "SCHEMA_INVALID",
    { zh: `插件 ${names} 组成的 GraphQL 模式无效：\n${errors}`, en: `The GraphQL schema of ${names} is not valid:\n${errors}` },
    { zh: "请改正所指的类型或字段。", en: "Correct the type or field named." },
  );
}
