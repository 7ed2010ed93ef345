import type { IncomingMessage, ServerResponse } from "node:http";

import { Refusal } from "@xianmai/plugin-api";
import { writeWorkbook } from "@xianmai/sheets";
import { GraphQLError } from "graphql";
import Negotiator from "negotiator";

import type { ServerContext } from "../../requests/context.ts";
import { refusalOf } from "../../requests/errors.ts";
import type { Operation } from "../../requests/operations.ts";
import { refuseOperation, statusOf } from "../../transport/http-answer.ts";
import { sendWorkbook, WORKBOOK_TYPE } from "../workbook-answer.ts";
import { AnswerFailed, answerTables, type AnswerParts } from "./answer-tables.ts";

/** What answers may be written as, what a client gets that does not say first. */
const MEDIA = ["application/json", "application/graphql-response+json", WORKBOOK_TYPE];

/** Whether whoever asks wants a workbook rather than JSON. */
export function wantsWorkbook(request: IncomingMessage): boolean {
  // most say nothing of it, and are not looked at twice
  return request.headers.accept?.includes("spreadsheetml") === true && new Negotiator(request).mediaType(MEDIA) === WORKBOOK_TYPE;
}

/** What a query is answered with, as a workbook. */
export interface WorkbookParts extends AnswerParts {
  /** Seconds that a statement may take, for messages. */
  readonly statementSeconds: number;
}

/**
 * Answers a query as a workbook, a worksheet for each root field. What cannot be answered is told as it is over JSON.
 *
 * @param headers what every answer says
 */
export async function answerWorkbook(
  parts: WorkbookParts,
  headers: Readonly<Record<string, string>>,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  operation: Operation,
  context: ServerContext,
): Promise<void> {
  try {
    const { tables, fileName } = await answerTables(parts, operation, context);
    try {
      await sendWorkbook(response, { fileName, bytes: writeWorkbook(tables) }, headers);
    } finally {
      await Promise.all(tables.map(async (table) => table[Symbol.asyncDispose]()));
    }
  } catch (error) {
    const told = errorOf(error, context, parts.statementSeconds);
    if (told === undefined || response.headersSent) throw error;
    const status = told.extensions["code"] === "INTERNAL_SERVER_ERROR" ? 500 : statusOf(told.extensions["code"]);
    refuseOperation(headers, request, response, told, status);
  }
}

function errorOf(error: unknown, { language }: ServerContext, statementSeconds: number): GraphQLError | undefined {
  if (error instanceof AnswerFailed) return error.errors[0];
  const refusal = error instanceof Refusal ? error : refusalOf(error, statementSeconds);
  return refusal === undefined ? undefined : new GraphQLError(refusal.in(language), { extensions: { code: refusal.code } });
}
