import type { GraphQLFieldResolver } from "graphql";

const NAMED = Symbol("members by the names of fields");

/** Marks an object whose members are called like fields: what a resolver makes, where a generated type shows it. */
export function byFieldName<Source extends object>(source: Source): Source {
  return Object.defineProperty({ ...source }, NAMED, { value: true });
}

/**
 * Resolves a field of a generated type where graphql-js walks over an answer that was read already: its objects carry response keys
 * (aliases), not field names, unless they are marked as such.
 */
export const byResponseKey: GraphQLFieldResolver<unknown, unknown> = (source, _args, _context, info) =>
  (source as Readonly<Record<string, unknown>>)[NAMED in (source as object) ? info.fieldName : info.path.key];

/** The same for a `Node`, whose objects come with their types: an interface asks for them. */
export const nodeByResponseKey: GraphQLFieldResolver<unknown, unknown> = (source, _args, _context, info) => {
  const found = (source as Readonly<Record<string, { readonly type: string; readonly row: object | null } | null>>)[info.path.key];
  return found === null || found === undefined || found.row === null ? null : { ...found.row, __typename: found.type };
};
