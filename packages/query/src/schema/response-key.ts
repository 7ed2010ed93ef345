import type { GraphQLFieldResolver } from "graphql";

/**
 * Resolves a field of a generated type where graphql-js walks over an answer that was read already: its objects carry response keys
 * (aliases), not field names.
 */
export const byResponseKey: GraphQLFieldResolver<unknown, unknown> = (source, _args, _context, info) =>
  (source as Readonly<Record<string, unknown>>)[info.path.key];
