import type { IncomingMessage, ServerResponse } from "node:http";

import type { GraphQLError } from "graphql";
import Negotiator from "negotiator";

/** What answers may be written as, the older first: it is what a client gets that does not say. */
const MEDIA = ["application/json", "application/graphql-response+json"];

/** Statuses of refusals that are no mistake in the operation. */
const STATUS: Readonly<Record<string, number>> = {
  VIEWERS_OFF: 403,
  DOCUMENT_NOT_REGISTERED: 403,
  DATABASE_UNAVAILABLE: 503,
  SERVER_BUSY: 503,
  SERVER_STOPPING: 503,
};
/** Seconds after which whoever was refused for the moment may come again. */
const AFTER = "1";

/** The status of an answer in which nothing was begun, by the code of its error. */
export function statusOf(code: unknown): number {
  return typeof code === "string" ? (STATUS[code] ?? 400) : 400;
}

/** What the headers of an answer of a status say beside. */
export function headersFor(status: number): Readonly<Record<string, string>> {
  return status === 503 ? { "retry-after": AFTER } : {};
}

/** Answers, as GraphQL answers, an operation that was not begun. @param headers what every answer says */
export function refuseOperation(
  headers: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
  { message, locations, extensions }: GraphQLError,
  status = statusOf(extensions["code"]),
): void {
  const media = new Negotiator(request).mediaType(MEDIA) ?? MEDIA[0];
  // the rest of a body that was not read would be taken for the next request
  const unread = !request.complete;
  response.writeHead(status, {
    ...headers,
    "content-type": `${media}; charset=utf-8`,
    "cache-control": "no-store",
    ...headersFor(status),
    ...(unread ? { connection: "close" } : {}),
  });
  response.end(`${JSON.stringify({ errors: [{ message, locations, extensions }] })}\n`);
}
