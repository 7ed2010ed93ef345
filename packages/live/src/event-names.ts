import type { StepDeclaration } from "@xianmai/plugin-api";

import type { Transition } from "./transitions.ts";

type Steps = readonly (readonly [string, StepDeclaration])[];

function sourcesOf({ from }: StepDeclaration): readonly string[] {
  return typeof from === "string" ? [from] : from;
}

/**
 * Which step's event a transition fires: of several steps to one state the one whose `from` fits, else the one that names no event of its own.
 *
 * @returns the step, or `undefined` for a state that no step leads to
 */
export function stepFired(steps: Steps, { from, to }: Pick<Transition, "from" | "to">): string | undefined {
  const leading = steps.filter(([, step]) => step.to === to);
  const fitting = leading.find(([, step]) => from !== null && sourcesOf(step).includes(from));
  const [step] = fitting ?? leading.find(([, candidate]) => candidate.event === undefined) ?? leading[0] ?? [];
  return step;
}
