import fc from "fast-check";
import { expect, test } from "vitest";

import { lifecycle, type Instant } from "@xianmai/plugin-api";

import { clockCourse } from "../src/clock-course.ts";
import type { StageChange } from "../src/stage-trail.ts";

const words = { zh: "某", en: "Some" } as const;

const Stage = lifecycle("Stage", words, {
  start: "A",
  states: {
    A: { ...words, clock: { hours: 10 } },
    B: { ...words, clock: { hours: 20 } },
    P: { ...words, pauses: true },
    Q: { ...words, pauses: true },
    N: words,
  },
  steps: {},
});
type State = keyof typeof Stage.states;

interface Stay {
  readonly state: State;
  readonly hours: number;
  /** Whether it began by a change from outside. */
  readonly outside: boolean;
}

const stays: fc.Arbitrary<readonly Stay[]> = fc.array(
  fc.record({
    state: fc.constantFrom<State>("A", "A", "B", "P", "Q", "N"),
    hours: fc.integer({ min: 1, max: 9 }),
    outside: fc.integer({ min: 0, max: 7 }).map((one) => one === 0),
  }),
  { minLength: 1, maxLength: 12 },
);

const at = (hour: number): Instant => new Date(Date.UTC(2023, 0, 1, hour)).toISOString() as Instant;
const isPause = (state: State): boolean => state === "P" || state === "Q";

/** Winds the clock as somebody would who watches the row from the beginning. */
function watched(given: readonly Stay[]) {
  let hour = 0;
  let since = 0;
  let clock: { owner: State; began: number } | undefined;
  let pauses: { from: number; until: number | undefined }[] = [];
  let before: State | undefined;
  for (const { state, hours, outside } of given) {
    const open = pauses.at(-1);
    if (open !== undefined && open.until === undefined) open.until = hour;
    const goesOn = !outside && before !== undefined && isPause(before) && clock?.owner === state;
    if (isPause(state)) {
      if (outside || before === undefined) clock = undefined;
      if (clock === undefined) pauses = [];
      else pauses.push({ from: hour, until: undefined });
    } else if (!goesOn) {
      clock = { owner: state, began: hour };
      pauses = [];
    }
    since = hour;
    before = state;
    hour += hours;
  }
  return {
    since: at(since),
    clock: clock === undefined ? undefined : Stage.states[clock.owner].clock,
    state: clock?.owner,
    began: at(clock?.began ?? since),
    pauses: pauses.map(({ from, until }) => ({ from: at(from), ...(until === undefined ? {} : { until: at(until) }) })),
  };
}

/** What is recorded of the stays. */
function recorded(given: readonly Stay[]): readonly StageChange[] {
  let hour = 0;
  return given.map(({ hours, outside }, place) => {
    const change = { at: at(hour), from: outside ? null : (given[place - 1]?.state ?? null) };
    hour += hours;
    return change;
  });
}

test("what is recorded of a row tells how its clock ran, as if it had been watched from the beginning", () => {
  fc.assert(
    fc.property(stays, (given) => {
      const course = clockCourse(Stage, given.at(-1)!.state, recorded(given))!;
      expect({ ...course, pauses: course.pauses.toReversed() }).toEqual(watched(given));
    }),
    { numRuns: 2000 },
  );
});

test("where it is forgotten when a row came into its stage, its clock shows nothing; what lies before is not made up", () => {
  expect(clockCourse(Stage, "A", [{ at: null, from: null }])).toBeUndefined();
  expect(clockCourse(Stage, "A", [])).toBeUndefined();
  const changes = [
    { at: null, from: null },
    { at: at(5), from: "A" },
    { at: at(7), from: "P" },
  ];
  expect(clockCourse(Stage, "A", changes)).toEqual({ since: at(7), clock: { hours: 10 }, state: "A", began: at(7), pauses: [] });
});
