import { DriverException } from "@mikro-orm/core";
import { Refusal, type Language } from "@xianmai/plugin-api";
import { GraphQLError, locatedError, type GraphQLErrorOptions } from "graphql";

import { InputError } from "../plan/input-error.ts";

/** Where an error stands in an operation. */
export type Place = Pick<GraphQLErrorOptions, "nodes" | "path">;

/**
 * Puts an error into GraphQL's form. What the caller can act on is said in their language, with its code; anything else stays the
 * `originalError`, for whoever serves the answer to log and mask.
 */
export function graphqlError(error: unknown, language: Language, place: Place): GraphQLError {
  const actionable = actionableIn(error);
  if (actionable !== undefined) {
    return new GraphQLError(actionable.in(language), { ...place, originalError: actionable, extensions: { code: actionable.code } });
  }
  if (error instanceof GraphQLError) return locatedError(error, place.nodes ?? undefined, place.path);
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { ...place, originalError });
}

/** What an error tells the caller to act on; `undefined` when it is none of theirs. */
export function actionableIn(error: unknown): InputError | Refusal | undefined {
  if (error instanceof InputError || error instanceof Refusal) return error;
  // MikroORM hands on what its driver throws as an error of its own, with all that the other had
  if (!(error instanceof DriverException)) return undefined;
  const { code, what, remedy } = error as Partial<Pick<Refusal, "code" | "what" | "remedy">>;
  return code === undefined || what === undefined || remedy === undefined ? undefined : new Refusal(code, what, remedy, { cause: error });
}
