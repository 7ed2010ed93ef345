import type { IncomingMessage } from "node:http";

import { CloseCode, type Server } from "graphql-ws";
import type { Logger } from "pino";
import type { RawData, WebSocket } from "ws";

/** What an operation knows of its socket. */
export interface Opened {
  readonly request: IncomingMessage;
  /** Aborted when the socket is closed. */
  readonly signal: AbortSignal;
}

/** Between two pings; a client that has not answered one by the next is gone, though the network never said so. */
const BETWEEN_PINGS = 12_000;

/** A message is text, however its frames arrived. */
function textOf(data: RawData): string {
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString("utf8");
}

/** Carries the graphql-ws protocol over one socket of `ws`. Its errors close the socket and go to the log. */
export function carry(protocol: Server<Opened>, socket: WebSocket, request: IncomingMessage, log: Logger): void {
  const ended = new AbortController();
  const fail = (error: unknown, note: string): void => {
    log.warn({ err: error }, note);
    socket.close(CloseCode.InternalServerError, "Internal server error");
  };
  // a message over the limit, a frame that is none: ws closes the socket itself, with the code that says so
  socket.on("error", (error) => log.info({ err: error }, "socket refused"));

  let alive = true;
  const pinging = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, BETWEEN_PINGS);
  socket.on("pong", () => {
    alive = true;
  });

  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // one that could not be sent is lost with its socket, which says so itself
      send: async (message) =>
        new Promise((resolve) => {
          if (socket.readyState === socket.OPEN) socket.send(message, () => resolve());
          else resolve();
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) => {
        socket.on("message", (data) => {
          take(textOf(data)).catch((error: unknown) => fail(error, "socket failed"));
        });
      },
    },
    { request, signal: ended.signal },
  );
  socket.once("close", (code, reason) => {
    clearInterval(pinging);
    ended.abort();
    closed(code, String(reason)).catch((error: unknown) => log.warn({ err: error }, "socket failed while closing"));
  });
}
