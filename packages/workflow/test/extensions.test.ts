import type { Instant } from "@xianmai/plugin-api";
import { createTestPlatform, type TestPlatform, type TestViewer } from "@xianmai/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { asked } from "./asked.ts";
import { leads, PLACES } from "./leads.ts";
import { matters } from "./matters.ts";
import { requests } from "./requests.ts";
import { local } from "./time/county.ts";

let platform: TestPlatform;
let number = 0;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [leads, requests, matters] });
  for (const statement of PLACES) await platform.sql(statement);
  await platform.sql("insert into app.official (code, name, town_id) select 'B', '赵审', id from app.town where code = 'C'");
});
afterAll(async () => platform[Symbol.asyncDispose]());
beforeEach(() => platform.turnTo("2023-02-01T09:00:00+08:00"));

/** Who handles the matters of the north, who handles those of the south, and who decides. */
const north = (): TestViewer => platform.as("role=township; units=N; user=ON");
const south = (): TestViewer => platform.as("role=department; units=S; user=OS");
const boss = (): TestViewer => platform.as("role=department; units=C; user=B");

type Problems = readonly { readonly code: string; readonly path: readonly string[]; readonly message?: string }[];

/** A matter of the north that somebody else helps with, with the steps that were taken of it now. */
async function matter(...steps: readonly string[]): Promise<string> {
  const towns = await platform.sql<{ code: string; id: string }>("select code, id from app.town");
  const town = (code: string): string => `Town:${towns.find((one) => one.code === code)!.id}`;
  const { createMatter } = await platform.query<{ createMatter: { matter: { id: string } } }>(
    "mutation ($input: CreateMatterInput!) { createMatter(input: $input) { matter { id } } }",
    { input: { number: `M${(number += 1)}`, town: town("N"), helper: town("S") } },
  );
  for (const step of steps) await take(createMatter.matter.id, step);
  return createMatter.matter.id;
}

async function take(id: string, step: string): Promise<void> {
  const mutation = `mutation ($id: ID!) { taken: ${step}Matter(input: { id: $id }) { problems { code } } }`;
  expect(await platform.query(mutation, { id })).toEqual({ taken: { problems: [] } });
}

interface Asked {
  readonly extension: { readonly id: string } | null;
  readonly problems: Problems;
}

async function ask(viewer: TestViewer, subject: string, amount: number, reason = "需现场核实"): Promise<Asked> {
  const { taken } = await viewer.query<{ taken: Asked }>(
    `mutation ($input: RequestDeadlineExtensionInput!) {
      taken: requestDeadlineExtension(input: $input) { extension: deadlineExtension { id } problems { code path } }
    }`,
    { input: { subject, amount, reason } },
  );
  return taken;
}

async function decide(viewer: TestViewer, id: string, step: string, reason?: string): Promise<Problems> {
  const { taken } = await viewer.query<{ taken: { problems: Problems } }>(
    `mutation ($input: ${step}DeadlineExtensionInput!) {
      taken: ${step[0]!.toLowerCase()}${step.slice(1)}DeadlineExtension(input: $input) { problems { code path } }
    }`,
    { input: { id, reason } },
  );
  return taken.problems;
}

/** Asks for more time and has it approved. */
async function extended(id: string, amount: number): Promise<void> {
  const { extension, problems } = await ask(north(), id, amount);
  expect(problems).toEqual([]);
  expect(await decide(boss(), extension!.id, "Approve")).toEqual([]);
}

type Clock = { readonly stageDue: Instant | null; readonly stageWarning: Instant | null; readonly stageEscalations: readonly Instant[] };

async function clockOf(id: string): Promise<{ due: string | undefined; warning: string | undefined; escalations: unknown }> {
  const { node } = await platform.query<{ node: Clock }>(
    "query ($id: ID!) { node(id: $id) { ... on Matter { stageDue stageWarning stageEscalations } } }",
    { id },
  );
  return {
    due: local(node.stageDue ?? undefined),
    warning: local(node.stageWarning ?? undefined),
    escalations: node.stageEscalations.map(local),
  };
}

