import type { Described } from "./label.ts";
import type { StageClock } from "./stage-clock.ts";

/** One state (a value of the stage column). */
export interface StateDeclaration extends Described {
  /** A state in which a record may stay for good. A state that is neither an end nor left by a step is refused at composition. */
  readonly end?: boolean;
  /** How long a record may stay in it. */
  readonly clock?: StageClock;
  /** Whether the clock of the state that a step left for this one stands still here, to go on where a step leads back. */
  readonly pauses?: boolean;
}

/** One step between states: a mutation named step + entity (`startProject`). */
export interface StepDeclaration<State extends string = string> extends Described {
  readonly from: State | readonly State[];
  readonly to: State;
  /** Who may take it; none means everyone who may write the row. */
  readonly permission?: string;
  /** Whether a reason must be given. */
  readonly reason?: boolean;
  /** Columns that must have a value, and fields of files that must hold one, by the time the step is taken: in the row, or given with it where it takes them. */
  readonly requires?: readonly string[];
  /** Columns that the step's input carries besides `id`, `on` and `reason`; and fields of files, for which it carries uploads. */
  readonly takes?: readonly string[];
  /** Columns that the step writes by itself: with the step's date (`on`). */
  readonly sets?: Readonly<Record<string, "on">>;
  /** Names the event, where several steps lead to one state: all of them but one say it. */
  readonly event?: string;
}

/** A declared life cycle (流程): states, steps, and where a record begins. */
export interface Lifecycle<Name extends string = string, State extends string = string, Step extends string = string> {
  readonly name: Name;
  readonly label: Described;
  readonly start: State;
  readonly states: Readonly<Record<State, StateDeclaration>>;
  readonly steps: Readonly<Record<Step, StepDeclaration<State>>>;
}

/** The union of the states of a lifecycle. */
export type State<Declared> = Declared extends Lifecycle<string, infer Names, string> ? Names : never;

/**
 * Declares a life cycle. A stage column of it (`column.stage`) can then only be moved by its steps.
 *
 * @param name the GraphQL enum of its states, e.g. `ProjectStage`
 */
export function lifecycle<
  const Name extends string,
  const States extends Readonly<Record<string, StateDeclaration>>,
  const Steps extends Readonly<Record<string, StepDeclaration<NoInfer<keyof States & string>>>>,
>(
  name: Name,
  label: Described,
  body: { readonly start: NoInfer<keyof States & string>; readonly states: States; readonly steps: Steps },
): Lifecycle<Name, keyof States & string, keyof Steps & string> {
  return Object.freeze({ name, label, ...body });
}
