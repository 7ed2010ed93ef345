import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { handleProtocols, makeServer, type Server } from "graphql-ws";
import { GraphQLError, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from "graphql";
import { Refusal, type Viewer } from "@xianmai/plugin-api";
import type { Logger } from "pino";
import { WebSocketServer, type WebSocket } from "ws";

import { VIEWER_PARAMETER, viewerIn } from "../access/named-viewer.ts";
import { contextOf, type ServerContext, type Surroundings } from "../requests/context.ts";
import { languageOf } from "../requests/language.ts";
import { unknownHash, type Gate } from "../requests/gate.ts";
import type { Operation, Operations } from "../requests/operations.ts";
import { presentedIn } from "../requests/presented.ts";
import type { Measures } from "../surfaces/metrics.ts";
import { LARGEST_BODY } from "./body.ts";
import type { Documents } from "./documents.ts";
import { onlyResult } from "./only-result.ts";
import { carry, type Opened } from "./socket.ts";

/** The sockets of a server. */
export interface Sockets {
  /** Takes over a request that asks to become a socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Resolves when queries and mutations under way are answered, and said to be complete: a client sends again what was not. */
  drain(): Promise<void>;
  /** Closes every socket as "going away" (1001), upon which clients connect again; those that do not answer are cut off. */
  close(): Promise<void>;
}

/** What sockets are served with. */
export interface SocketParts {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly operations: Operations;
  readonly gate: Gate;
  readonly surroundings: Surroundings;
  readonly measures: Measures;
  readonly log: Logger;
}

/** How long a client may take to answer that its socket closes. */
const CLOSING = 2_000;

/** Serves graphql-ws (the protocol graphql-transport-ws): queries, mutations and subscriptions. */
export function serveSockets(parts: SocketParts): Sockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_BODY, perMessageDeflate: false, handleProtocols });
  const underWay = new Map<object, PromiseWithResolvers<void>>();
  const protocol = protocolOf(parts, underWay);
  sockets.on("connection", (socket: WebSocket, request: IncomingMessage) => {
    parts.measures.sockets.inc();
    socket.once("close", () => parts.measures.sockets.dec());
    carry(protocol, socket, request, parts.log);
  });
  return {
    upgrade: (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit("connection", opened, request)),
    drain: async () => {
      await Promise.all([...underWay.values()].map(async ({ promise }) => promise));
    },
    close: async () => closeAll(sockets),
  };
}

interface Carried {
  readonly payload: object;
  readonly operation: Operation;
  readonly context: ServerContext;
}

function protocolOf(
  { schema, documents, operations, gate, surroundings }: SocketParts,
  underWay: Map<object, PromiseWithResolvers<void>>,
): Server<Opened> {
  return makeServer<Record<string, unknown>, Opened>({
    // an operation is made here, where its socket is known, and travels in the place of the context
    onSubscribe: async (
      { extra: { request, signal }, connectionParams },
      _id,
      payload,
    ): Promise<ExecutionArgs | readonly GraphQLError[]> => {
      const viewer = await viewerOf(surroundings, request, connectionParams);
      if (viewer instanceof GraphQLError) return [viewer];
      const { operationName, variables } = payload;
      const language = languageOf(request.headers["accept-language"]);
      const admitted = gate.admit(presentedIn({ ...payload }), viewer, language);
      if (admitted instanceof GraphQLError) return [admitted];
      const document = admitted.text === undefined ? [unknownHash()] : documents.get(admitted.text);
      if (!("kind" in document)) return document;
      const operation: Operation = { document, operationName, variables };
      return {
        schema,
        document,
        operationName,
        contextValue: { payload, operation, context: contextOf(surroundings, { language, viewer, signal }) } satisfies Carried,
      };
    },
    // an iterator, because graphql-ws ends one when the client says that it wants no answer any more, or is gone
    execute: ({ contextValue }) => {
      const { payload, operation, context } = contextValue as Carried;
      underWay.set(payload, Promise.withResolvers());
      // data that is JSON already is read back by JSON.stringify, which graphql-ws calls
      return onlyResult(async (signal) => (await operations.execute(operation, { ...context, signal }, "websocket")) as ExecutionResult);
    },
    subscribe: async ({ contextValue }) => {
      const { operation, context } = contextValue as Carried;
      return operations.subscribe(operation, context);
    },
    onComplete: (_, _id, payload) => {
      // the message that says so is sent right after this
      setImmediate(() => {
        underWay.get(payload)?.resolve();
        underWay.delete(payload);
      });
    },
  });
}

/** The viewer that a socket names, in its connection parameters or in the header of its request; or the error that says why there is none. */
async function viewerOf(
  { viewers }: Surroundings,
  request: IncomingMessage,
  parameters: Readonly<Record<string, unknown>> | undefined,
): Promise<Viewer | GraphQLError> {
  const given = parameters?.[VIEWER_PARAMETER];
  try {
    return await viewers.of(given === undefined || typeof given === "string" ? (given ?? viewerIn(request)) : JSON.stringify(given));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return new GraphQLError(error.in(languageOf(request.headers["accept-language"])), { extensions: { code: error.code } });
  }
}

async function closeAll(sockets: WebSocketServer): Promise<void> {
  const closed = Promise.withResolvers<void>();
  for (const socket of sockets.clients) socket.close(1001, "Going away");
  sockets.close(() => closed.resolve());
  const cut = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, CLOSING);
  await closed.promise;
  clearTimeout(cut);
}
