import {
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLUnionType,
  isIntrospectionType,
  isSpecifiedScalarType,
  printType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from "graphql";

/** What `whole` has beyond `base`, as SDL: its new types, and `extend` with what it adds to those that were there. Both schemas are sorted. */
export function additionsTo(base: GraphQLSchema, whole: GraphQLSchema): string {
  const known = base.getTypeMap();
  return Object.values(whole.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => {
      const before = known[type.name];
      if (before === undefined) return [printType(type)];
      const added = beyond(before, type);
      return added === undefined ? [] : [`extend ${printType(added)}`];
    })
    .join("\n\n");
}

/** The type with nothing but what it has beyond `before`; `undefined` when that is nothing. */
function beyond(before: GraphQLNamedType, type: GraphQLNamedType): GraphQLNamedType | undefined {
  if (type instanceof GraphQLObjectType && before instanceof GraphQLObjectType) {
    const config = type.toConfig();
    const fields = without(config.fields, before.getFields());
    const interfaces = config.interfaces.filter(({ name }) => !before.getInterfaces().some((known) => known.name === name));
    return empty(fields) && interfaces.length === 0
      ? undefined
      : new GraphQLObjectType({ ...config, description: null, interfaces, fields });
  }
  if (type instanceof GraphQLInterfaceType && before instanceof GraphQLInterfaceType) {
    const config = type.toConfig();
    const fields = without(config.fields, before.getFields());
    return empty(fields) ? undefined : new GraphQLInterfaceType({ ...config, description: null, interfaces: [], fields });
  }
  if (type instanceof GraphQLInputObjectType && before instanceof GraphQLInputObjectType) {
    const config = type.toConfig();
    const fields = without(config.fields, before.getFields());
    return empty(fields) ? undefined : new GraphQLInputObjectType({ ...config, description: null, fields });
  }
  if (type instanceof GraphQLEnumType && before instanceof GraphQLEnumType) {
    const config = type.toConfig();
    const values = without(config.values, Object.fromEntries(before.getValues().map((value) => [value.name, value])));
    return empty(values) ? undefined : new GraphQLEnumType({ ...config, description: null, values });
  }
  if (type instanceof GraphQLUnionType && before instanceof GraphQLUnionType) {
    const config = type.toConfig();
    const types = config.types.filter(({ name }) => !before.getTypes().some((known) => known.name === name));
    return types.length === 0 ? undefined : new GraphQLUnionType({ ...config, description: null, types });
  }
  return undefined;
}

function without<Value>(all: Readonly<Record<string, Value>>, known: Readonly<Record<string, unknown>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !(name in known)));
}

function empty(record: object): boolean {
  return Object.keys(record).length === 0;
}
