import { Kind, type ASTNode, type DocumentNode, type FragmentDefinitionNode, type SelectionNode, type SelectionSetNode } from "graphql";

/** The largest count: a document can ask for more than a number can hold. */
export const MOST = Number.MAX_SAFE_INTEGER;

/** The fragments of a document by name. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Where a count passed its limit. */
export interface Passed {
  readonly node: ASTNode;
  /** The way to it: response keys, and fragments as they are spread: `projects.nodes....Row.reports`. */
  readonly path: readonly string[];
}

/** The fragments of a document by name. */
export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  return new Map(definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])));
}

/** What is selected below a selection: in a field, in an inline fragment, or in the fragment that it spreads. */
export function below(selection: SelectionNode, fragments: Fragments): SelectionSetNode | undefined {
  return selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value)?.selectionSet : selection.selectionSet;
}

/** How a selection is called in a path; an inline fragment is no step of its own. */
export function stepOf(selection: SelectionNode): readonly string[] {
  if (selection.kind === Kind.FIELD) return [(selection.alias ?? selection.name).value];
  return selection.kind === Kind.FRAGMENT_SPREAD ? [`...${selection.name.value}`] : [];
}
