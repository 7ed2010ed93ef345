import type { Language } from "@xianmai/plugin-api";
import { getOperationAST, type DocumentNode, type GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from "graphql";

import { costsOf, type Costs } from "./cost.ts";
import { tooLarge } from "./refusals.ts";
import { SHAPE_FIGURES, shapesOf, type Shapes } from "./shape.ts";

/** The most that one operation may ask for. */
export interface OperationLimits {
  /** Fields within fields. */
  readonly depth: number;
  /** Fields under another name, those in fragments each time they are spread. */
  readonly aliases: number;
  /** Directives, those in fragments each time they are spread. */
  readonly directives: number;
  /** Lexical tokens of the whole document. */
  readonly tokens: number;
  /** Objects that the answer may show by the sizes of its lists, and what sums, counts and changes cost beside. */
  readonly cost: number;
}

/** What every dashboard stays below and no attack does. */
export const DEFAULT_LIMITS: OperationLimits = { depth: 20, aliases: 500, directives: 200, tokens: 10_000, cost: 500_000 };

/** What is asked about: a document that is valid, and which of its operations to run with what. */
export interface Asked {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
}

/** Holds operations against the limits. */
export interface LimitCheck {
  /** Why an operation asks for too much; `undefined` when it does not, or when the document has no such operation. */
  refusal(asked: Asked, language: Language): GraphQLError | undefined;
}

interface Weighed {
  readonly shapes: Shapes;
  readonly costs: Costs;
  /** Operations whose shape is within the limits. */
  readonly fitting: Set<OperationDefinitionNode>;
}

/** Checks operations of one schema. What does not depend on variables is counted once per document. */
export function createLimitCheck(schema: GraphQLSchema, limits: OperationLimits): LimitCheck {
  const documents = new WeakMap<DocumentNode, Weighed>();
  const weighed = (document: DocumentNode): Weighed => {
    const known = documents.get(document) ?? { shapes: shapesOf(document), costs: costsOf(schema, document), fitting: new Set() };
    documents.set(document, known);
    return known;
  };
  return {
    refusal: ({ document, operationName, variables }, language) => {
      const operation = getOperationAST(document, operationName);
      if (operation === null || operation === undefined) return undefined;
      const { shapes, costs, fitting } = weighed(document);
      if (!fitting.has(operation)) {
        const refusal = shapeRefusal(shapes, operation, limits, language);
        if (refusal !== undefined) return refusal;
        fitting.add(operation);
      }
      return costRefusal(costs, operation, variables ?? {}, limits.cost, language);
    },
  };
}

function shapeRefusal(
  shapes: Shapes,
  operation: OperationDefinitionNode,
  limits: OperationLimits,
  language: Language,
): GraphQLError | undefined {
  const shape = shapes.of(operation);
  for (const figure of SHAPE_FIGURES) {
    const limit = limits[figure];
    const found = shape[figure];
    if (found > limit) return tooLarge({ figure, limit, found, passed: shapes.passed(operation, figure, limit) }, language);
  }
  return undefined;
}

function costRefusal(
  costs: Costs,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  limit: number,
  language: Language,
): GraphQLError | undefined {
  const found = costs.of(operation, variables);
  if (found <= limit) return undefined;
  return tooLarge({ figure: "cost", limit, found, passed: costs.passed(operation, variables, limit) }, language);
}
