import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Instant, TimeUnit } from "@xianmai/plugin-api";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";

import { dueAt, type Pause } from "../src/time/limits.ts";
import { workingTime } from "../src/time/working-time.ts";
import { leads, PLACES } from "./leads.ts";
import { matters } from "./matters.ts";
import { requests } from "./requests.ts";
import { county } from "./time/county.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [leads, requests, matters] });
  for (const statement of PLACES) await platform.sql(statement);
  await platform.sql("insert into app.official (code, name, town_id) select 'B', '赵审', id from app.town where code = 'C'");
});
afterAll(async () => platform[Symbol.asyncDispose]());

type Actor = "handler" | "boss";
const VIEWERS: Readonly<Record<Actor, string>> = { handler: "role=township; units=N; user=ON", boss: "role=department; units=C; user=B" };

type Action =
  | { readonly do: "step"; readonly nth: number }
  | { readonly do: "ask"; readonly by: Actor; readonly amount: number }
  | { readonly do: "decide"; readonly by: Actor; readonly step: Decision; readonly nth: number };
type Decision = "approve" | "refuse" | "withdraw";

const actor = fc.constantFrom<Actor>("handler", "boss");
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("step" as const), nth: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("ask" as const), by: actor, amount: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("decide" as const),
      by: actor,
      step: fc.constantFrom<Decision>("approve", "approve", "approve", "refuse", "withdraw"),
      nth: fc.nat(9),
    }),
  },
);
/** What happens, and after how many minutes each. */
const story = fc.array(fc.tuple(fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 600, max: 4000 })), action), {
  minLength: 10,
  maxLength: 25,
});

/** The states of a matter as somebody would write them on paper. */
const PAPER: Readonly<
  Record<string, { readonly unit?: TimeUnit; readonly amount?: number; readonly most?: number; readonly ask?: Actor[] }>
> = {
  OPEN: {},
  HANDLED: { unit: "workingDays", amount: 3, most: 5, ask: ["handler", "boss"] },
  WAITING: {},
  URGENT: { unit: "workingHours", amount: 4, most: 6, ask: ["boss"] },
  ANSWERED: { unit: "days", amount: 5 },
  CLOSED: {},
};
const STEPS: Readonly<Record<string, readonly (readonly [step: string, to: string])[]>> = {
  OPEN: [["handle", "HANDLED"]],
  HANDLED: [
    ["wait", "WAITING"],
    ["hurry", "URGENT"],
    ["wait", "WAITING"],
    ["answer", "ANSWERED"],
  ],
  WAITING: [["resume", "HANDLED"]],
  URGENT: [["slow", "HANDLED"]],
  ANSWERED: [["close", "CLOSED"]],
  CLOSED: [],
};

/** One run of a clock, as it is watched. */
interface Run {
  readonly state: string;
  readonly began: Instant;
  readonly pauses: { from: Instant; until?: Instant }[];
  extra: number;
}
interface Request {
  readonly id: string;
  readonly run: Run;
  readonly by: Actor;
  readonly amount: number;
  stage: "REQUESTED" | "APPROVED" | "REFUSED" | "WITHDRAWN";
}

const time = workingTime(county());

function dueOf(run: Run | undefined): Instant | undefined {
  const { unit, amount } = PAPER[run?.state ?? "OPEN"]!;
  if (run === undefined || unit === undefined || amount === undefined) return undefined;
  return dueAt(time, { unit, amount: amount + run.extra }, run.began, run.pauses as readonly Pause[]);
}

const codes = ({ problems }: { readonly problems: readonly { readonly code: string }[] }): readonly string[] =>
  problems.map(({ code }) => code);

