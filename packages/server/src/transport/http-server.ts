import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

import { Refusal } from "@xianmai/plugin-api";
import type { Logger } from "pino";

import type { Sockets } from "./graphql-ws.ts";
import { isLoopbackHost, isLoopbackOrigin } from "./loopback.ts";
import { refuse } from "./refuse.ts";
import { GRAPHQL_PATH, pathOf } from "./routes.ts";
import { securityHeaders } from "./security-headers.ts";

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Takes no new connection; resolves when every answer under way is sent. Sockets stay. */
  drain(): Promise<void>;
  /** Cuts off whatever is still open. */
  close(): Promise<void>;
}

/** What a server answers with. */
export interface HttpParts {
  readonly port: number;
  readonly route: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  readonly sockets: Sockets;
  readonly log: Logger;
}

/** Until sign-in exists, the server is for this machine alone. */
const LOOPBACK = "127.0.0.1";

/**
 * Listens on loopback, and answers only what names this machine.
 *
 * @throws Refusal PORT_TAKEN, PORT_FORBIDDEN
 */
export async function listen({ port, route, sockets, log }: HttpParts): Promise<HttpServer> {
  const underWay = new Set<ServerResponse>();
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 }, (request, response) => {
    underWay.add(response);
    response.on("close", () => underWay.delete(response));
    if (!isForUs(request)) return refuse(request, response, 403, NOT_FOR_US);
    answer(request, response);
  });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    try {
      route(request, response)?.catch((error: unknown) => fail(response, error));
    } catch (error) {
      fail(response, error);
    }
  };
  const fail = (response: ServerResponse, error: unknown): void => {
    // a client that went away in the middle of its request is nobody's fault
    if (response.destroyed) return;
    log.error({ err: error }, "request failed");
    if (response.headersSent) response.destroy();
    else
      response
        .writeHead(500, { ...securityHeaders(), "content-type": "text/plain; charset=utf-8" })
        .end("服务器内部错误。 Something went wrong inside the server.\n");
  };
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    if (isForUs(request) && pathOf(request) === GRAPHQL_PATH) sockets.upgrade(request, socket, head);
    else socket.end(`HTTP/1.1 ${isForUs(request) ? "404 Not Found" : "403 Forbidden"}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
  await listening(server, port);
  const closed = Promise.withResolvers<void>();
  return {
    port: (server.address() as AddressInfo).port,
    drain: async () => {
      server.close(() => closed.resolve());
      server.closeIdleConnections();
      while (underWay.size > 0) await Promise.allSettled([...underWay].map(async (response) => once(response, "close")));
    },
    close: async () => {
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

const NOT_FOR_US = {
  zh: "本服务只接受来自本机的访问（localhost 或 127.0.0.1）。",
  en: "This server answers requests of this machine only: use localhost or 127.0.0.1.",
};

function isForUs({ headers }: IncomingMessage): boolean {
  return isLoopbackHost(headers.host) && isLoopbackOrigin(headers.origin);
}

async function listening(server: Server, port: number): Promise<void> {
  const opened = Promise.withResolvers<void>();
  server.once("error", (error: NodeJS.ErrnoException) => opened.reject(unavailable(port, error)));
  server.listen(port, LOOPBACK, () => opened.resolve());
  await opened.promise;
}

function unavailable(port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === "EADDRINUSE") {
    return new Refusal(
      "PORT_TAKEN",
      { zh: `端口 ${port} 已被另一个程序占用。`, en: `Port ${port} is taken by another program.` },
      {
        zh: `请停止那个程序，或换一个端口：--port ${port + 1} 或 XIANMAI_PORT=${port + 1}。`,
        en: `Stop that program, or take another port: --port ${port + 1} or XIANMAI_PORT=${port + 1}.`,
      },
      { cause: error },
    );
  }
  if (error.code !== "EACCES") return error;
  return new Refusal(
    "PORT_FORBIDDEN",
    { zh: `没有权限使用端口 ${port}。`, en: `This user may not listen on port ${port}.` },
    { zh: "请使用 1024 以上的端口。", en: "Take a port above 1024." },
    { cause: error },
  );
}
