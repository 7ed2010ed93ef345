import { isUuid, Refusal } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import {
  defaultFieldResolver,
  getNamedType,
  isObjectType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from "graphql";

import type { EntityTypes } from "../schema/entity-types.ts";
import { entityShownBy, meaningOf, pluginOf } from "../schema/meaning.ts";
import { scopeIn } from "./resolver-scope.ts";

const DONE = "xianmai completes";

/**
 * Lets resolvers answer with entities: wherever a field that was not generated gives one, the row is read by its key as the operation
 * selects it, together with all others. And every mutation field runs in a transaction of its own.
 *
 * Doing it twice to one schema is the same as doing it once.
 */
export function completeEntities(schema: GraphQLSchema, types: EntityTypes): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__") || entityShownBy(type) !== undefined) continue;
    const isMutation = type === schema.getMutationType();
    for (const field of Object.values(type.getFields())) {
      if (field.extensions[DONE] === true || meaningOf(field) !== undefined) continue;
      const shown = getNamedType(field.type);
      const shows = shown.name === types.node.name || entityShownBy(shown) !== undefined;
      // the parts of a connection are of generated types, whose objects were read already
      if (!isMutation && (!shows || isRead(type, types))) continue;
      replace(field, isMutation, shows ? shown : undefined, types);
    }
  }
}

function isRead(type: GraphQLNamedType, types: EntityTypes): boolean {
  return pluginOf(type) !== undefined && types.all.some(({ name }) => name === type.name);
}

function replace(
  field: GraphQLField<unknown, unknown>,
  transaction: boolean,
  shown: GraphQLNamedType | undefined,
  types: EntityTypes,
): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = async (source, args, context, info) => {
    const scope = scopeIn(context);
    const work = (): unknown => resolve(source, args, context, info);
    const value: unknown = await (transaction && scope?.mutation !== undefined ? scope.mutation.transaction(work) : work());
    return shown === undefined || scope === undefined ? value : completed(value, shown, types, context, info);
  };
  field.extensions = { ...field.extensions, [DONE]: true };
}

async function completed(
  value: unknown,
  shown: GraphQLNamedType,
  types: EntityTypes,
  context: unknown,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const found: unknown = await value;
  if (found === null || found === undefined || found instanceof Error) return found;
  // graphql-js waits for each item, and one that fails is null alone
  if (Array.isArray(found)) return found.map(async (item) => completed(item, shown, types, context, info));
  const entity = entityShownBy(shown) ?? entityOfRow(found, types);
  const { id } = found as { readonly id?: unknown };
  if (entity === undefined || typeof id !== "string" || !isUuid(id)) throw noRow(info);
  const row = await scopeIn(context)?.scope.complete(entity, id, info);
  // an interface asks its objects for their type
  return isObjectType(shown) || row === null || typeof row !== "object" ? row : { ...row, __typename: entity.name };
}

/** The entity of a row whose place in the schema does not say it: a `Node`. */
function entityOfRow(row: object, types: EntityTypes): EntityModel | undefined {
  return types.model.entities.find(
    ({ entity, name }) => row instanceof entity || (row as { readonly __typename?: unknown }).__typename === name,
  );
}

function noRow({ parentType, fieldName }: GraphQLResolveInfo): Refusal {
  const at = `${parentType.name}.${fieldName}`;
  return new Refusal(
    "RESOLVER_GAVE_NO_ROW",
    {
      zh: `${at} 的解析函数返回的不是实体：没有 id。`,
      en: `The resolver of ${at} answered with something that is no entity: it has no id.`,
    },
    {
      zh: "请返回实体，或 { id }（行的 UUID，不是全局标识）。",
      en: "Answer with the entity, or with { id }: the bare UUID, not the global id.",
    },
  );
}