test("what is approved makes the time longer, with its warning and its escalations; what is only asked for does not", async () => {
  const id = await matter("handle");
  const before = { due: "2023-02-06 18:00", warning: "2023-02-03 18:00", escalations: ["2023-02-07 18:00", "2023-02-09 18:00"] };
  expect(await clockOf(id)).toEqual(before);
  const { extension } = await ask(north(), id, 2);
  expect(await clockOf(id)).toEqual(before);
  expect(await decide(boss(), extension!.id, "Approve")).toEqual([]);
  expect(await clockOf(id)).toEqual({
    due: "2023-02-08 18:00",
    warning: "2023-02-07 18:00",
    escalations: ["2023-02-09 18:00", "2023-02-13 18:00"],
  });
});

test("a request tells whose time it is, how much more, why, who asked and decided when; the record lists its requests", async () => {
  const id = await matter("handle");
  const { extension } = await ask(north(), id, 2, " 等待测绘 ");
  platform.turnTo("2023-02-02T10:00:00+08:00");
  await decide(boss(), extension!.id, "Refuse", "可以办完");
  const { node } = await north().query<{ node: object }>(
    `query ($id: ID!) { node(id: $id) { ... on Matter { deadlineExtensions { nodes {
      subject { id } subjectType clockState clockBegan amount unit reason askedBy { code } askedAt stage decidedOn
      stageHistory { step reason }
    } } } } }`,
    { id },
  );
  const began = "2023-02-01T09:00:00.000+08:00";
  expect(node).toMatchObject({
    deadlineExtensions: {
      nodes: [
        {
          subject: { id },
          subjectType: "Matter",
          clockState: "HANDLED",
          clockBegan: began,
          amount: 2,
          unit: "WORKING_DAYS",
          reason: "等待测绘",
          askedBy: { code: "ON" },
          askedAt: began,
          stage: "REFUSED",
          decidedOn: "2023-02-02",
          stageHistory: [{ step: null }, { step: "REFUSE", reason: "可以办完" }],
        },
      ],
    },
  });
});

test("twice a little is as much as once a lot, up to the most that there can be in all", async () => {
  const [once, twice] = [await matter("handle"), await matter("handle")];
  await extended(once, 5);
  await extended(twice, 2);
  await extended(twice, 3);
  expect(await clockOf(twice)).toEqual(await clockOf(once));
  expect((await clockOf(once)).due).toBe("2023-02-13 18:00");
  expect(await ask(north(), once, 1)).toEqual({ extension: null, problems: [{ code: "EXTENSION_TOO_LONG", path: ["input", "amount"] }] });
});

test("a pause costs nothing of what was added, and more can be asked for while the clock stands still", async () => {
  const id = await matter("handle");
  await extended(id, 1);
  platform.turnTo("2023-02-02T09:00:00+08:00");
  await take(id, "wait");
  await extended(id, 1);
  expect((await clockOf(id)).due).toBeUndefined();
  platform.turnTo("2023-02-16T09:00:00+08:00");
  await take(id, "resume");
  // five days in all, none of which had run before the pause: the 16th, 17th, 20th, 21st and 22nd
  expect((await clockOf(id)).due).toBe("2023-02-22 18:00");
});

test("hours are added as hours; a later stay in the same state begins without what was added to an earlier one", async () => {
  const id = await matter("handle");
  await extended(id, 2);
  platform.turnTo("2023-02-01T10:00:00+08:00");
  await take(id, "hurry");
  expect((await clockOf(id)).due).toBe("2023-02-01 16:30");
  const { extension } = await ask(boss(), id, 3);
  expect(await decide(platform, extension!.id, "Approve")).toEqual([]);
  expect((await clockOf(id)).due).toBe("2023-02-02 10:00");
  platform.turnTo("2023-02-02T09:00:00+08:00");
  await take(id, "slow");
  expect((await clockOf(id)).due).toBe("2023-02-07 18:00");
  await extended(id, 5);
  expect((await clockOf(id)).due).toBe("2023-02-14 18:00");
});

test("the past shows the time that was approved by then", async () => {
  const id = await matter("handle");
  const shown = `{ node(id: "${id}") { ... on Matter { stageDue deadlineExtensions { totalCount } } } }`;
  const { moment } = await asked(platform.url, shown);
  await extended(id, 1);
  const past = `query @asOf(moment: "${moment}") ${shown}`;
  expect(await platform.query(past)).toEqual({
    node: { stageDue: "2023-02-06T18:00:00.000+08:00", deadlineExtensions: { totalCount: 0 } },
  });
  expect(await platform.query(shown)).toEqual({
    node: { stageDue: "2023-02-07T18:00:00.000+08:00", deadlineExtensions: { totalCount: 1 } },
  });
});

