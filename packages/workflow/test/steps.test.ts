import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { visits } from "./visits.ts";

interface StepAnswer {
  readonly visit: { readonly number: string; readonly stage: string; readonly madeOn: string | null; readonly found: string | null } | null;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[]; readonly message: string }[];
}

let platform: TestPlatform;
let id: string;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [visits], at: "2023-11-20T09:00:00+08:00" });
});
afterAll(async () => platform[Symbol.asyncDispose]());

let number = 0;
beforeEach(async () => {
  number += 1;
  const [row] = await platform.sql<{ id: string }>("insert into app.visit (number) values ($1) returning id", [`V${number}`]);
  id = `Visit:${row?.id ?? ""}`;
});

async function step(name: string, input: object, language = "en"): Promise<StepAnswer> {
  const { data, errors } = await platform.ask<{ answer: StepAnswer }>(
    `mutation Step($input: ${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input!) { answer: ${name}(input: $input) { visit { number stage madeOn found } problems { code path message } } }`,
    { input },
    { "accept-language": language },
  );
  if (data === undefined || data === null) throw new Error(JSON.stringify(errors));
  return data.answer;
}

describe("a step", () => {
  test("moves the row, dates it with today unless a day is given, and writes what it takes", async () => {
    expect(await step("makeVisit", { id, found: "缺路" })).toEqual({
      visit: { number: `V${number}`, stage: "MADE", madeOn: "2023-11-20", found: "缺路" },
      problems: [],
    });
  });

  test("of a row that somebody has changed since it was seen is not taken, and one that is sent again is taken once", async () => {
    const [row] = await platform.sql<{ version: string }>("select xm_from::text as version from app.visit where id = $1", [
      id.slice("Visit:".length),
    ]);
    await platform.sql("update app.visit set found = '改' where id = $1", [id.slice("Visit:".length)]);
    const late = await step("makeVisit", { id, ifVersion: row?.version });
    expect([late.visit, late.problems.map(({ code, path }) => [code, path])]).toEqual([null, [["CONFLICT", ["input", "ifVersion"]]]]);
    const input = { id, idempotencyKey: `made ${number}` };
    expect(await step("makeVisit", input)).toEqual(await step("makeVisit", input));
    expect(await platform.sql("select step from xm.step where key = $1", [id.slice("Visit:".length)])).toEqual([{ step: "make" }]);
  });

  test("on an earlier day carries that day", async () => {
    expect((await step("makeVisit", { id, on: "2023-11-02" })).visit?.madeOn).toBe("2023-11-02");
  });

  test("leaves a dated row: who, when, which step, from where to where, why", async () => {
    await step("callOffVisit", { id, on: "2023-11-19", reason: " 大雪封路 " });
    const rows = await platform.sql(
      `select entity, step, from_state, to_state, "on"::text, reason, actor, at from xm.step where key = $1`,
      [id.slice("Visit:".length)],
    );
    expect(rows).toEqual([
      {
        entity: "Visit",
        step: "callOff",
        from_state: "PLANNED",
        to_state: "CALLED_OFF",
        on: "2023-11-19",
        reason: "大雪封路",
        actor: "county",
        at: new Date("2023-11-20T01:00:00.000Z"),
      },
    ]);
  });

  test("is told to subscribers with its name and who took it", async () => {
    await using follower = await platform.follow<{ visitMade: object }>(
      "subscription { visitMade { gap step from by at visit { number stage } } }",
    );
    await step("makeVisit", { id });
    expect((await follower.next()).visitMade).toEqual({
      gap: false,
      step: "MAKE",
      from: "PLANNED",
      by: "county",
      at: expect.stringMatching(/\+08:00$/) as string,
      visit: { number: `V${number}`, stage: "MADE" },
    });
  });

  test("made in SQL is told all the same, without step and person", async () => {
    await using follower = await platform.follow<{ visitMade: object }>("subscription { visitMade { step from by visit { number } } }");
    await platform.sql("update app.visit set stage = 'MADE' where number = $1", [`V${number}`]);
    expect((await follower.next()).visitMade).toEqual({ step: null, from: "PLANNED", by: null, visit: { number: `V${number}` } });
  });
});

describe("a step is refused, and nothing is changed,", () => {
  async function refused(name: string, input: object): Promise<string | undefined> {
    const { visit, problems } = await step(name, input);
    expect(visit).toBeNull();
    return problems[0]?.code;
  }

  async function unchanged(stage: string): Promise<void> {
    expect(await platform.sql("select stage from app.visit where number = $1", [`V${number}`])).toEqual([{ stage }]);
  }

  test("from a stage that it does not lead from, naming the stages in the reader's language", async () => {
    const { problems } = await step("fileVisit", { id }, "zh-CN");
    expect(problems).toEqual([
      { code: "STEP_NOT_AVAILABLE", path: ["input", "id"], message: "当前阶段为“计划”，不能“归档”：须先处于“已走访”。" },
    ]);
    await unchanged("PLANNED");
  });

  test("on a day that is still to come", async () => {
    expect(await refused("makeVisit", { id, on: "2023-11-21" })).toBe("DATE_IN_FUTURE");
    await unchanged("PLANNED");
  });

  test("without the reason that it must give, blank ones included", async () => {
    expect(await refused("callOffVisit", { id })).toBe("REASON_REQUIRED");
    expect(await refused("callOffVisit", { id, reason: "  " })).toBe("REASON_REQUIRED");
    await unchanged("PLANNED");
  });

  test("by a guard of its plugin, in the plugin's words", async () => {
    await step("makeVisit", { id });
    const { problems } = await step("fileVisit", { id });
    expect(problems[0]).toMatchObject({ code: "NOTHING_FOUND", message: expect.stringContaining("cannot be filed") as string });
    await unchanged("MADE");
  });

  test("for a row that does not exist", async () => {
    expect(await refused("makeVisit", { id: "Visit:00000000-0000-4000-8000-000000000000" })).toBe("NOT_FOUND");
    expect(await refused("makeVisit", { id: "nonsense" })).toBe("ID_MALFORMED");
  });

  test("when it was taken a moment before: of two at once one succeeds", async () => {
    const both = await Promise.all([step("makeVisit", { id }), step("makeVisit", { id })]);
    expect(both.map(({ problems }) => problems[0]?.code ?? "done").toSorted()).toEqual(["STEP_NOT_AVAILABLE", "done"]);
  });
});
