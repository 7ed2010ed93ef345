import { fromBytes } from "@xianmai/database";
import type { Language } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import DataLoader from "dataloader";
import type { GraphQLResolveInfo } from "graphql";

import type { PreparedOperation } from "../plan/prepared.ts";
import { KEYS, planLookup, type Plan } from "../plan/root.ts";
import type { Shape } from "../plan/slots.ts";
import type { GrowingReadSet } from "../reads/read-set.ts";
import type { PlanRun, Written } from "./answer-plans.ts";
import { graphqlError } from "./errors.ts";

/** What a scope is made with. */
export interface ScopeParts {
  readonly prepared: PreparedOperation;
  readonly shape: Shape;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly language: Language;
  /** The read-set of a root field, which what it looks up is added to. */
  readonly reads: (root: string) => GrowingReadSet;
  /** Runs the plans of look-ups. */
  readonly answer: (runs: readonly PlanRun[]) => Promise<readonly Written[]>;
}

interface Wanted {
  readonly entity: EntityModel;
  readonly uuid: string;
  readonly info: GraphQLResolveInfo;
}

/** What the resolvers of one operation share: where their entities are read, together and by key. */
export class Scope {
  readonly #parts: ScopeParts;
  readonly #loader: DataLoader<Wanted, unknown>;

  constructor(parts: ScopeParts) {
    this.#parts = parts;
    // rows are read as the selection wants them, so nothing can be kept for another selection
    this.#loader = new DataLoader(async (wanted) => this.#load(wanted), { cache: false });
  }

  /**
   * Reads a row as its place in the operation selects it.
   *
   * @returns an object by response keys; null when the row is missing or invisible
   */
  async complete(entity: EntityModel, uuid: string, info: GraphQLResolveInfo): Promise<unknown> {
    return this.#loader.load({ entity, uuid, info });
  }

  async #load(wanted: readonly Wanted[]): Promise<readonly unknown[]> {
    const groups = new Map<string, Wanted[]>();
    for (const one of wanted) {
      const key = placeOf(one);
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    const { variables, answer } = this.#parts;
    const runs = [...groups].map(([place, members]) => {
      const keys = [...new Set(members.map(({ uuid }) => uuid))];
      const { plan, repeated } = this.#plan(place, members);
      return { plan, repeated, variables: { ...variables, [KEYS]: keys }, keys, place, root: rootOf(members) };
    });
    const answers = await answer(runs);
    for (const [at, { root }] of runs.entries()) {
      const written = answers[at];
      if (written !== undefined && "collect" in written) written.collect(this.#parts.reads(root));
      else this.#parts.reads(root).complete = false;
    }
    const found = new Map(runs.map(({ place, keys }, at) => [place, this.#objects(keys, answers[at])] as const));
    return wanted.map((one) => {
      const objects = found.get(placeOf(one));
      return objects instanceof Error ? objects : (objects?.get(one.uuid) ?? null);
    });
  }

  #plan(place: string, members: readonly Wanted[]): { readonly plan: Plan; readonly repeated: boolean } {
    const { prepared, shape } = this.#parts;
    const [first] = members;
    const key = `${place} ${shape.key}`;
    const repeated = prepared.lookups.has(key);
    const plan = prepared.lookups.get(key, () => {
      if (first === undefined) throw new Error("A look-up has at least one key.");
      return planLookup(prepared.question(shape), first.entity, first.info.fieldNodes);
    });
    return { plan, repeated };
  }

  #objects(keys: readonly string[], written: Written | undefined): ReadonlyMap<string, unknown> | Error {
    const { language } = this.#parts;
    if (written === undefined || "error" in written) return graphqlError(written?.error, language, {});
    const objects = JSON.parse(fromBytes(written.json)) as readonly unknown[];
    // graphql-js takes an error in the place of a value for the failure of that field
    for (const { path, error } of written.failures) put(objects, path, graphqlError(error, language, {}));
    return new Map(keys.map((key, at) => [key, objects[at]]));
  }
}

/** The response key of the root field that asks; all that stand in one place have one. */
function rootOf([first]: readonly Wanted[]): string {
  let path = first?.info.path;
  while (path?.prev !== undefined) path = path.prev;
  return String(path?.key ?? "");
}

/** Where an entity stands in the operation: everything but its places in lists. Two selections never share it. */
function placeOf({ entity, info }: Wanted): string {
  const steps = [entity.name];
  for (let path: typeof info.path | undefined = info.path; path !== undefined; path = path.prev) {
    if (typeof path.key === "string") steps.push(`${path.typename ?? ""}.${path.key}`);
  }
  return steps.join(" ");
}

function put(objects: unknown, path: readonly (string | number)[], value: unknown): void {
  let at = objects as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last !== undefined) at[last] = value;
}
