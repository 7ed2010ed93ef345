import {
  getArgumentValues,
  Kind,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
} from "graphql";
import type { Operation } from "../../requests/operations.ts";

import { PAGE } from "./fields.ts";

/** An operation with one root field, which may be asked page after page. */
export interface RootOperation {
  /** The operation with the page behind a cursor, which the answer before has told; `size` rows, or all at once where the list is not paged. */
  readonly page: (after: string | undefined, size: number) => Operation;
  /** Whether the whole list is wanted, which the API gives in pages alone. */
  readonly isPaged: boolean;
}

const AFTER = "xm_after";

/**
 * The root field of an operation as an operation of its own. A root list that says neither `first` nor `last` is meant whole in a workbook.
 *
 * What is made keeps the text that it was made from: what was registered is trusted in parts too.
 */
export function rootOperation(
  { document, operationName, variables }: Operation,
  operation: OperationDefinitionNode,
  field: GraphQLField<unknown, unknown>,
  nodes: readonly FieldNode[],
  coerced: Readonly<Record<string, unknown>>,
): RootOperation {
  const [first] = nodes;
  const given = first === undefined ? {} : getArgumentValues(field, first, coerced);
  const isPaged = field.args.some(({ name }) => name === "after") && isUnsaid(given["first"]) && isUnsaid(given["last"]);
  const fragments = document.definitions.filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION);
  const made = new Map<number, DocumentNode>();
  const documentOf = (size: number): DocumentNode => {
    const known = made.get(size) ?? documentWith(document, operation, isPaged ? nodes.map((node) => pageOf(node, size)) : nodes, fragments);
    made.set(size, known);
    return known;
  };
  return {
    isPaged,
    page: (after, size) => ({
      document: documentOf(size),
      operationName,
      variables: { ...variables, [AFTER]: after ?? given["after"] },
    }),
  };
}

/** Where a page that was asked for ends; `undefined` where the list does. */
export function endOf(value: unknown): string | undefined {
  const { [PAGE]: page } = Object(value) as { readonly [PAGE]?: { readonly hasNextPage: boolean; readonly endCursor: string } };
  const { hasNextPage, endCursor } = page ?? {};
  return hasNextPage === true ? endCursor : undefined;
}

function isUnsaid(value: unknown): boolean {
  return value === undefined || value === null;
}

function documentWith(
  { loc }: DocumentNode,
  operation: OperationDefinitionNode,
  selections: readonly SelectionNode[],
  fragments: readonly FragmentDefinitionNode[],
): DocumentNode {
  const after = { kind: Kind.VARIABLE_DEFINITION, variable: variable(AFTER), type: typeNamed("String") } as const;
  const only: OperationDefinitionNode = {
    ...operation,
    variableDefinitions: [...(operation.variableDefinitions ?? []), after],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  return { kind: Kind.DOCUMENT, definitions: [only, ...fragments], ...(loc === undefined ? {} : { loc }) };
}

/** A list's field with its page's size and cursor, asked where the page ends. */
function pageOf(node: FieldNode, size: number): FieldNode {
  const others = (node.arguments ?? []).filter(({ name }) => !["first", "last", "after"].includes(name.value));
  const page: readonly ArgumentNode[] = [
    { kind: Kind.ARGUMENT, name: nameOf("first"), value: { kind: Kind.INT, value: String(size) } },
    { kind: Kind.ARGUMENT, name: nameOf("after"), value: variable(AFTER) },
  ];
  const told: FieldNode = {
    kind: Kind.FIELD,
    name: nameOf("pageInfo"),
    alias: nameOf(PAGE),
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: ["hasNextPage", "endCursor"].map((name) => ({ kind: Kind.FIELD, name: nameOf(name) })),
    },
  };
  const selections = [...(node.selectionSet?.selections ?? []), told];
  return { ...node, arguments: [...others, ...page], selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

function nameOf(value: string) {
  return { kind: Kind.NAME, value } as const;
}

function variable(name: string) {
  return { kind: Kind.VARIABLE, name: nameOf(name) } as const;
}

function typeNamed(name: string): NamedTypeNode {
  return { kind: Kind.NAMED_TYPE, name: nameOf(name) };
}
