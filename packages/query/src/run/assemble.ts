import { toBytes } from "@xianmai/database";
import type { Language } from "@xianmai/plugin-api";
import type { ExecutionResult, GraphQLError } from "graphql";

import type { RootEntry } from "../plan/prepared.ts";
import type { Written } from "./answer-plans.ts";
import type { Failure } from "./answer.ts";
import { actionableIn, graphqlError } from "./errors.ts";
import { RawData, type RawResult } from "./result.ts";

/** The answers to the root fields of a query, from wherever they came. */
export interface Answers {
  readonly entries: readonly RootEntry[];
  /** What became of the planned ones, by response key. */
  readonly written: ReadonlyMap<string, Written>;
  /** What became of those that resolvers answer, by response key. */
  readonly resolved: ReadonlyMap<string, { readonly result: ExecutionResult }>;
  readonly language: Language;
}

/** Puts the answers to root fields together, in the order of the operation; a failed field that cannot be null takes the whole answer with it. */
export function assemble({ entries, written, resolved, language }: Answers): ExecutionResult | RawResult {
  const errors: GraphQLError[] = [];
  let whole = true;
  const parts = entries.map((entry) => {
    const own = resolved.get(entry.key)?.result;
    if (own !== undefined) errors.push(...(localised(own, language).errors ?? []));
    const { json, failures } = partOf(entry, written.get(entry.key), own);
    for (const { error, nodes, path } of failures) errors.push(graphqlError(error, language, { nodes, path }));
    if (json === "null" && entry.certain) whole = false;
    return `${JSON.stringify(entry.key)}:${json}`;
  });
  const failed = errors.length === 0 ? {} : { errors };
  return whole ? { ...failed, data: new RawData(`{${parts.join(",")}}`) } : { ...failed, data: null };
}

type PartOf = {
  readonly json: string;
  readonly failures: readonly Failure[];
};

function partOf({ key, nodes, what }: RootEntry, answer: Written | undefined, resolved: ExecutionResult | undefined): PartOf {
  switch (what.kind) {
    case "constant":
      return { json: what.json, failures: [] };
    case "failed":
      return { json: "null", failures: [{ error: what.error, nodes, path: [key] }] };
    case "resolved":
      return { json: toBytes(JSON.stringify(resolved?.data?.[key] ?? null)), failures: [] };
    case "planned":
      if (answer === undefined || "error" in answer) return { json: "null", failures: [{ error: answer?.error, nodes, path: [key] }] };
      return answer;
  }
}

/** Says the errors that the caller can act on in their language. */
export function localised(result: ExecutionResult, language: Language): ExecutionResult {
  const { errors } = result;
  if (errors === undefined) return result;
  return {
    ...result,
    errors: errors.map((error) => {
      const { originalError, nodes, path } = error;
      const actionable = actionableIn(originalError);
      if (actionable === undefined) return error;
      return graphqlError(actionable, language, { nodes: nodes ?? null, path: path ?? null });
    }),
  };
}