test("nobody decides what they asked for themselves, and only who asked takes it back", async () => {
  const id = await matter("handle");
  const own = await ask(boss(), id, 1);
  expect(await decide(boss(), own.extension!.id, "Approve")).toEqual([{ code: "EXTENSION_OWN", path: ["input", "id"] }]);
  expect(await decide(boss(), own.extension!.id, "Refuse", "x")).toEqual([{ code: "EXTENSION_OWN", path: ["input", "id"] }]);
  expect(await decide(north(), own.extension!.id, "Withdraw")).toEqual([{ code: "EXTENSION_OF_SOMEBODY_ELSE", path: ["input", "id"] }]);
  expect(await decide(north(), own.extension!.id, "Approve")).toEqual([{ code: "EXTENSION_NOT_YOURS_TO_DECIDE", path: ["input", "id"] }]);
  expect(await decide(boss(), own.extension!.id, "Withdraw")).toEqual([]);
  const unnamed = await ask(platform, id, 1);
  expect(await decide(platform, unnamed.extension!.id, "Approve")).toEqual([{ code: "EXTENSION_OWN", path: ["input", "id"] }]);
  expect(await decide(boss(), unnamed.extension!.id, "Approve")).toEqual([]);
});

test("whoever may decide is told so by the steps that are offered", async () => {
  const { extension } = await ask(north(), await matter("handle"), 1);
  const steps = async (viewer: TestViewer): Promise<unknown> =>
    (
      await viewer.query<{ node: object }>("query ($id: ID!) { node(id: $id) { ... on DeadlineExtension { availableSteps } } }", {
        id: extension!.id,
      })
    ).node;
  expect(await steps(boss())).toEqual({ availableSteps: ["APPROVE", "REFUSE"] });
  expect(await steps(north())).toEqual({ availableSteps: ["WITHDRAW"] });
  // it helps with the matter, and may not change it
  expect(await steps(south())).toEqual({ availableSteps: [] });
});

test("one request at a time; a refusal says why and makes room for the next", async () => {
  const id = await matter("handle");
  const { extension } = await ask(north(), id, 1);
  expect(await ask(boss(), id, 1)).toEqual({ extension: null, problems: [{ code: "EXTENSION_OPEN", path: ["input", "subject"] }] });
  expect(await decide(boss(), extension!.id, "Refuse")).toEqual([{ code: "REASON_REQUIRED", path: ["input", "reason"] }]);
  expect(await decide(boss(), extension!.id, "Refuse", "可以办完")).toEqual([]);
  expect((await ask(north(), id, 1)).problems).toEqual([]);
});

test("of many who ask at once one is heard, whatever they ask for", async () => {
  const id = await matter("handle");
  const all = await Promise.all([1, 2, 3, 4, 5, 1, 2, 3].map(async (amount, at) => ask(at % 2 === 0 ? north() : boss(), id, amount)));
  expect(all.filter(({ problems }) => problems.length === 0)).toHaveLength(1);
  expect(all.flatMap(({ problems }) => problems.map(({ code }) => code))).toEqual(Array.from({ length: 7 }, () => "EXTENSION_OPEN"));
});

test("what cannot be asked for is refused and named", async () => {
  const refused = async (viewer: TestViewer, subject: string, amount = 1, reason?: string): Promise<unknown> => {
    const { extension, problems } = await ask(viewer, subject, amount, reason);
    expect(extension).toBeNull();
    return problems.map(({ code, path }) => [code, ...path]);
  };
  const id = await matter("handle");
  expect(await refused(north(), "Matter:1")).toEqual([["ID_MALFORMED", "input", "subject"]]);
  expect(await refused(north(), "Request:00000000-0000-4000-8000-000000000000")).toEqual([["ID_MALFORMED", "input", "subject"]]);
  expect(await refused(south(), id)).toEqual([["ROW_NOT_WRITABLE", "input", "subject"]]);
  expect(await refused(platform.as("role=guest"), id)).toEqual([["REFERENCE_NOT_FOUND", "input", "subject"]]);
  expect(await refused(north(), await matter())).toEqual([["CLOCK_MISSING", "input", "subject"]]);
  expect(await refused(north(), await matter("handle", "answer"))).toEqual([["CLOCK_NOT_EXTENDABLE", "input", "subject"]]);
  expect(await refused(north(), await matter("handle", "hurry"))).toEqual([["PERMISSION_DENIED"]]);
  expect(await refused(north(), id, 0)).toEqual([["VALUE_INVALID", "input", "amount"]]);
  expect(await refused(north(), id, 6)).toEqual([["EXTENSION_TOO_LONG", "input", "amount"]]);
  expect(await refused(north(), id, 1, " \n")).toEqual([["REASON_REQUIRED", "input", "reason"]]);
  platform.turnTo("2023-02-06T17:59:00+08:00");
  const { extension } = await ask(north(), id, 1);
  expect(await decide(north(), extension!.id, "Withdraw")).toEqual([]);
  platform.turnTo("2023-02-06T18:00:00+08:00");
  expect(await refused(north(), id)).toEqual([["DEADLINE_OVER", "input", "subject"]]);
});

