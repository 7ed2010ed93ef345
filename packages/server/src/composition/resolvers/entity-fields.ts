import type { Plugin } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import type { GraphQLFieldConfig, GraphQLFieldConfigMap } from "graphql";
import type { getMetadataStorage } from "type-graphql";

import { nameKinds, type Claims } from "../claims/claims.ts";
import { undeclared } from "../references.ts";
import type { PluginClasses } from "./load.ts";
import { methodLabel } from "./reach.ts";

type Storage = ReturnType<typeof getMetadataStorage>;
type FieldResolver = Storage["fieldResolvers"][number];

/** A field that a resolver adds to an entity. */
export interface CustomField {
  readonly entity: EntityModel;
  readonly name: string;
  readonly config: GraphQLFieldConfig<unknown, unknown>;
}

/**
 * The query that stands for a field of an entity while type-graphql builds: it would refuse a `@FieldResolver` on a class that is no object type
 * of its own.
 */
const TRAVELLER = /^xianmai__(\w+?)__(\w+)$/;

/**
 * Turns each `@FieldResolver` on an entity into a query that travels in its stead; {@link arrived} finds them again in the schema.
 *
 * @throws Refusal FIELD_TAKEN, DEPENDENCY_UNDECLARED
 */
export function sendFieldsOfEntities(loaded: readonly PluginClasses[], storage: Storage, model: Model, claims: Claims): void {
  const entities = new Map<unknown, EntityModel>(model.entities.map((entity) => [entity.entity, entity]));
  const owners = new Map<unknown, Plugin>(loaded.flatMap(({ plugin, resolvers }) => resolvers.map((one) => [one, plugin] as const)));
  const targetOf = ({ kind, target }: FieldResolver): unknown =>
    kind === "external" ? storage.resolverClasses.find((one) => one.target === target)?.getObjectType() : undefined;

  const stay: FieldResolver[] = [];
  for (const field of storage.fieldResolvers) {
    const entity = entities.get(targetOf(field));
    if (entity === undefined) {
      stay.push(field);
      continue;
    }
    const plugin = owners.get(field.target);
    checkDependency(model, plugin, entity, field);
    claimField(claims, plugin, entity, field);
    storage.queries.push(traveller(entity, field));
  }
  storage.fieldResolvers = stay;
}

/** Divides the fields of the query type into queries and fields of entities that travelled as such. */
export function arrived(fields: GraphQLFieldConfigMap<unknown, unknown>, model: Model) {
  const query: GraphQLFieldConfigMap<unknown, unknown> = {};
  const entityFields: CustomField[] = [];
  for (const [name, config] of Object.entries(fields)) {
    const [, entityName, field] = TRAVELLER.exec(name) ?? [];
    const entity = model.entities.find((one) => one.name === entityName);
    if (entity === undefined || field === undefined) query[name] = config;
    else entityFields.push({ entity, name: field, config });
  }
  return { query, entityFields };
}

function traveller(entity: EntityModel, field: FieldResolver): Storage["queries"][number] {
  const { target, methodName, schemaName, complexity, getType, typeOptions, description, deprecationReason } = field;
  if (getType === undefined || typeOptions === undefined) throw new Error(`${target.name}.${methodName} does not say its type.`);
  return {
    target,
    methodName,
    schemaName: `xianmai__${entity.name}__${schemaName}`,
    complexity,
    getReturnType: getType,
    returnTypeOptions: typeOptions,
    ...(description === undefined ? {} : { description }),
    ...(deprecationReason === undefined ? {} : { deprecationReason }),
  };
}

function checkDependency(model: Model, plugin: Plugin | undefined, entity: EntityModel, { target, methodName }: FieldResolver): void {
  const owner = model.plugins.find(({ name }) => name === entity.plugin);
  if (plugin === undefined || owner === undefined || owner === plugin || owner.name in plugin.dependsOn) return;
  throw undeclared(plugin, owner, entity.name, methodLabel(target, methodName));
}

function claimField(claims: Claims, plugin: Plugin | undefined, entity: EntityModel, field: FieldResolver): void {
  const name = `${entity.name}.${field.schemaName}`;
  const generated = [{ name: "id" }, ...entity.columns, ...entity.inverses, ...entity.fields].some((one) => one.name === field.schemaName);
  if (generated) {
    const thing = { zh: `字段 ${name}`, en: `field ${name}` };
    claims.claim(nameKinds.field, name, { plugin: entity.plugin, thing, declaration: entity });
  }
  claims.claim(nameKinds.field, name, { plugin: plugin?.name, thing: methodLabel(field.target, field.methodName), declaration: field });
}
