import {
  getNamedType,
  GraphQLError,
  isCompositeType,
  isInputType,
  Kind,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { collectFields } from "graphql/execution/collectFields.js";

import type { EntityTypes } from "../schema/entity-types.ts";
import { entityShownBy } from "../schema/meaning.ts";
import type { Question } from "./compilation.ts";
import { Kept } from "./kept.ts";
import { isPlanned, type Plan } from "./root.ts";
import { planRoots, type Root } from "./roots.ts";
import { shapeOf, type Shape, type VariableKind } from "./slots.ts";

/** A root field of an operation, in the order of the answer. */
export interface RootEntry {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  /** Whether its failure is the whole answer's. */
  readonly certain: boolean;
  /** A plan, why there is none, JSON that is known already, or a field that a resolver answers. */
  readonly what:
    | { readonly kind: "planned"; readonly plan: Plan }
    | { readonly kind: "failed"; readonly error: unknown }
    | { readonly kind: "constant"; readonly json: string }
    | { readonly kind: "resolved"; readonly document: DocumentNode };
}

/** The plan of a query for one shape of variables. */
export interface QueryPlan {
  readonly entries: readonly RootEntry[];
  /** Whether a resolver's answer may show entities, which are then read after it. */
  readonly completes: boolean;
  /** How often it has been run. */
  runs: number;
}

/** An operation of a document, made ready once for all its requests. */
export class PreparedOperation {
  readonly operation: OperationDefinitionNode;
  readonly document: DocumentNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Plans of look-ups inside resolvers' answers: by place, type and shape. */
  readonly lookups = new Kept<Plan>();
  readonly #schema: GraphQLSchema;
  readonly #types: EntityTypes;
  readonly #kinds: readonly VariableKind[];
  readonly #queries = new Kept<QueryPlan>();

  /** @throws GraphQLError when the document has no such operation */
  constructor(schema: GraphQLSchema, types: EntityTypes, document: DocumentNode, operationName: string | null | undefined) {
    this.#schema = schema;
    this.#types = types;
    this.document = document;
    this.operation = operationIn(document, operationName);
    this.fragments = Object.fromEntries(
      document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
      ),
    );
    this.#kinds = variableKinds(schema, this.operation, pageSizeVariables(document));
  }

  /** The shape of coerced variables. */
  shape(variables: Readonly<Record<string, unknown>>): Shape {
    return shapeOf(this.#kinds, variables, (type) => this.#types.enums.has(type.name));
  }

  /** What is asked, for variables of a shape. */
  question(shape: Shape): Question {
    return { schema: this.#schema, types: this.#types, fragments: this.fragments, variables: shape.variables };
  }

  /** The fields of the root type that are selected. */
  roots(shape: Shape): ReadonlyMap<string, readonly FieldNode[]> {
    const type = this.#schema.getRootType(this.operation.operation);
    if (type === undefined || type === null) {
      throw new GraphQLError(`The schema has no ${this.operation.operation}.`, { nodes: [this.operation] });
    }
    return collectFields(this.#schema, this.fragments, shape.variables, type, this.operation.selectionSet);
  }

  /** The plan of a query; made once for a shape. */
  query(shape: Shape): QueryPlan {
    return this.#queries.get(shape.key, () => this.#plan(shape));
  }

  /** The document of some root fields alone, as graphql-js can run it. */
  documentOf(nodes: readonly FieldNode[]): DocumentNode {
    const operation: OperationDefinitionNode = { ...this.operation, selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } };
    return { kind: Kind.DOCUMENT, definitions: [operation, ...Object.values(this.fragments)] };
  }

  #plan(shape: Shape): QueryPlan {
    const question = this.question(shape);
    const fields = this.#schema.getQueryType()?.getFields() ?? {};
    const roots = [...this.roots(shape)].map(([key, nodes]) => ({ key, nodes, name: nodes[0]?.name.value ?? "" }));
    const generated = roots.flatMap(({ key, nodes, name }): Root[] => {
      const field = fields[name];
      return field !== undefined && isPlanned(field) ? [{ key, nodes, field }] : [];
    });
    const planned = planRoots(question, generated);
    const plans = new Map(generated.map(({ key }, at) => [key, planned[at]]));
    const entries = roots.map(({ key, nodes, name }): RootEntry => {
      if (name === "__typename") {
        const json = JSON.stringify(this.#schema.getQueryType()?.name);
        return { key, nodes, certain: true, what: { kind: "constant", json } };
      }
      const certain = String(fields[name]?.type).endsWith("!");
      const plan = plans.get(key);
      if (plan === undefined) return { key, nodes, certain, what: { kind: "resolved", document: this.documentOf(nodes) } };
      if ("error" in plan) return { key, nodes, certain, what: { kind: "failed", error: plan.error } };
      return { key, nodes, certain, what: { kind: "planned", plan: plan.value } };
    });
    const completes = entries.some(({ what }) => what.kind === "resolved" && showsEntities(this.#schema, this.#types, what.document));
    return { entries, completes, runs: 0 };
  }
}

function operationIn(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const found = name === null || name === undefined ? operations : operations.filter((operation) => operation.name?.value === name);
  const [operation] = found;
  if (operation !== undefined && found.length === 1) return operation;
  throw new GraphQLError(
    operation === undefined
      ? `文档中没有操作 ${name ?? ""}。 The document has no operation ${name ?? "at all"}.`
      : "文档中有多个操作：请给出 operationName。 The document has several operations: give operationName.",
    { extensions: { code: "OPERATION_RESOLUTION_FAILURE" } },
  );
}

function variableKinds(schema: GraphQLSchema, operation: OperationDefinitionNode, sizes: ReadonlySet<string>): readonly VariableKind[] {
  return (operation.variableDefinitions ?? []).flatMap(({ variable, type }) => {
    const known = typeFromAST(schema, type);
    const name = variable.name.value;
    return known !== undefined && isInputType(known) ? [{ name, type: known, literal: sizes.has(name) }] : [];
  });
}

/** The variables that are handed to `first` or `last`. */
function pageSizeVariables(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    Argument: ({ name, value }) => {
      if ((name.value === "first" || name.value === "last") && value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return names;
}

function showsEntities(schema: GraphQLSchema, types: EntityTypes, document: DocumentNode): boolean {
  const info = new TypeInfo(schema);
  let found = false;
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: () => {
        const type = getNamedType(info.getType());
        found ||= isCompositeType(type) && (entityShownBy(type) !== undefined || type.name === types.node.name);
      },
    }),
  );
  return found;
}
