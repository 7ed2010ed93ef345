import type { IncomingMessage, ServerResponse } from "node:http";

import { HeaderMap, type ApolloServer } from "@apollo/server";
import { Refusal, type Viewer } from "@xianmai/plugin-api";
import { GraphQLError } from "graphql";

import { viewerIn } from "../access/named-viewer.ts";
import { contextOf, type ServerContext, type Surroundings } from "../requests/context.ts";
import type { Gate } from "../requests/gate.ts";
import { languageOf } from "../requests/language.ts";
import { presentedIn } from "../requests/presented.ts";
import { BodyTooLarge } from "./body.ts";
import { FROM_ANOTHER_SITE, isFromAnotherSite } from "./cross-site.ts";
import { refuseOperation } from "./http-answer.ts";
import { readOperation, Unreadable, type Fields } from "./http-request.ts";

/** What GraphQL over HTTP is answered with. */
export interface GraphQLOverHttp {
  readonly apollo: ApolloServer<ServerContext>;
  readonly surroundings: Surroundings;
  readonly gate: Gate;
}

/** Answers GraphQL over HTTP: GET and POST, `application/json` and `application/graphql-response+json`. */
export async function answerGraphQL(
  { apollo, surroundings, gate }: GraphQLOverHttp,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const language = languageOf(request.headers["accept-language"]);
  let fields: Fields | undefined;
  let viewer: Viewer;
  try {
    if (isFromAnotherSite(request)) throw new Unreadable(403, FROM_ANOTHER_SITE);
    fields = await readOperation(request);
    viewer = await surroundings.viewers.of(viewerIn(request));
  } catch (error) {
    if (error instanceof Refusal) {
      return refuseOperation(request, response, new GraphQLError(error.in(language), { extensions: { code: error.code } }));
    }
    const unreadable = error instanceof BodyTooLarge ? TOO_LARGE : error;
    if (!(unreadable instanceof Unreadable)) throw error;
    const { status, why } = unreadable;
    return refuseOperation(request, response, new GraphQLError(why[language], { extensions: { code: "BAD_REQUEST" } }), status);
  }
  const admitted = fields === undefined ? undefined : admit(gate, fields, viewer, language);
  if (admitted instanceof GraphQLError) return refuseOperation(request, response, admitted, statusOfAdmission(admitted));

  const abandoned = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) abandoned.abort();
  });
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method ?? "GET",
      headers: headersOf(request),
      search: request.method === "GET" ? searchOf(admitted ?? {}) : "",
      body: admitted,
    },
    context: () => Promise.resolve(contextOf(surroundings, { request, viewer, signal: abandoned.signal })),
  });
  response.statusCode = answer.status ?? 200;
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

const TOO_LARGE = new Unreadable(413, { zh: "请求超过 1 MiB，请缩短后重试。", en: "The request is larger than 1 MiB: shorten it." });

/** The operation as Apollo takes it: with the text of its document, where that is known, in the place of its id. */
function admit(gate: Gate, fields: Fields, viewer: Viewer, language: "zh" | "en"): Fields | GraphQLError {
  const presented = presentedIn(fields);
  const admitted = gate.admit(presented, viewer, language);
  if (admitted instanceof GraphQLError || admitted.text === undefined || admitted.text === presented.query) {
    return admitted instanceof GraphQLError ? admitted : fields;
  }
  // the hash has been looked up; Apollo would hold it against the text, which an id need not be the hash of
  const { persistedQuery: _, ...extensions } = Object(fields["extensions"]) as Record<string, unknown>;
  return { ...fields, query: admitted.text, extensions };
}

/** Apollo's clients take the answer that a hash is not known for no failure, and send the text. */
function statusOfAdmission({ message, extensions }: GraphQLError): number | undefined {
  return extensions["code"] === "PERSISTED_QUERY_NOT_FOUND" && message === "PersistedQueryNotFound" ? 200 : undefined;
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
