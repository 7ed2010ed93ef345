import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from "graphql";

/** Everything that can be asked of a type: all its fields, two rows deep. */
function selection(type: GraphQLOutputType, rows: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return "";
  if (isInterfaceType(named)) return "{ __typename id }";
  if (!isObjectType(named)) throw new Error(`${named.name} has no fields.`);
  const left = named.getInterfaces().length > 0 ? rows - 1 : rows;
  const fields = Object.values(named.getFields()).filter((field) => isLeafType(getNamedType(field.type)) || left > 0);
  return `{ __typename ${fields.map((field) => asked(field, left)).join(" ")} }`;
}

function asked(field: GraphQLField<unknown, unknown>, rows: number): string {
  return `${field.name} ${selection(field.type, rows)}`;
}

/** A query for every root field, of everything that can be asked of it. @param ids rows that there are, by their global ids */
export function* questions(query: GraphQLObjectType, ids: readonly string[]): Generator<string> {
  for (const field of Object.values(query.getFields())) {
    if (field.name === "nodes") yield `{ nodes(ids: ${JSON.stringify(ids)}) { __typename id } }`;
    else if (field.args.some(({ name }) => name === "id")) {
      const { name } = getNamedType(field.type);
      const own = ids.find((id) => id.startsWith(`${name}:`)) ?? `${name}:00000000-0000-4000-8000-000000000000`;
      yield `{ ${field.name}(id: ${JSON.stringify(own)}) ${selection(field.type, 2)} }`;
    } else if (!field.args.some(isRequiredArgument)) yield `{ ${asked(field, 2)} }`;
  }
}
