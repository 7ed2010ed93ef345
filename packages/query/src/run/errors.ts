import { Refusal, type Language } from "@xianmai/plugin-api";
import { GraphQLError, type GraphQLErrorOptions } from "graphql";

import { InputError } from "../plan/input-error.ts";

/** Where an error stands in an operation. */
export type Place = Pick<GraphQLErrorOptions, "nodes" | "path">;

/**
 * Puts an error into GraphQL's form. What the caller can act on is said in their language, with its code; anything else stays the
 * `originalError`, for whoever serves the answer to log and mask.
 */
export function graphqlError(error: unknown, language: Language, place: Place): GraphQLError {
  if (error instanceof InputError || error instanceof Refusal) {
    return new GraphQLError(error.in(language), { ...place, originalError: error, extensions: { code: error.code } });
  }
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { ...place, originalError });
}
