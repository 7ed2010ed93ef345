import type { IncomingMessage, ServerResponse } from "node:http";

import { Refusal, type Viewer } from "@xianmai/plugin-api";
import { resultBytes } from "@xianmai/query";
import { GraphQLError } from "graphql";

import { viewerIn } from "../access/named-viewer.ts";
import { answerWorkbook, wantsWorkbook, type WorkbookParts } from "../exports/answers/answer-workbook.ts";
import { contextOf, type Surroundings } from "../requests/context.ts";
import { unknownHash, type Gate } from "../requests/gate.ts";
import { languageOf } from "../requests/language.ts";
import type { Operation, Operations } from "../requests/operations.ts";
import { presentedIn } from "../requests/presented.ts";
import type { Apollo } from "./apollo.ts";
import { answerByApollo, withResult } from "./apollo-request.ts";
import { BodyTooLarge } from "./body.ts";
import { FROM_ANOTHER_SITE, isFromAnotherSite } from "./cross-site.ts";
import type { Documents } from "./documents.ts";
import { refuseOperation } from "./http-answer.ts";
import { readOperation, Unreadable, type Fields } from "./http-request.ts";
import { knownAnswers, knownOperations } from "./known-operation.ts";
import { securityHeaders } from "./security-headers.ts";

/** What GraphQL over HTTP is answered with. */
export interface GraphQLOverHttp {
  readonly apollo: Apollo;
  readonly documents: Documents;
  readonly operations: Operations;
  readonly surroundings: Surroundings;
  readonly gate: Gate;
  /** For whoever asks for a workbook. */
  readonly workbooks: WorkbookParts;
}

/** Answers GraphQL over HTTP: GET and POST, `application/json` and `application/graphql-response+json`. */
export function graphQLRoute({
  apollo,
  documents,
  operations,
  surroundings,
  gate,
  workbooks,
}: GraphQLOverHttp): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const headers = securityHeaders();
  const knowing = knownOperations(documents);
  const answerKnown = knownAnswers(headers);

  return async (request, response) => {
    const language = languageOf(request.headers["accept-language"]);
    let fields: Fields | undefined;
    let viewer: Viewer;
    try {
      if (isFromAnotherSite(request)) throw new Unreadable(403, FROM_ANOTHER_SITE);
      fields = await readOperation(request);
      viewer = await surroundings.viewers.of(viewerIn(request));
    } catch (error) {
      if (error instanceof Refusal) {
        return refuseOperation(headers, request, response, new GraphQLError(error.in(language), { extensions: { code: error.code } }));
      }
      const unreadable = error instanceof BodyTooLarge ? TOO_LARGE : error;
      if (!(unreadable instanceof Unreadable)) throw error;
      const { status, why } = unreadable;
      return refuseOperation(headers, request, response, new GraphQLError(why[language], { extensions: { code: "BAD_REQUEST" } }), status);
    }
    const admitted = fields === undefined ? undefined : admit(gate, fields, viewer, language);
    if (admitted instanceof GraphQLError) return refuseOperation(headers, request, response, admitted, statusOfAdmission(admitted));

    const abandoned = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished) abandoned.abort();
    });
    const context = contextOf(surroundings, { language, viewer, signal: abandoned.signal });
    if (wantsWorkbook(request)) {
      const operation = documentIn(documents, admitted, language);
      if (operation instanceof GraphQLError) return refuseOperation(headers, request, response, operation, statusOfAdmission(operation));
      return answerWorkbook(workbooks, headers, { request, response }, operation, context);
    }
    const known = apollo.hearsRequests ? undefined : knowing(request, admitted);
    if (known === undefined) return answerByApollo(apollo.server, headers, request, response, admitted, context);
    const result = await operations.execute(known, context, "http");
    if (result.errors === undefined) answerKnown(response, known.media, resultBytes(result));
    else await answerByApollo(apollo.server, headers, request, response, admitted, withResult(context, result));
  };
}

/** The operation that a workbook is asked of: a known document, valid. */
function documentIn(documents: Documents, fields: Fields = {}, language: "zh" | "en"): Operation | GraphQLError {
  const { query, operationName, variables } = fields as Partial<Operation> & { readonly query?: string };
  const document = typeof query === "string" ? documents.get(query) : undefined;
  // Apollo's clients send the text then
  if (document === undefined && presentedIn(fields).sha256Hash !== undefined) return unknownHash();
  if (document === undefined) {
    const message =
      language === "en"
        ? "A workbook is asked for with the text of a query, or the id of a registered one."
        : "请发送查询文本，或已登记文档的 id。";
    return new GraphQLError(message, { extensions: { code: "BAD_REQUEST" } });
  }
  if ("kind" in document) return { document, operationName, variables };
  return document[0] ?? new GraphQLError("No document.", { extensions: { code: "BAD_REQUEST" } });
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
