import { entityShownBy, pluginOf, type EntityTypes } from "@xianmai/query";
import {
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLFieldConfigMap,
  type GraphQLNamedType,
  type GraphQLType,
} from "graphql";

import { nameKinds, taken, type Claimant, type Claims } from "./claims.ts";

/**
 * Claims the types that were made from the declarations, such as `ProjectFilter`; what is declared itself is claimed already.
 *
 * @throws Refusal that names both culprits
 */
export function claimGenerated(claims: Claims, types: EntityTypes): void {
  const declared = new Set<GraphQLNamedType>(types.enums.values());
  for (const type of types.all) {
    if (entityShownBy(type) === undefined && !declared.has(type)) claims.claim(nameKinds.type, type.name, ownerOf(type, claims));
  }
}

/**
 * Checks that no two types of one name meet in a schema; graphql-js would refuse them without saying whose they are.
 *
 * @throws Refusal that names both culprits
 */
export function checkUnique(
  claims: Claims,
  roots: readonly GraphQLFieldConfigMap<unknown, unknown>[],
  types: readonly GraphQLNamedType[],
): void {
  const found = new Map<string, GraphQLNamedType>();
  for (const type of reachable(roots, types)) {
    const other = found.get(type.name);
    if (other === undefined) found.set(type.name, type);
    else if (other !== type) throw taken(nameKinds.type, type.name, ownerOf(other, claims), ownerOf(type, claims));
  }
}

function ownerOf(type: GraphQLNamedType, claims: Claims): Claimant {
  const thing = { zh: `类型 ${type.name}`, en: `type ${type.name}` };
  return { plugin: pluginOf(type) ?? claims.holder(nameKinds.type, type.name)?.plugin, thing, declaration: type };
}

function reachable(
  roots: readonly GraphQLFieldConfigMap<unknown, unknown>[],
  types: readonly GraphQLNamedType[],
): ReadonlySet<GraphQLNamedType> {
  const seen = new Set<GraphQLNamedType>();
  const visit = (type: GraphQLType): void => void seen.add(getNamedType(type));
  for (const type of types) visit(type);
  for (const field of roots.flatMap((root) => Object.values(root))) {
    visit(field.type);
    for (const argument of Object.values(field.args ?? {})) visit(argument.type);
  }
  // a set that grows while it is walked is walked to its end
  for (const type of seen) {
    if (isUnionType(type)) for (const member of type.getTypes()) visit(member);
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) visit(field.type);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const implemented of type.getInterfaces()) visit(implemented);
    for (const field of Object.values(type.getFields())) {
      visit(field.type);
      for (const argument of field.args) visit(argument.type);
    }
  }
  return seen;
}
