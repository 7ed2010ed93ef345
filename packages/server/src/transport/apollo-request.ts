import type { IncomingMessage, ServerResponse } from "node:http";

import { HeaderMap, type ApolloServer } from "@apollo/server";
import type { RawResult } from "@xianmai/query";
import type { ExecutionResult } from "graphql";

import type { ServerContext } from "../requests/context.ts";
import type { Fields } from "./http-request.ts";

/** What came of an operation that was run before Apollo was asked. */
export type Result = ExecutionResult | RawResult;

const RESULT = Symbol("result");

interface WithResult extends ServerContext {
  readonly [RESULT]?: Result;
}

/** A context whose operation has been run: Apollo makes an answer of what came of it, and runs nothing. */
export function withResult(context: ServerContext, result: Result): ServerContext {
  const carrying: WithResult = { ...context, [RESULT]: result };
  return carrying;
}

/** What came of the operation of a context, where it has been run. */
export function resultIn(context: WithResult): Result | undefined {
  return context[RESULT];
}

/** Has Apollo answer an operation. @param headers what every answer says */
export async function answerByApollo(
  apollo: ApolloServer<ServerContext>,
  headers: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
  fields: Fields | undefined,
  context: ServerContext,
): Promise<void> {
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method ?? "GET",
      headers: headersOf(request),
      search: request.method === "GET" ? searchOf(fields ?? {}) : "",
      body: fields,
    },
    context: () => Promise.resolve(context),
  });
  response.statusCode = answer.status ?? 200;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  // never kept: what a viewer may see is theirs, and the next change makes it old
  response.setHeader("cache-control", "no-store");
  if (answer.body.kind === "complete") {
    // its characters are bytes: see resultBytes
    response.setHeader("content-length", answer.body.string.length);
    response.end(answer.body.string, "latin1");
  } else {
    for await (const part of answer.body.asyncIterator) response.write(part);
    response.end();
  }
}

function searchOf(fields: Fields): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) parameters.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return `?${parameters.toString()}`;
}

function headersOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return map;
}
