import { Decimal, Refusal } from "@xianmai/plugin-api";
import type { EntityTypes } from "@xianmai/query";
import { GraphQLObjectType, type GraphQLFieldConfigMap, type GraphQLNamedType, type GraphQLSchema } from "graphql";
import { buildSchemaSync, getMetadataStorage, type AuthCheckerFn } from "type-graphql";

import type { Claims } from "../claims/claims.ts";
import type { ResolverFields } from "./entity-fields.ts";
import type { AnyClass, PluginClasses } from "./load.ts";
import { reach } from "./reach.ts";
import { storageOf, withStorage } from "./storage.ts";

type Fields = GraphQLFieldConfigMap<unknown, unknown>;
type Storage = ReturnType<typeof getMetadataStorage>;

/** What plugins wrote themselves, as parts of a schema. */
export interface CustomParts {
  readonly query: Fields;
  readonly mutation: Fields;
  readonly subscription: Fields;
  /** Types that no field leads to. */
  readonly types: readonly GraphQLNamedType[];
}

const nothing: CustomParts = { query: {}, mutation: {}, subscription: {}, types: [] };

/**
 * Builds what the resolvers of the enabled plugins say, on metadata of this composition's own. Entity classes, choices and lifecycles may stand
 * wherever type-graphql takes a type.
 *
 * @throws Refusal that names both culprits where a name is taken
 */
export function buildCustomParts(
  loaded: readonly PluginClasses[],
  fields: ResolverFields,
  types: EntityTypes,
  claims: Claims,
): CustomParts {
  const [first, ...rest] = loaded.flatMap(({ resolvers }) => resolvers as readonly (AnyClass & Function)[]);
  if (first === undefined) return nothing;
  const global = getMetadataStorage();
  const standing = standIns(types);
  const reached = reach(loaded, global, new Set(standing.keys()), claims);
  const storage = storageOf(global, reached);
  fields.send(storage);
  checkSubscriptions(loaded, storage);
  const build = (): GraphQLSchema =>
    buildSchemaSync({
      resolvers: [first, ...rest],
      scalarsMap: [...standing].map(([type, graphql]) => ({ type, scalar: graphql })) as never,
      orphanedTypes: reached.implementers as never,
      authChecker: mayAll,
      // demanded wherever there is a subscription, used by none: events come from the feed
      pubSub: { publish: () => undefined, subscribe: () => new ReadableStream<unknown>() },
      validate: false,
      // the whole schema is checked once it is assembled
      skipCheck: true,
    });
  return partsOf(
    attempt(loaded, () => withStorage(storage, build)),
    fields,
    types,
  );
}

/** What an author writes for a type of the platform, and the type. */
function standIns(types: EntityTypes): ReadonlyMap<unknown, GraphQLNamedType> {
  const standing = new Map<unknown, GraphQLNamedType>([[Decimal, types.scalars.Decimal]]);
  for (const entity of types.model.entities) {
    standing.set(entity.entity, types.of(entity).object);
    for (const { declared } of entity.columns) {
      const values = declared.choices ?? declared.lifecycle;
      const type = values === undefined ? undefined : types.enums.get(values.name);
      if (type !== undefined) standing.set(values, type);
    }
  }
  return standing;
}

function partsOf(schema: GraphQLSchema, fields: ResolverFields, types: EntityTypes): CustomParts {
  const roots: readonly unknown[] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return {
    query: fields.receive(fieldsOf(schema.getQueryType()), (entity) => types.of(entity).object),
    mutation: fieldsOf(schema.getMutationType()),
    subscription: fieldsOf(schema.getSubscriptionType()),
    types: Object.values(schema.getTypeMap()).filter(
      (type) => type instanceof GraphQLObjectType && !roots.includes(type) && !type.name.startsWith("__"),
    ),
  };
}

/** A topic lives in one process: what happens on another node or in psql would never be told. */
function checkSubscriptions(loaded: readonly PluginClasses[], storage: Storage): void {
  const deaf = storage.subscriptions.find(({ subscribe }) => subscribe === undefined);
  if (deaf === undefined) return;
  const { plugin } = loaded.find(({ resolvers }) => resolvers.some((one) => one === deaf.target)) ?? {};
  const method = `${deaf.target.name}.${deaf.methodName}`;
  throw new Refusal(
    "SUBSCRIPTION_WITHOUT_SOURCE",
    {
      zh: `插件 ${plugin?.name ?? ""} 的订阅 ${method} 使用主题（topics），其他服务器和数据库中的改动不会到达。`,
      en: `Subscription ${method} of plugin ${plugin?.name ?? ""} listens to topics, which no change on another server or in the database reaches.`,
    },
    {
      zh: "请用 subscribe 给出事件来源，或声明流程步骤的事件。",
      en: "Give it a source with subscribe, or declare the event with a lifecycle.",
    },
  );
}

/** type-graphql says what is wrong with a class; whose it is, it does not know. */
function attempt<Built>(loaded: readonly PluginClasses[], build: () => Built): Built {
  try {
    return build();
  } catch (error) {
    throw invalid(loaded, error);
  }
}

function invalid(loaded: readonly PluginClasses[], error: unknown): Refusal {
  const names = loaded.map(({ plugin }) => plugin.name).join(", ");
  const message = error instanceof Error ? error.message : String(error);
  return new Refusal(
    "RESOLVERS_INVALID",
    { zh: `插件 ${names} 的解析器无法组成接口：${message}`, en: `The resolvers of ${names} make no schema: ${message}` },
    { zh: "请改正所指的类或方法。", en: "Correct the class or method named." },
    { cause: error },
  );
}

function fieldsOf(type: GraphQLObjectType | null | undefined): Fields {
  return type?.toConfig().fields ?? {};
}

/** `@Authorized("lead.edit")`: whoever asks must hold every permission named. */
const mayAll: AuthCheckerFn<{ readonly viewer: { may(permission: string): boolean } }> = ({ context }, permissions) =>
  permissions.every((permission) => context.viewer.may(permission));
