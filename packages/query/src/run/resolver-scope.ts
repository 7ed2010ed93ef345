import { encodeMoment, type Moment } from "@xianmai/database";
import type { Context } from "@xianmai/plugin-api";

import type { MutationConnection } from "./mutation-scope.ts";
import type { Scope } from "./scope.ts";

const KEY = Symbol("xianmai");

/** What the platform knows of the operation whose resolver is running. */
export interface ResolverScope {
  readonly scope: Scope;
  /** Set in a mutation. */
  readonly mutation: MutationConnection | undefined;
  /** The state of the database that is read; none where each query sees another, or nothing was read yet. */
  readonly moment: () => Moment | undefined;
}

/** Lets resolvers' context lead to the platform's own, which plugins do not see. */
export function withScope(context: Context, scope: ResolverScope): Context {
  return Object.defineProperty(context, KEY, { value: scope });
}

/** The platform's part of a resolver's context; `undefined` when the schema is run by somebody else than its executor. */
export function scopeIn(context: unknown): ResolverScope | undefined {
  return (context as { readonly [KEY]?: ResolverScope } | undefined)?.[KEY];
}

/** The state of the records that a resolver reads, as the text that `@asOf(moment:)` takes; `undefined` where none is held, or before anything was read. */
export function momentIn(context: unknown): string | undefined {
  const moment = scopeIn(context)?.moment();
  return moment === undefined ? undefined : encodeMoment(moment);
}
