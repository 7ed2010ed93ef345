import type { Entity, RowOf } from "./entity.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Viewer } from "./viewer.ts";

/** Decides whether a step may be taken: `undefined` for yes, else the problem's code (UPPER_SNAKE, labelled in the plugin's `problems`). */
export type Guard<Row> = (row: Row, viewer: Viewer) => string | undefined;

/** The guards of one lifecycle. They stand apart from it, since a row's type contains its lifecycle. */
export interface Rules {
  readonly entity: Entity;
  readonly lifecycle: Lifecycle;
  readonly guards: Readonly<Record<string, Guard<never>>>;
}

/** Declares guards for steps of a lifecycle of an entity. */
export function rules<Declared extends Entity, Step extends string>(
  entity: Declared,
  lifecycle: Lifecycle<string, string, Step>,
  guards: { readonly [Name in NoInfer<Step>]?: Guard<RowOf<Declared>> },
): Rules {
  return Object.freeze({ entity, lifecycle, guards: guards as Readonly<Record<string, Guard<never>>> });
}