test("whatever happens to a record and to what is asked for it, its time is what was approved by somebody else for the run that is on", async () => {
  await fc.assert(
    fc.asyncProperty(story, async (given) => {
      let now = Date.parse("2023-02-01T09:00:00+08:00");
      let state = "OPEN";
      let run: Run | undefined;
      const asked: Request[] = [];
      platform.turnTo(new Date(now).toISOString());
      const [town] = await platform.sql<{ id: string }>("select id from app.town where code = 'N'");
      const { made } = await platform.query<{ made: { matter: { id: string } } }>(
        "mutation ($input: CreateMatterInput!) { made: createMatter(input: $input) { matter { id } } }",
        { input: { number: crypto.randomUUID(), town: `Town:${town!.id}` } },
      );
      const { id } = made.matter;

      async function step(nth: number): Promise<void> {
        const steps = STEPS[state]!;
        const [name, to] = steps[nth % Math.max(1, steps.length)] ?? [];
        if (name === undefined || to === undefined) return;
        const { taken } = await platform.query<{ taken: { problems: [] } }>(
          `mutation { taken: ${name}Matter(input: { id: "${id}" }) { problems { code } } }`,
        );
        expect(codes(taken)).toEqual([]);
        const at = new Date(now).toISOString() as Instant;
        if (to === "WAITING") run?.pauses.push({ from: at });
        else if (state === "WAITING") run!.pauses.at(-1)!.until = at;
        else run = PAPER[to]!.unit === undefined ? undefined : { state: to, began: at, pauses: [], extra: 0 };
        state = to;
      }

      function whyNotAsk(by: Actor, amount: number): readonly string[] {
        const { most, ask } = PAPER[run?.state ?? "OPEN"]!;
        const due = dueOf(run);
        if (run === undefined) return ["CLOCK_MISSING"];
        if (most === undefined || ask === undefined) return ["CLOCK_NOT_EXTENDABLE"];
        if (!ask.includes(by)) return ["PERMISSION_DENIED"];
        if (due !== undefined && Date.parse(due) <= now) return ["DEADLINE_OVER"];
        if (asked.some((one) => one.run === run && one.stage === "REQUESTED")) return ["EXTENSION_OPEN"];
        return run.extra + amount > most ? ["EXTENSION_TOO_LONG"] : [];
      }

      async function ask(by: Actor, amount: number): Promise<void> {
        const { taken } = await platform
          .as(VIEWERS[by])
          .query<{ taken: { made: { id: string } | null; problems: readonly { readonly code: string }[] } }>(
            `mutation { taken: requestDeadlineExtension(input: { subject: "${id}", amount: ${amount}, reason: "核实" }) {
              made: deadlineExtension { id } problems { code }
            } }`,
          );
        expect(codes(taken)).toEqual(whyNotAsk(by, amount));
        if (taken.made !== null) asked.push({ id: taken.made.id, run: run!, by, amount, stage: "REQUESTED" });
      }

      function whyNotDecide(by: Actor, what: Decision, request: Request): readonly string[] {
        if (request.stage !== "REQUESTED") return ["STEP_NOT_AVAILABLE"];
        if (what === "withdraw") return request.by === by ? [] : ["EXTENSION_OF_SOMEBODY_ELSE"];
        if (by === "handler") return ["EXTENSION_NOT_YOURS_TO_DECIDE"];
        if (request.by === by) return ["EXTENSION_OWN"];
        return what === "approve" && request.run !== run ? ["CLOCK_GONE"] : [];
      }

      async function decide(by: Actor, what: Decision, nth: number): Promise<void> {
        const request = asked.at(-1 - (nth % 3)) ?? asked.at(-1);
        if (request === undefined) return;
        const { taken } = await platform
          .as(VIEWERS[by])
          .query<{ taken: { problems: readonly { readonly code: string }[] } }>(
            `mutation { taken: ${what}DeadlineExtension(input: { id: "${request.id}"${what === "refuse" ? ', reason: "无需"' : ""} }) { problems { code } } }`,
          );
        const wrong = whyNotDecide(by, what, request);
        expect(codes(taken)).toEqual(wrong);
        if (wrong.length > 0) return;
        request.stage = ({ approve: "APPROVED", refuse: "REFUSED", withdraw: "WITHDRAWN" } as const)[what];
        if (what === "approve") request.run.extra += request.amount;
      }

      for (const [minutes, one] of given) {
        now += minutes * 60_000;
        platform.turnTo(new Date(now).toISOString());
        if (one.do === "step") await step(one.nth);
        else if (one.do === "ask") await ask(one.by, one.amount);
        else await decide(one.by, one.step, one.nth);
        const { node } = await platform.query<{ node: { stage: string; stageDue: string | null } }>(
          `{ node(id: "${id}") { ... on Matter { stage stageDue } } }`,
        );
        const due = dueOf(run);
        expect({ stage: node.stage, due: node.stageDue === null ? undefined : new Date(node.stageDue).toISOString() }).toEqual({
          stage: state,
          due,
        });
      }
      const { node } = await platform.query<{ node: { deadlineExtensions: { nodes: readonly { id: string; stage: string }[] } } }>(
        `{ node(id: "${id}") { ... on Matter { deadlineExtensions { nodes { id stage } } } } }`,
      );
      expect(Object.fromEntries(node.deadlineExtensions.nodes.map((row) => [row.id, row.stage]))).toEqual(
        Object.fromEntries(asked.map((request) => [request.id, request.stage])),
      );
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 60_000);