test("what was asked for in time can be approved when the time is over: it then runs on", async () => {
  const id = await matter("handle");
  const { extension } = await ask(north(), id, 2);
  platform.turnTo("2023-02-07T09:00:00+08:00");
  const overdue = `{ node(id: "${id}") { ... on Matter { isOverdue } } }`;
  expect(await platform.query(overdue)).toEqual({ node: { isOverdue: true } });
  expect(await decide(boss(), extension!.id, "Approve")).toEqual([]);
  expect(await platform.query(overdue)).toEqual({ node: { isOverdue: false } });
});

test("what is overdue is found and counted by its alert, and no more once more time was approved", async () => {
  const id = await matter("handle");
  const { extension } = await ask(north(), id, 2);
  const overdue = async (): Promise<readonly string[]> => {
    await platform.settled();
    const { matters: found } = await platform.query<{ matters: { nodes: readonly { id: string }[] } }>(
      `{ matters(filter: { alerts: { some: { rule: { eq: "matterHandledOverdue" }, clearedAt: { isNull: true } } } }) { nodes { id } } }`,
    );
    return found.nodes.map((one) => one.id);
  };
  platform.turnTo("2023-02-06T17:59:59+08:00");
  expect(await overdue()).not.toContain(id);
  platform.turnTo("2023-02-06T18:00:00+08:00");
  expect(await overdue()).toContain(id);
  expect(await decide(boss(), extension!.id, "Approve")).toEqual([]);
  expect(await overdue()).not.toContain(id);
  platform.turnTo("2023-02-08T18:00:00+08:00");
  expect(await overdue()).toContain(id);
});

test("what was asked for a clock that is no more cannot be approved, and keeps nobody from asking anew", async () => {
  const id = await matter("handle");
  const { extension } = await ask(north(), id, 1);
  platform.turnTo("2023-02-01T10:00:00+08:00");
  await take(id, "hurry");
  platform.turnTo("2023-02-01T11:00:00+08:00");
  await take(id, "slow");
  expect(await decide(boss(), extension!.id, "Approve")).toEqual([{ code: "CLOCK_GONE", path: ["input", "id"] }]);
  expect((await ask(north(), id, 5)).problems).toEqual([]);
  expect(await decide(boss(), extension!.id, "Refuse", "已转办")).toEqual([]);
});

test("requests are seen by whoever sees the record, and by nobody else", async () => {
  const id = await matter("handle");
  await ask(north(), id, 1);
  const count = `{ deadlineExtensions(filter: { subject: { eq: "${id}" } }) { totalCount } }`;
  expect(await south().query(count)).toEqual({ deadlineExtensions: { totalCount: 1 } });
  await platform.sql("update app.matter set helper_id = null where id = $1", [id.slice("Matter:".length)]);
  expect(await south().query(count)).toEqual({ deadlineExtensions: { totalCount: 0 } });
});

test("approval is an event, which shows the time as it then is", async () => {
  const id = await matter("handle");
  const { extension } = await ask(north(), id, 1);
  await using follower = await platform.follow<object>(
    "subscription { deadlineExtensionApproved { by deadlineExtension { amount subject { ... on Matter { stageDue } } } } }",
  );
  await decide(boss(), extension!.id, "Approve");
  expect(await follower.next()).toMatchObject({
    deadlineExtensionApproved: { deadlineExtension: { amount: 1, subject: { stageDue: "2023-02-07T18:00:00.000+08:00" } } },
  });
});
