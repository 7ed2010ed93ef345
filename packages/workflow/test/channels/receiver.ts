import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import { onTestFinished } from "vitest";

/** What a receiver was sent. */
export interface Received {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Somebody who receives webhooks. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
}

/** Receives on a free port until the test is over, answering with these statuses one after another, and with the last from then on. */
export async function receiver(...statuses: readonly number[]): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const status = statuses[Math.min(received.length, statuses.length - 1)] ?? 200;
      received.push({ method: request.method ?? "", headers: request.headers as Record<string, string>, body });
      response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end();
    });
  });
  server.listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The receiver has no port.");
  return { url: `http://127.0.0.1:${address.port}/hook?token=hidden`, received };
}
