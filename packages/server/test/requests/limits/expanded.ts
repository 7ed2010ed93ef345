import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";

/** One field of an operation whose fragments were written out, with what stands on the way to it. */
interface Written {
  readonly name: string;
  readonly node: FieldNode;
  readonly children: readonly Written[];
}

type Given = Readonly<Record<string, unknown>>;

/**
 * Counts an operation the slow way, as an oracle: writes every fragment out wherever it is spread, and looks at every field that then stands there.
 * Shares no code with what it is held against.
 */
export function expandedCounts(schema: GraphQLSchema, document: DocumentNode, variables: Given): Readonly<Record<string, number>> {
  const operation = document.definitions.find((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION)!;
  let directives = 0;
  const write = (set: SelectionSetNode): Written[] =>
    set.selections.flatMap((selection): Written[] => {
      directives += selection.directives!.length;
      if (selection.kind === Kind.INLINE_FRAGMENT) return write(selection.selectionSet);
      if (selection.kind === Kind.FIELD) {
        const children = selection.selectionSet === undefined ? [] : write(selection.selectionSet);
        return [{ name: selection.name.value, node: selection, children }];
      }
      const fragment = document.definitions.find((one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value);
      if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) throw new Error(selection.name.value);
      return write(fragment.selectionSet);
    });
  const fields = write(operation.selectionSet);
  const depth = (of: readonly Written[]): number => Math.max(0, ...of.map(({ children }) => 1 + depth(children)));
  const aliases = (of: readonly Written[]): number =>
    of.reduce((sum, { node, children }) => sum + (node.alias === undefined ? 0 : 1) + aliases(children), 0);
  return { depth: depth(fields), aliases: aliases(fields), directives, cost: costOf(schema, schema.getQueryType()!, fields, variables, 0) };
}

/** Adds up field by field: an object counts one, times the lists around it; a count 500 and sums 2,500 apart from that. */
function costOf(schema: GraphQLSchema, parent: GraphQLObjectType, fields: readonly Written[], variables: Given, page: number): number {
  let rows = 0;
  const visit = (type: GraphQLObjectType, of: readonly Written[], times: number, pageOf: number): void => {
    for (const { name, node, children } of of) {
      const field = type.getFields()[name];
      if (field === undefined) continue;
      const named = getNamedType(field.type);
      const said = (argument: string): unknown => {
        const value = node.arguments!.find((one) => one.name.value === argument)?.value;
        if (value?.kind === Kind.VARIABLE) return variables[value.name.value];
        if (value?.kind === Kind.INT) return Number(value.value);
        return value?.kind === Kind.LIST ? value.values : undefined;
      };
      const length = (said("first") ?? said("last") ?? (type === schema.getQueryType() ? 100 : 20)) as number;
      if (name === "totalCount") rows += 500;
      if (name.endsWith("Sums")) rows += 2_500;
      if (!isCompositeType(named)) continue;
      let each = times;
      if (isListType(getNullableType(field.type))) {
        if (name === "nodes" && type.name.endsWith("Connection")) each = times * pageOf;
        else if (name.endsWith("Sums")) each = times * (((said("groupBy") ?? []) as readonly unknown[]).length > 0 ? length : 1);
        else each = times * length;
      }
      rows += each;
      visit(named as GraphQLObjectType, children, each, length);
    }
  };
  visit(parent, fields, 1, page);
  return rows;
}
