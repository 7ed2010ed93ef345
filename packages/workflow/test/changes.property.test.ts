import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { visits } from "./visits.ts";

let platform: TestPlatform;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [visits], at: "2023-11-20T09:00:00+08:00" });
});
afterAll(async () => platform[Symbol.asyncDispose]());

/** A visit as the API shows it. */
interface Visit {
  readonly number: string;
  readonly stage: string;
  readonly found: string | null;
  readonly madeOn: string | null;
}

interface Known extends Visit {
  readonly id: string;
  readonly version: string;
}

interface Answer {
  readonly visit: Known | null;
  readonly problems: readonly { readonly code: string }[];
}

const FIELDS = ["createVisit", "updateVisit", "deleteVisit", "makeVisit", "callOffVisit", "fileVisit"] as const;

/** What somebody sends: which mutation, of which of the visits, having seen which version of it, under which key. */
interface Sent {
  readonly field: (typeof FIELDS)[number];
  readonly visit: number;
  /** What the mutation is to write, where it writes something. */
  readonly value: number;
  readonly seen: "nothing" | "latest" | "older";
  readonly key: number | undefined;
}

const SENT: fc.Arbitrary<Sent> = fc.record({
  field: fc.constantFrom(...FIELDS),
  visit: fc.nat({ max: 2 }),
  value: fc.nat({ max: 2 }),
  seen: fc.constantFrom("nothing", "nothing", "latest", "older"),
  key: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
});

/** The visits as they should be, by number and by nothing but what the documentation says. */
class Model {
  readonly #rows = new Map<string, Visit>();
  readonly #requests = new Map<string, { readonly asked: string; readonly born: number | undefined }>();
  /** A visit that is made anew under the number of one that has gone is another. */
  readonly #born = new Map<string, number>();
  #births = 0;

  rows(): readonly Visit[] {
    return [...this.#rows.values()].sort((a, b) => (a.number < b.number ? -1 : 1));
  }

  /** What is answered: the visit, or what is wrong. @param target the number of the visit that the input means */
  send(field: Sent["field"], input: Readonly<Record<string, unknown>>, target: string, stale: boolean): Visit | null | string {
    const { idempotencyKey: key, ...rest } = input;
    const asked = JSON.stringify([field, rest]);
    const known = typeof key === "string" ? this.#requests.get(key) : undefined;
    if (known !== undefined) {
      if (known.asked !== asked) return "IDEMPOTENCY_KEY_REUSED";
      return this.rows().find(({ number }) => this.#born.get(number) === known.born) ?? null;
    }
    const done = this.#change(field, rest, target, stale);
    if (typeof done === "string") return done;
    if (typeof key === "string") this.#requests.set(key, { asked, born: done === null ? undefined : this.#born.get(done.number) });
    return done;
  }

  #change(field: Sent["field"], input: Readonly<Record<string, unknown>>, target: string, stale: boolean): Visit | null | string {
    const row = this.#rows.get(target);
    const found = (input["found"] ?? null) as string | null;
    if (field === "createVisit") {
      if (row === undefined) this.#born.set(target, (this.#births += 1));
      return row === undefined ? this.#put({ number: target, stage: "PLANNED", found, madeOn: null }) : "UNIQUE_TAKEN";
    }
    if (row === undefined) return "NOT_FOUND";
    if (stale) return "CONFLICT";
    switch (field) {
      case "updateVisit":
        return this.#put({ ...row, found });
      case "deleteVisit":
        this.#rows.delete(target);
        return null;
      case "makeVisit":
        return row.stage === "PLANNED" ? this.#put({ ...row, stage: "MADE", found, madeOn: "2023-11-20" }) : "STEP_NOT_AVAILABLE";
      case "callOffVisit":
        if (row.stage !== "PLANNED") return "STEP_NOT_AVAILABLE";
        return input["reason"] === undefined ? "REASON_REQUIRED" : this.#put({ ...row, stage: "CALLED_OFF" });
      case "fileVisit":
        if (row.stage !== "MADE") return "STEP_NOT_AVAILABLE";
        return row.found === null ? "NOTHING_FOUND" : this.#put({ ...row, stage: "FILED" });
    }
  }

  #put(row: Visit): Visit {
    this.#rows.set(row.number, row);
    return row;
  }
}

/** What the mutation carries beside the row, the version and the key; the value decides. */
function carried(field: Sent["field"], value: number): object {
  if (field === "callOffVisit") return value === 0 ? {} : { reason: "雨" };
  return field === "deleteVisit" || field === "fileVisit" ? {} : { found: value === 0 ? null : `发现${value}` };
}

async function ask(field: Sent["field"], input: object): Promise<Answer> {
  const type = `${field.slice(0, 1).toUpperCase()}${field.slice(1)}Input`;
  const { data, errors } = await platform.ask<{ answer: Answer }>(
    `mutation($input: ${type}!) { answer: ${field}(input: $input) { visit { id version number stage found madeOn } problems { code } } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data!.answer;
}

async function seenBy(prefix: string): Promise<readonly Visit[]> {
  const { data } = await platform.ask<{ visits: { nodes: readonly Visit[] } }>(
    "{ visits(first: 1000) { nodes { number stage found madeOn } } }",
  );
  return data!.visits.nodes.filter(({ number }) => number.startsWith(prefix));
}

let round = 0;

test("creates, changes, removals and steps, with versions and keys in any order, do what they are said to do and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(SENT, { minLength: 1, maxLength: 25 }), async (all) => {
      round += 1;
      const prefix = `R${round}-`;
      const model = new Model();
      const ids = new Map<string, string>();
      const versions = new Map<string, string[]>();
      for (const { field, visit, value, seen, key } of all) {
        const target = `${prefix}${visit}`;
        // an id that was never given out stands for a visit that was never there
        const id = ids.get(target) ?? "Visit:00000000-0000-4000-8000-000000000000";
        const past = versions.get(id) ?? [];
        const version = seen === "latest" ? past.at(-1) : seen === "older" ? past.at(-2) : undefined;
        const input = {
          ...(field === "createVisit" ? { number: target } : { id, ...(version === undefined ? {} : { ifVersion: version }) }),
          ...carried(field, value),
          ...(key === undefined ? {} : { idempotencyKey: `${prefix}${key}` }),
        };
        const expected = model.send(field, input, target, seen === "older" && version !== undefined);
        const { visit: shown, problems } = await ask(field, input);
        const known = shown === null ? null : { number: shown.number, stage: shown.stage, found: shown.found, madeOn: shown.madeOn };
        expect([known, problems.map(({ code }) => code)]).toEqual(typeof expected === "string" ? [null, [expected]] : [expected, []]);
        if (shown === null) continue;
        ids.set(shown.number, shown.id);
        const before = versions.get(shown.id) ?? [];
        // a change that changes nothing leaves the version, and a request sent again shows the one that stands
        if (before.at(-1) !== shown.version) versions.set(shown.id, [...before, shown.version]);
      }
      expect(await seenBy(prefix)).toEqual(model.rows());
    }),
    { numRuns: 40 },
  );
});

test("a mutation that comes by GET is refused, and changes nothing", async () => {
  const before = await seenBy("G");
  const query = new URLSearchParams({ query: 'mutation { createVisit(input: { number: "G1" }) { problems { code } } }' });
  const answer = await fetch(`${platform.url}/graphql?${query.toString()}`, { headers: { "apollo-require-preflight": "true" } });
  expect([answer.status, await seenBy("G")]).toEqual([405, before]);
});
