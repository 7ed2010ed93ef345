import type { IncomingMessage, ServerResponse } from "node:http";

import { HeaderMap, type ApolloServer } from "@apollo/server";
import { Refusal, type Viewer } from "@xianmai/plugin-api";

import { viewerIn } from "../access/named-viewer.ts";
import { contextOf, type ServerContext, type Surroundings } from "../requests/context.ts";
import { languageOf } from "../requests/language.ts";
import { BodyTooLarge, readBody } from "./body.ts";
import { refuse } from "./refuse.ts";

/** Answers GraphQL over HTTP: GET and POST, `application/json` and `application/graphql-response+json`. */
export async function answerGraphQL(
  apollo: ApolloServer<ServerContext>,
  surroundings: Surroundings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body: unknown;
  try {
    body = request.method === "POST" ? await jsonBody(request) : undefined;
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      return refuse(request, response, 413, { zh: "请求超过 1 MiB，请缩短后重试。", en: "The request is larger than 1 MiB: shorten it." });
    }
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(request, response, 400, { zh: "请求正文不是有效的 JSON。", en: "The body is not valid JSON." });
  }

  let viewer: Viewer;
  try {
    viewer = await surroundings.viewers.of(viewerIn(request));
  } catch (error) {
    if (error instanceof Refusal) return refuseViewer(request, response, error);
    throw error;
  }
  const abandoned = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) abandoned.abort();
  });
  const url = request.url ?? "/";
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method ?? "GET",
      headers: headersOf(request),
      search: url.includes("?") ? url.slice(url.indexOf("?")) : "",
      body,
    },
    context: () => Promise.resolve(contextOf(surroundings, { request, viewer, signal: abandoned.signal })),
  });
  response.statusCode = answer.status ?? 200;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  // never kept: what a viewer may see is theirs, and the next change makes it old
  response.setHeader("cache-control", "no-store");
  if (answer.body.kind === "complete") response.end(answer.body.string);
  else {
    for await (const part of answer.body.asyncIterator) response.write(part);
    response.end();
  }
}

/** What is wrong with a request for its viewer, where it is no mistake in the naming. */
const STATUS: Readonly<Record<string, number>> = { VIEWERS_OFF: 403, DATABASE_UNAVAILABLE: 503 };

/** A viewer that cannot be had is answered as GraphQL answers: the operation was not begun. */
function refuseViewer(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const message = refusal.in(languageOf(request.headers["accept-language"]));
  response.writeHead(STATUS[refusal.code] ?? 400, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(JSON.stringify({ errors: [{ message, extensions: { code: refusal.code } }] }));
}

/** @throws SyntaxError when a body that calls itself JSON is none */
async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const text = await readBody(request);
  return /^application\/(graphql\+)?json\b/i.test(request.headers["content-type"] ?? "") ? (JSON.parse(text) as unknown) : undefined;
}

function headersOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return map;
}
