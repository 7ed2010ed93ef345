import { getArgumentValues, type FieldNode, type GraphQLField } from "graphql";

import { meaningOf } from "../schema/meaning.ts";
import { dimensionsOf, filterOf } from "./aggregate.ts";
import type { Question } from "./compilation.ts";
import { beginRoot, type Plan } from "./root.ts";
import { SharedGroups, type Share } from "./shared-groups.ts";

/** A generated field of `Query` in an operation. */
export interface Root {
  /** Its response key. */
  readonly key: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
}

/** A value, or why there is none. */
export type Tried<Value> = { readonly value: Value } | { readonly error: unknown };

/** A root field with its arguments; what of them comes with a request is in slots. */
export interface AskedRoot extends Root {
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Plans the generated root fields of an operation, each for itself: but fields that group the same rows share the statement that does.
 *
 * @returns the plans in the order of the fields, or what cannot be meant in their arguments: an InputError
 */
export function planRoots(question: Question, roots: readonly Root[]): readonly Tried<Plan>[] {
  const asked = roots.map((root) => tried((): AskedRoot => ({ ...root, args: argumentsOf(question, root) })));
  const shares = sharesAmong(question, asked.flatMap(valueOf));
  // a shared statement is whole when all fields have said what they need of it
  const begun = asked.map((root) => then(root, (one) => beginRoot(question, one, shares.get(one.key))));
  return begun.map((one) => then(one, (finish) => finish()));
}

function argumentsOf({ variables }: Question, { field, nodes: [node] }: Root): Readonly<Record<string, unknown>> {
  if (node === undefined) throw new Error("A selected field has a node.");
  return getArgumentValues(field, node, variables);
}

function sharesAmong(question: Question, roots: readonly AskedRoot[]): ReadonlyMap<string, Share> {
  const all: { readonly groups: SharedGroups; readonly shares: Map<string, Share> }[] = [];
  for (const { key, field, args } of roots) {
    const meaning = meaningOf(field);
    if (meaning?.kind !== "aggregates") continue;
    const { entity } = meaning;
    for (const dimensions of valueOf(tried(() => dimensionsOf({ entity, args })))) {
      const filter = filterOf({ args });
      const known = all.find(({ groups }) => groups.takes(entity, filter, dimensions));
      const { groups, shares } = known ?? { groups: new SharedGroups(question, entity, filter), shares: new Map<string, Share>() };
      shares.set(key, groups.join(dimensions, [key]));
      if (known === undefined) all.push({ groups, shares });
    }
  }
  return new Map(all.flatMap(({ shares }) => (shares.size < 2 ? [] : [...shares])));
}

function tried<Value>(make: () => Value): Tried<Value> {
  try {
    return { value: make() };
  } catch (error) {
    return { error };
  }
}

function then<Value, Next>(before: Tried<Value>, make: (value: Value) => Next): Tried<Next> {
  return "error" in before ? before : tried(() => make(before.value));
}

function valueOf<Value>(one: Tried<Value>): readonly Value[] {
  return "error" in one ? [] : [one.value];
}
