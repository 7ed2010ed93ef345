import type { IncomingMessage, ServerResponse } from "node:http";

import type { Label } from "@xianmai/plugin-api";

import { languageOf } from "../requests/language.ts";

/** Answers a request that gets no further, in plain words: those of its language first. */
export function refuse(request: IncomingMessage, response: ServerResponse, status: number, { zh, en }: Label): void {
  // the rest of a body that was not read would be taken for the next request
  const unread = !request.complete;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    ...(unread ? { connection: "close" } : {}),
  });
  response.end(languageOf(request.headers["accept-language"]) === "en" ? `${en}\n${zh}\n` : `${zh}\n${en}\n`);
}
