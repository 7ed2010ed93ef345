import { randomUUID } from "node:crypto";

import { isDatabaseAway, PoolBusy, sqlState } from "@xianmai/database";
import { Refusal, type Label, type Language } from "@xianmai/plugin-api";
import { GraphQLError, type GraphQLFormattedError } from "graphql";

/** Told of every error that nobody expected, whole, with the id that the client was given. */
export type ErrorLog = (error: unknown, id: string) => void;

/** What is said while PostgreSQL is away. */
const UNAVAILABLE: Readonly<Record<"what" | "remedy", Label>> = {
  what: { zh: "数据库暂时无法访问，", en: "The database cannot be reached for the moment." },
  remedy: { zh: "请稍后重试。", en: "Try again shortly." },
};

/** SQLSTATE of a statement that PostgreSQL gave up. One whose client went away is given up too, but nobody reads of that. */
const GIVEN_UP = "57014";

/** What an error is told with. */
export interface Telling {
  readonly language: Language;
  /** Seconds that a statement may take. */
  readonly statementSeconds: number;
  readonly log: ErrorLog;
}

/**
 * What a client is told of an error. Errors that were made for clients pass; a refusal speaks their language; anything else is masked: the client
 * gets an id, the log the whole.
 */
export function presentable(error: GraphQLError, { language, statementSeconds, log }: Telling): GraphQLError {
  // whoever gave it a code has said what a client may know
  if (error.extensions["code"] !== undefined) return error;
  const cause = rootCause(error);
  if (cause instanceof GraphQLError) return cause === error ? error : relocated(error, cause.message, cause.extensions);
  if (cause instanceof Refusal) return relocated(error, cause.in(language), { code: cause.code });
  const refusal = refusalOf(cause, statementSeconds);
  if (refusal !== undefined) return relocated(error, refusal.in(language), { code: refusal.code });
  const id = randomUUID();
  log(cause, id);
  return relocated(error, masked(id)[language], { code: "INTERNAL_SERVER_ERROR", id });
}

/** Puts whatever was thrown into the form in which GraphQL carries errors. */
export function asGraphQLError(thrown: unknown): GraphQLError {
  if (thrown instanceof GraphQLError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return new GraphQLError(error.message, { originalError: error });
}

/** For what Apollo makes of errors outside an operation: masks what it calls internal. */
export function maskFormatted(formatted: GraphQLFormattedError, error: unknown, log: ErrorLog): GraphQLFormattedError {
  const { code, id } = formatted.extensions ?? {};
  if (code !== "INTERNAL_SERVER_ERROR" || id !== undefined) return formatted;
  const fresh = randomUUID();
  log(error, fresh);
  return { ...formatted, message: masked(fresh).zh, extensions: { code, id: fresh } };
}

/** What an error of the database's says that whoever asked can act on; `undefined` for any other. */
export function refusalOf(cause: unknown, statementSeconds: number): Refusal | undefined {
  if (isBusy(cause)) return busy(cause);
  if (isGivenUp(cause)) return timedOut(statementSeconds, cause);
  return isDatabaseAway(cause) ? new Refusal("DATABASE_UNAVAILABLE", UNAVAILABLE.what, UNAVAILABLE.remedy, { cause }) : undefined;
}

function isBusy(error: unknown): boolean {
  return error instanceof PoolBusy || (error instanceof Error && isBusy(error.cause));
}

function isGivenUp(error: unknown): boolean {
  // MikroORM hands on what its driver throws as an error of its own, with its code
  return sqlState(error) === GIVEN_UP || (error instanceof Error && "code" in error && error.code === GIVEN_UP);
}

function busy(cause: unknown): Refusal {
  return new Refusal(
    "SERVER_BUSY",
    {
      zh: "服务器正忙：等待数据库连接的请求太多。什么都没有做。",
      en: "The server is busy: too many requests wait for the database. Nothing was done.",
    },
    { zh: "请稍后重试。", en: "Try again shortly." },
    { cause },
  );
}

function timedOut(seconds: number, cause: unknown): Refusal {
  return new Refusal(
    "STATEMENT_TIMEOUT",
    { zh: `数据库用时超过 ${seconds} 秒，已停止。`, en: `The database took more than ${seconds} seconds and was stopped.` },
    {
      zh: "请加条件、减小列表或拆成几个查询；管理员可调大 limits.statementSeconds。",
      en: "Filter, ask for smaller lists, or in several queries; an administrator can raise limits.statementSeconds.",
    },
    { cause },
  );
}

function rootCause(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError !== undefined ? rootCause(error.originalError) : error;
}

function relocated({ nodes, source, positions, path, originalError }: GraphQLError, message: string, extensions: object): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    originalError: originalError ?? null,
    extensions: { ...extensions },
  });
}

function masked(id: string): Label {
  return {
    zh: `服务器内部错误，编号 ${id}。请把编号告诉管理员。`,
    en: `Something went wrong inside the server, number ${id}. Give that number to the administrator.`,
  };
}
