import type { ReadPool, WritePool } from "@xianmai/database";
import { getVariableValues, GraphQLError, OperationTypeNode, type DocumentNode, type ExecutionResult, type GraphQLSchema } from "graphql";

import type { Orm } from "./mutate/orm.ts";
import { PreparedOperation } from "./plan/prepared.ts";
import { completeEntities } from "./run/completing.ts";
import type { BatchObservation, Engine, Reader, Run } from "./run/engine.ts";
import { graphqlError } from "./run/errors.ts";
import type { RequestContext } from "./run/request.ts";
import type { RawResult } from "./run/result.ts";
import { runMutation } from "./run/run-mutation.ts";
import { runQuery, type QueryOutcome } from "./run/run-query.ts";
import { runSubscription } from "./run/run-subscription.ts";
import { ViewerSettings } from "./run/viewer-settings.ts";
import type { EntityTypes } from "./schema/entity-types.ts";

/** What an executor is made of. */
export interface ExecutorParts {
  /** The composed schema. Its resolvers are taught to answer with entities. */
  readonly schema: GraphQLSchema;
  readonly types: EntityTypes;
  readonly readPool: ReadPool;
  readonly writePool: WritePool;
  readonly orm: Orm;
  /** Told of every round trip to the database. */
  readonly observe?: (observation: BatchObservation) => void;
}

/** One operation to run; its document has been validated against the schema. */
export interface OperationRequest {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly context: RequestContext;
}

/** Runs operations over a composed schema. */
export interface Executor {
  /**
   * Runs a query or a mutation. What goes wrong is in the result's errors, with the path and, for what the caller can act on, a code;
   * an unexpected failure is the `originalError` of one without.
   */
  execute(request: OperationRequest): Promise<ExecutionResult | RawResult>;
  /** Runs a query, and tells what each of its root fields depends on. */
  query(request: OperationRequest): Promise<QueryOutcome>;
  /** Begins a subscription: an iterator of results, or one result with errors. */
  subscribe(request: OperationRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

/** Makes an executor. Pools and ORM stay their owner's to close. */
export function createExecutor({ schema, types, readPool, writePool, orm, observe }: ExecutorParts): Executor {
  completeEntities(schema, types);
  const settings = new ViewerSettings();
  const engine: Engine = { schema, types, readPool, writePool, orm, settings, readers: new Set<Reader>(), observe };
  const documents = new WeakMap<DocumentNode, Map<string, PreparedOperation>>();
  const prepare = ({ document, operationName }: OperationRequest): PreparedOperation => {
    const operations = documents.get(document) ?? new Map<string, PreparedOperation>();
    documents.set(document, operations);
    const known = operations.get(operationName ?? "");
    if (known !== undefined) return known;
    const made = new PreparedOperation(schema, types, document, operationName);
    operations.set(operationName ?? "", made);
    return made;
  };
  const begin = (request: OperationRequest, allowed: readonly OperationTypeNode[]): Run | ExecutionResult => {
    try {
      const prepared = prepare(request);
      const { operation } = prepared.operation;
      if (!allowed.includes(operation)) throw wrongKind(operation);
      const given = request.variables ?? {};
      const { coerced, errors } = getVariableValues(schema, prepared.operation.variableDefinitions ?? [], given, { maxErrors: 50 });
      if (coerced === undefined) return { errors: errors.map(badInput) };
      return { prepared, shape: prepared.shape(coerced), given, variables: coerced, request: request.context };
    } catch (error) {
      return { errors: [graphqlError(error, request.context.language, {})] };
    }
  };
  return {
    execute: async (request) => {
      const run = begin(request, [OperationTypeNode.QUERY, OperationTypeNode.MUTATION]);
      if (!("prepared" in run)) return run;
      return run.prepared.operation.operation === OperationTypeNode.QUERY ? (await runQuery(engine, run)).result : runMutation(engine, run);
    },
    query: async (request) => {
      const run = begin(request, [OperationTypeNode.QUERY]);
      return "prepared" in run ? runQuery(engine, run) : { result: run, reads: () => new Map() };
    },
    subscribe: async (request) => {
      const run = begin(request, [OperationTypeNode.SUBSCRIPTION]);
      return "prepared" in run ? runSubscription(engine, run) : run;
    },
  };
}

function badInput({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes: nodes ?? null, extensions: { code: "BAD_USER_INPUT" } });
}

function wrongKind(operation: string): GraphQLError {
  return new GraphQLError(`这里不能执行 ${operation}。 A ${operation} cannot be run here.`, {
    extensions: { code: "OPERATION_RESOLUTION_FAILURE" },
  });
}
