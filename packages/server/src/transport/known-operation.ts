import type { IncomingMessage, ServerResponse } from "node:http";

import { LRUCache } from "lru-cache";
import Negotiator from "negotiator";

import type { Operation } from "../requests/operations.ts";
import type { Documents } from "./documents.ts";
import type { Fields } from "./http-request.ts";

/**
 * What is known of an operation before Apollo looks at it. Whatever Apollo finds out of a document it has found out when the document came first: that
 * it can be read, and that it is valid. To ask it again takes a sixth of what a small request costs. So an operation whose document has passed
 * is run as it is, and Apollo is asked for what it alone has to say: every error, every other way to ask, and all of it where one of its plugins
 * listens to requests.
 */
export interface KnownOperation extends Operation {
  /** What its answer is written as. */
  readonly media: string;
}

/** Finds out whether an operation is known. */
export type Knowing = (request: IncomingMessage, fields: Fields | undefined) => KnownOperation | undefined;

/** What Apollo writes answers as, in the same order. */
const MEDIA = ["application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"];
/** How many ways to say what is accepted are kept: each client has its own. */
const ACCEPTED = 100;

/** Knows the operations whose documents are known. */
export function knownOperations(documents: Documents): Knowing {
  const media = new LRUCache<string, string>({ max: ACCEPTED });
  const mediaFor = (accept: string | undefined): string | undefined => {
    if (accept === undefined) return MEDIA[0];
    const found = media.get(accept) ?? new Negotiator({ headers: { accept } }).mediaType(MEDIA);
    if (found !== undefined) media.set(accept, found);
    return found;
  };
  return ({ method, headers }, fields) => {
    if (method !== "POST" || fields === undefined) return undefined;
    const { query, operationName, variables, extensions } = fields;
    if ((extensions as Fields | undefined)?.["persistedQuery"] !== undefined) return undefined;
    const document = typeof query === "string" ? documents.known(query) : undefined;
    const written = document === undefined ? undefined : mediaFor(headers.accept);
    if (document === undefined || written === undefined) return undefined;
    // their types were looked at when they were read
    return { document, operationName: operationName as string | null, variables: variables as Operation["variables"], media: written };
  };
}

/** Answers known operations. @param headers what every answer says */
export function knownAnswers(headers: Readonly<Record<string, string>>): (response: ServerResponse, media: string, bytes: string) => void {
  // never kept: what a viewer may see is theirs, and the next change makes it old
  const always = Object.entries({ ...headers, "cache-control": "no-store" }).flat();
  return (response, media, bytes) => {
    // in one piece: a header that is set by itself costs as much as a row
    response.writeHead(200, [...always, "content-type", media, "content-length", String(bytes.length)]);
    response.end(bytes, "latin1");
  };
}
