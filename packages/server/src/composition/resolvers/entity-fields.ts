import { Refusal, type Entity, type Field, type Id, type Plugin, type ReadContext } from "@xianmai/plugin-api";
import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from "graphql";
import { getMetadataStorage } from "type-graphql";

import type { PluginClasses } from "./load.ts";

type Storage = ReturnType<typeof getMetadataStorage>;
type FieldResolver = Storage["fieldResolvers"][number];

/** The `@FieldResolver`s on entities: fields that are added like any other (`field()`), one call per row. */
export interface ResolverFields {
  /** The plugins, each with the fields that its resolvers add to entities. */
  readonly plugins: readonly Plugin[];
  /** Takes them out of a storage, where each leaves a query that travels in its stead. */
  send(storage: Storage): void;
  /**
   * Takes the travelled ones out of the fields of a query type, and gives each its type and its code.
   *
   * @returns the fields that are queries
   * @throws Refusal FIELD_RESOLVER_UNSUPPORTED
   */
  receive(
    fields: GraphQLFieldConfigMap<unknown, unknown>,
    objectOf: (entity: string) => GraphQLObjectType,
  ): GraphQLFieldConfigMap<unknown, unknown>;
}

/** Rows have every column, since a resolver says of none which it needs. */
interface Travelling {
  readonly plugin: Plugin;
  readonly entity: Entity;
  readonly resolver: FieldResolver;
  readonly field: Field;
  /** Set on arrival. */
  resolve: GraphQLFieldResolver<unknown, ReadContext> | undefined;
  type: GraphQLOutputType | undefined;
}

/**
 * Finds the `@FieldResolver`s on entities. type-graphql would refuse them, since an entity's class is no object type of its own; as queries they pass.
 *
 * @throws Refusal FIELD_RESOLVER_UNSUPPORTED
 */
export function resolverFields(plugins: readonly Plugin[], loaded: readonly PluginClasses[]): ResolverFields {
  const storage = getMetadataStorage();
  const travelling = loaded.flatMap(({ plugin, resolvers }) =>
    storage.fieldResolvers
      .filter(({ kind, target }) => kind === "external" && resolvers.some((one) => one === target))
      .flatMap((resolver) => {
        const target: unknown = storage.resolverClasses.find((one) => one.target === resolver.target)?.getObjectType();
        return isEntity(target) ? [traveller(plugin, target, resolver, storage)] : [];
      }),
  );
  const nameOf = ({ entity, field }: Travelling): string => `xianmai__${entity.definition.name}__${field.name}`;
  return {
    plugins: plugins.map((plugin) => {
      const own = travelling.filter((one) => one.plugin === plugin).map(({ field }) => field);
      return own.length === 0 ? plugin : { ...plugin, fields: [...plugin.fields, ...own] };
    }),
    send: (own) => {
      const sent = new Set(travelling.map(({ resolver }) => `${resolver.target.name}.${resolver.methodName}`));
      own.fieldResolvers = own.fieldResolvers.filter(({ target, methodName }) => !sent.has(`${target.name}.${methodName}`));
      for (const one of travelling) own.queries.push(asQuery(one.resolver, nameOf(one)));
    },
    receive: (fields, objectOf) => {
      const rest = { ...fields };
      for (const one of travelling) {
        const config = rest[nameOf(one)];
        delete rest[nameOf(one)];
        if (config !== undefined) arrive(one, config, objectOf(one.entity.definition.name));
      }
      return rest;
    },
  };
}

function traveller(plugin: Plugin, entity: Entity, resolver: FieldResolver, storage: Storage): Travelling {
  const { target, methodName, schemaName, description = schemaName } = resolver;
  const takesArguments = storage.params.some(
    (parameter) =>
      parameter.target === target && parameter.methodName === methodName && (parameter.kind === "arg" || parameter.kind === "args"),
  );
  if (takesArguments) throw unsupported(plugin, entity, resolver, "不能有参数", "can take no arguments");
  const travelling: Travelling = {
    plugin,
    entity,
    resolver,
    resolve: undefined,
    type: undefined,
    field: Object.freeze({
      entity,
      name: schemaName,
      label: { zh: description, en: description },
      // the real type is given on arrival
      type: "text",
      requires: Object.keys(entity.definition.columns),
      load: async (rows: readonly { readonly id: Id<string> }[], context: ReadContext) => load(travelling, rows, context),
    }),
  };
  return travelling;
}

async function load(
  { entity: Row, resolve, type }: Travelling,
  rows: readonly { readonly id: Id<string> }[],
  context: ReadContext,
): Promise<ReadonlyMap<Id<string>, unknown>> {
  if (resolve === undefined || type === undefined) throw new Error("This field was never given its code.");
  const values = rows.map(async (row): Promise<[Id<string>, unknown]> => {
    const value: unknown = await resolve(Object.assign(new Row(), row), {}, context, undefined as never);
    return [row.id, serialized(type, value)];
  });
  return new Map(await Promise.all(values));
}

function arrive(travelling: Travelling, config: GraphQLFieldConfig<unknown, unknown>, object: GraphQLObjectType): void {
  const { plugin, entity, resolver, field } = travelling;
  if (!isLeafType(getNamedType(config.type))) throw unsupported(plugin, entity, resolver, "不能返回对象", "can give no objects");
  const shown = object.getFields()[field.name];
  if (shown === undefined) throw new Error(`${object.name}.${field.name} was not generated.`);
  // one that fails reads null, and leaves the rest of the answer standing
  travelling.type = getNullableType(config.type);
  travelling.resolve = config.resolve as GraphQLFieldResolver<unknown, ReadContext>;
  shown.type = travelling.type;
  shown.description = config.description;
  shown.deprecationReason = config.deprecationReason;
}

function serialized(type: GraphQLOutputType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [...(value as Iterable<unknown>)].map((item) => serialized(nullable.ofType, item));
  return isLeafType(nullable) ? nullable.serialize(value) : null;
}

function asQuery(resolver: FieldResolver, schemaName: string): Storage["queries"][number] {
  const { target, methodName, complexity, getType, typeOptions, description, deprecationReason } = resolver;
  if (getType === undefined || typeOptions === undefined) throw new Error(`${target.name}.${methodName} does not say its type.`);
  return {
    target,
    methodName,
    schemaName,
    complexity,
    getReturnType: getType,
    returnTypeOptions: typeOptions,
    ...(description === undefined ? {} : { description }),
    ...(deprecationReason === undefined ? {} : { deprecationReason }),
  };
}

function isEntity(value: unknown): value is Entity {
  return typeof value === "function" && "definition" in value;
}

function unsupported(plugin: Plugin, entity: Entity, { target, methodName }: FieldResolver, zh: string, en: string): Refusal {
  const at = `${target.name}.${methodName}`;
  return new Refusal(
    "FIELD_RESOLVER_UNSUPPORTED",
    {
      zh: `插件 ${plugin.name} 的 ${at} 是实体 ${entity.definition.name} 上的字段解析器，${zh}。`,
      en: `${at} of plugin ${plugin.name} is a field resolver on entity ${entity.definition.name}, and such a one ${en}.`,
    },
    { zh: "请改为返回标量，或写成一个 @Query。", en: "Let it give a scalar without arguments, or write it as a @Query." },
  );
}
