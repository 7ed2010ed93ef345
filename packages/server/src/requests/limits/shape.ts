import { Kind, type DocumentNode, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode } from "graphql";

import { below, fragmentsOf, MOST, stepOf, type Passed } from "./selections.ts";

/** What of an operation can be counted without its schema and its variables, in the order in which it is held against the limits. */
export const SHAPE_FIGURES = ["depth", "aliases", "directives"] as const;
/** One of {@link SHAPE_FIGURES}. */
export type ShapeFigure = (typeof SHAPE_FIGURES)[number];
/** The counts of a selection, its fragments expanded. */
export type Shape = Readonly<Record<ShapeFigure, number>>;

/** The counts of a document's operations. */
export interface Shapes {
  of(operation: OperationDefinitionNode): Shape;
  /** Where, in the order of the document, a count that is above a limit passed it. */
  passed(operation: OperationDefinitionNode, figure: ShapeFigure, limit: number): Passed;
}

const NOTHING: Shape = { depth: 0, aliases: 0, directives: 0 };

/** Counts a document's operations as if every fragment stood wherever it is spread, yet looks at each only once. */
export function shapesOf(document: DocumentNode): Shapes {
  const fragments = fragmentsOf(document);
  const known = new Map<SelectionSetNode, Shape>();

  const inside = (set: SelectionSetNode | undefined): Shape => {
    if (set === undefined) return NOTHING;
    const found = known.get(set);
    if (found !== undefined) return found;
    // a fragment that spreads itself is refused by validation; should one come this far, it ends here
    known.set(set, NOTHING);
    const counted = set.selections.reduce((sum, one) => beside(sum, whole(one)), NOTHING);
    known.set(set, counted);
    return counted;
  };
  const own = (selection: SelectionNode): Shape => {
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : undefined;
    return {
      depth: selection.kind === Kind.FIELD ? 1 : 0,
      aliases: selection.kind === Kind.FIELD && selection.alias !== undefined ? 1 : 0,
      directives: (selection.directives ?? []).length + (fragment?.directives ?? []).length,
    };
  };
  const whole = (selection: SelectionNode): Shape => within(own(selection), inside(below(selection, fragments)));

  return {
    of: (operation) => within(ofOperation(operation), inside(operation.selectionSet)),
    passed: (operation, figure, limit) => {
      let left = limit - ofOperation(operation)[figure];
      const path: string[] = [];
      let set: SelectionSetNode | undefined = left < 0 ? undefined : operation.selectionSet;
      while (set !== undefined) {
        let next: SelectionSetNode | undefined;
        for (const selection of set.selections) {
          const total = whole(selection)[figure];
          if (total <= left) {
            if (figure !== "depth") left -= total;
            continue;
          }
          path.push(...stepOf(selection));
          left -= own(selection)[figure];
          if (left < 0) return { node: selection, path };
          next = below(selection, fragments);
          break;
        }
        set = next;
      }
      return { node: operation, path };
    },
  };
}

function ofOperation({ directives = [], variableDefinitions = [] }: OperationDefinitionNode): Shape {
  const ofVariables = variableDefinitions.reduce((sum, one) => sum + (one.directives ?? []).length, 0);
  return { ...NOTHING, directives: directives.length + ofVariables };
}

function beside(left: Shape, right: Shape): Shape {
  return {
    depth: Math.max(left.depth, right.depth),
    aliases: Math.min(MOST, left.aliases + right.aliases),
    directives: Math.min(MOST, left.directives + right.directives),
  };
}

function within(outer: Shape, inner: Shape): Shape {
  return { ...beside(outer, inner), depth: outer.depth + inner.depth };
}
