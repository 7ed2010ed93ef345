import type { ExecutionResult } from "graphql";

/**
 * What two answers must have in common, but for the moment: the bytes of the data, and the places that failed, in one order.
 *
 * @param sameDocument whether both answer one document, and so fail in the same places of it too
 */
export function bytesOf(answer: string | ExecutionResult, { sameDocument = false } = {}): string {
  const { data, errors = [] } = typeof answer === "string" ? (JSON.parse(answer) as ExecutionResult) : answer;
  const failed = errors.map(({ path, locations }) => JSON.stringify(sameDocument ? [path, locations] : path)).sort();
  // the data stands last in an answer's text, so that its bytes are what was sent
  const bytes = typeof answer === "string" ? answer.slice(answer.indexOf('"data":')) : `"data":${JSON.stringify(data)}}`;
  return `{"failed":${JSON.stringify(failed)},${bytes}`;
}
