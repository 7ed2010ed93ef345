import type { StepDeclaration } from "@xianmai/plugin-api";
import { stepMutation } from "@xianmai/plugin-api/model";

import type { Transition } from "./transitions.ts";

type Steps = readonly (readonly [string, StepDeclaration])[];

function sourcesOf({ from }: StepDeclaration): readonly string[] {
  return typeof from === "string" ? [from] : from;
}

/** The step of an entity whose mutation is the origin of a change; `undefined` where none is. */
export function stepTaken(entity: string, steps: Steps, origin: string | null): string | undefined {
  return steps.find(([step]) => stepMutation(entity, step) === origin)?.[0];
}

/** The steps that lead from a state to the same one. */
export function stayingSteps(steps: Steps): Steps {
  return steps.filter(([, step]) => sourcesOf(step).includes(step.to));
}

/**
 * Which step's event a transition fires: of several steps to one state the one that was taken, else one whose `from` fits, else the one that names
 * no event of its own.
 *
 * @param taken the step whose mutation made the change, where one did
 * @returns the step, or `undefined` for a state that no step leads to
 */
export function stepFired(steps: Steps, { from, to }: Pick<Transition, "from" | "to">, taken?: string): string | undefined {
  const leading = steps.filter(([, step]) => step.to === to);
  const fits = leading.filter(([, step]) => from !== null && sourcesOf(step).includes(from));
  const fitting = fits.find(([name]) => name === taken) ?? fits[0];
  const [step] = fitting ?? leading.find(([, candidate]) => candidate.event === undefined) ?? leading[0] ?? [];
  return step;
}
