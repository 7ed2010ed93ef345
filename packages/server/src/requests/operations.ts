import type { Executor, RawResult } from "@xianmai/query";
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type OperationDefinitionNode,
} from "graphql";

import type { Measures } from "../surfaces/metrics.ts";
import type { ServerContext } from "./context.ts";
import { asGraphQLError, presentable, type ErrorLog } from "./errors.ts";
import type { Gate } from "./gate.ts";

/** A parsed and validated document, and which of its operations to run with what. */
export interface Operation {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
}

/** By which door an operation came. */
export type Transport = "http" | "websocket";

/** Runs operations for every transport alike. Errors in what it gives are fit for clients. */
export interface Operations {
  /** Runs a query or a mutation. */
  execute(operation: Operation, context: ServerContext, transport: Transport): Promise<ExecutionResult | RawResult>;
  /** Starts a subscription. */
  subscribe(operation: Operation, context: ServerContext): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
  /** False from the moment on at which it is being closed. */
  readonly accepting: boolean;
  /** Takes no more operations; resolves once nothing is running. */
  close(): Promise<void>;
}

/** What operations are run with. */
export interface OperationParts {
  readonly executor: Executor;
  readonly gate: Gate;
  /** Seconds that a statement may take, for messages. */
  readonly statementSeconds: number;
  readonly measures: Measures;
  readonly log: ErrorLog;
}

/** Makes the one place through which every operation goes. */
export function createOperations({ executor, gate, statementSeconds, measures, log }: OperationParts): Operations {
  let running = 0;
  let accepting = true;
  const idle = Promise.withResolvers<void>();
  const present = <Result extends ExecutionResult | RawResult>(result: Result, { language }: ServerContext): Result =>
    result.errors === undefined
      ? result
      : { ...result, errors: result.errors.map((error) => presentable(error, { language, statementSeconds, log })) };

  const run = async ({ document, operationName, variables }: Operation, context: ServerContext): Promise<ExecutionResult | RawResult> => {
    try {
      return present(await executor.execute({ document, operationName, variables, context }), context);
    } catch (thrown) {
      return present({ errors: [asGraphQLError(thrown)], data: null }, context);
    }
  };

  return {
    get accepting() {
      return accepting;
    },
    execute: async (operation, context, transport) => {
      if (!accepting) return { errors: [stopping(context)], data: null };
      const found = getOperationAST(operation.document, operation.operationName);
      if (found === null || found === undefined) return { errors: [unresolved(operation, context)] };
      if (found.operation === OperationTypeNode.SUBSCRIPTION) return { errors: [subscriptionsNeedASocket(found, context)] };
      const refusal = gate.refusal(operation, context.viewer, context.language);
      if (refusal !== undefined) return { errors: [refusal] };
      running += 1;
      const began = performance.now();
      try {
        const result = await run(operation, context);
        measures.operation(transport, found.operation, performance.now() - began, result.errors === undefined ? "ok" : "errors");
        return result;
      } finally {
        running -= 1;
        if (running === 0 && !accepting) idle.resolve();
      }
    },
    subscribe: async (operation, context) => {
      if (!accepting) return { errors: [stopping(context)], data: null };
      const refusal = gate.refusal(operation, context.viewer, context.language);
      if (refusal !== undefined) return { errors: [refusal] };
      const started = await executor.subscribe({ ...operation, context });
      if (!(Symbol.asyncIterator in started)) return present(started, context);
      measures.subscriptions.inc();
      return presented(
        started,
        (result) => present(result, context),
        () => measures.subscriptions.dec(),
      );
    },
    close: async () => {
      accepting = false;
      if (running > 0) await idle.promise;
    },
  };
}

/** The results of a subscription, each made fit for clients; ended from outside it ends its source at once. */
function presented(
  source: AsyncIterableIterator<ExecutionResult>,
  present: (result: ExecutionResult) => ExecutionResult,
  ended: () => void,
): AsyncIterableIterator<ExecutionResult> {
  let open = true;
  const end = (): IteratorReturnResult<undefined> => {
    if (open) ended();
    open = false;
    return { done: true, value: undefined };
  };
  return {
    next: async () => {
      const step = await source.next();
      return step.done === true ? end() : { done: false, value: present(step.value) };
    },
    return: async () => {
      await source.return?.();
      return end();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function unresolved({ operationName }: Operation, { language }: ServerContext): GraphQLError {
  const named = operationName ?? "";
  const message =
    language === "en"
      ? `The document has no single operation${named === "" ? "" : ` called ${named}`}. Name one of its operations in operationName.`
      : `文档中没有唯一的操作${named === "" ? "" : ` ${named}`}。请用 operationName 指明其中一个。`;
  return new GraphQLError(message, { extensions: { code: "OPERATION_RESOLUTION_FAILURE" } });
}

function subscriptionsNeedASocket(operation: OperationDefinitionNode, { language }: ServerContext): GraphQLError {
  const message =
    language === "en"
      ? "Subscriptions are answered over WebSocket: use the graphql-transport-ws protocol on this path."
      : "订阅须使用 WebSocket：请在同一路径上使用 graphql-transport-ws 协议。";
  return new GraphQLError(message, { nodes: operation, extensions: { code: "BAD_REQUEST" } });
}

function stopping({ language }: ServerContext): GraphQLError {
  const message = language === "en" ? "The server is being restarted. Try again shortly." : "服务器正在重新启动，请稍后重试。";
  return new GraphQLError(message, { extensions: { code: "SERVER_STOPPING" } });
}
