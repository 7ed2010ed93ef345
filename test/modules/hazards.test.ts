import { readFileSync } from "node:fs";

import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform, type TestPlatform, type TestViewer } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { attachFile, PNG, upload } from "../files/files.ts";
import { hazards } from "./hazards.ts";

let platform: TestPlatform;
let mender: TestViewer;
let judge: TestViewer;
let menderViewer: string;
let unit: { readonly id: string; readonly code: string };
let official: { readonly id: string; readonly code: string };
let id: string;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [organization, hazards], demo: true, at: "2023-11-20T09:00:00+08:00" });
  const { units } = await platform.query<{
    units: { nodes: readonly { id: string; code: string; parent: object | null; officials: { nodes: (typeof official)[] } }[] };
  }>("{ units(filter: { kind: { eq: TOWNSHIP } }) { nodes { id code parent { id } officials { nodes { id code } } } } }");
  const found = units.nodes.find(({ officials }) => officials.nodes.length > 0);
  const [first] = found?.officials.nodes ?? [];
  if (found === undefined || first === undefined) throw new Error("The demo has no township with officials.");
  [unit, official] = [found, first];
  menderViewer = `role=township; units=${unit.code}; user=${official.code}`;
  mender = platform.as(menderViewer);
  judge = platform.as("role=department; units=130726");
});
afterAll(async () => platform[Symbol.asyncDispose]());

interface Problem {
  readonly code: string;
  readonly path: readonly string[];
}

/** Takes a step. @returns what is wrong */
async function step(viewer: TestViewer, name: string, input: object = {}): Promise<readonly Problem[]> {
  const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}HazardInput!`;
  const answer = await viewer.query<{ step: { problems: readonly Problem[] } }>(
    `mutation ($input: ${type}) { step: ${name}Hazard(input: $input) { problems { code path } } }`,
    { input: { id, ...input } },
  );
  return answer.step.problems;
}

/** The hazard, as somebody sees it. */
async function shown(selection: string, viewer: TestViewer = mender): Promise<unknown> {
  return (await viewer.query<{ node: unknown }>(`query ($id: ID!) { node(id: $id) { ... on Hazard { ${selection} } } }`, { id })).node;
}

const openAlerts = "alerts(filter: { clearedAt: { isNull: true } }, orderBy: [{ rule: ASC }, { level: ASC }]) { nodes { rule level } }";

test("a whole module is declared in under a hundred lines", () => {
  const lines = readFileSync(new URL("hazards.ts", import.meta.url), "utf8")
    .trim()
    .split("\n");
  expect(lines.length).toBeLessThan(100);
});

/** A record is made by those whose it is, with its first stage, its steps and its deadline. */
async function isMade(): Promise<void> {
  const create = "mutation ($input: CreateHazardInput!) { createHazard(input: $input) { hazard { id } problems { code } } }";
  const input = { number: "A1", summary: "护坡开裂", unit: unit.id, foundOn: "2023-11-20" };
  const { createHazard } = await mender.query<{ createHazard: { hazard: { id: string } } }>(create, { input });
  id = createHazard.hazard.id;
  expect(await shown("stage availableSteps stageDue isOverdue")).toEqual({
    stage: "REPORTED",
    availableSteps: ["ACCEPT"],
    stageDue: "2023-11-21T18:00:00.000+08:00",
    isOverdue: false,
  });
  expect(await step(mender, "accept", { mender: official.id })).toEqual([]);
  expect(await shown("stage stageWarning stageDue stageEscalations mender { code }")).toEqual({
    stage: "MENDING",
    stageWarning: "2023-11-24T18:00:00.000+08:00",
    stageDue: "2023-11-27T18:00:00.000+08:00",
    stageEscalations: ["2023-11-28T18:00:00.000+08:00", "2023-11-30T18:00:00.000+08:00"],
    mender: { code: official.code },
  });
}

/** Its deadline is made longer on request, by somebody else's approval. */
async function isExtended(): Promise<void> {
  platform.turnTo("2023-11-22T10:00:00+08:00");
  const { asked } = await mender.query<{ asked: { extension: { id: string } } }>(
    `mutation ($id: ID!) { asked: requestDeadlineExtension(input: { subject: $id, amount: 1, reason: "雨天停工" }) { extension: deadlineExtension { id } problems { code } } }`,
    { id },
  );
  const approve = "mutation ($id: ID!) { approveDeadlineExtension(input: { id: $id }) { problems { code } } }";
  expect(await judge.query(approve, { id: asked.extension.id })).toEqual({ approveDeadlineExtension: { problems: [] } });
  expect(await shown("stageDue deadlineExtensions { nodes { stage reason } }")).toEqual({
    stageDue: "2023-11-28T18:00:00.000+08:00",
    deadlineExtensions: { nodes: [{ stage: "APPROVED", reason: "雨天停工" }] },
  });
}

/** It warns, is overdue, and goes up to the unit above, each with what waits in an inbox. */
async function isOverdue(): Promise<void> {
  platform.turnTo("2023-11-27T18:00:00+08:00");
  await platform.settled();
  expect(await shown(openAlerts)).toEqual({ alerts: { nodes: [{ rule: "hazardMendingDueSoon", level: 0 }] } });
  platform.turnTo("2023-11-29T18:00:00+08:00");
  await platform.settled();
  expect(await shown(openAlerts)).toEqual({
    alerts: {
      nodes: [
        { rule: "hazardMendingOverdue", level: 0 },
        { rule: "hazardMendingOverdue", level: 1 },
      ],
    },
  });
  expect(await platform.query(`{ hazards(filter: { alerts: { some: { clearedAt: { isNull: true } } } }) { nodes { number } } }`)).toEqual({
    hazards: { nodes: [{ number: "A1" }] },
  });
  expect(
    await mender.query(
      "{ inboxItemAggregates(filter: { doneAt: { isNull: true } }, groupBy: [{ dimension: SEVERITY }]) { key { severity } count } }",
    ),
  ).toEqual({ inboxItemAggregates: [{ key: { severity: "RED" }, count: 1 }] });
}

/** It is mended once there is a photo, sent back with a reason, discussed, and closed; all that waited is done. */
async function isMended(): Promise<void> {
  expect(await step(mender, "mend", { cost: "1.25" })).toEqual([{ code: "STEP_REQUIRES", path: ["input", "id"] }]);
  const photo = await upload(platform, PNG, { viewer: menderViewer, name: "整改后.png" });
  expect((await attachFile(platform, { subject: id, field: "proof", upload: photo }, menderViewer)).problems).toEqual([]);
  expect(await shown("availableSteps proof { nodes { name mediaType } }")).toEqual({
    availableSteps: ["MEND"],
    proof: { nodes: [{ name: "整改后.png", mediaType: "image/png" }] },
  });
  expect(await step(mender, "mend", { cost: "1.25" })).toEqual([]);
  expect(await step(judge, "sendBack", { reason: "护栏未装" })).toEqual([]);
  await mender.query(`mutation ($id: ID!) { addComment(input: { subject: $id, text: "护栏明日到货" }) { problems { code } } }`, { id });
  await using follower = await platform.follow<object>("subscription { hazardClosed { step hazard { number } } }");
  expect(await step(mender, "mend")).toEqual([]);
  expect(await step(judge, "close", { on: "2023-11-29" })).toEqual([]);
  expect(await follower.next()).toEqual({ hazardClosed: { step: "CLOSE", hazard: { number: "A1" } } });
  await platform.settled();
  expect(await shown(`${openAlerts} cost closedOn comments { nodes { text author { code } } } stageHistory { step to reason }`)).toEqual({
    alerts: { nodes: [] },
    cost: "1.25",
    closedOn: "2023-11-29",
    comments: { nodes: [{ text: "护栏明日到货", author: { code: official.code } }] },
    stageHistory: [
      { step: null, to: "REPORTED", reason: null },
      { step: "ACCEPT", to: "MENDING", reason: null },
      { step: "MEND", to: "MENDED", reason: null },
      { step: "SEND_BACK", to: "MENDING", reason: "护栏未装" },
      { step: "MEND", to: "MENDED", reason: null },
      { step: "CLOSE", to: "CLOSED", reason: null },
    ],
  });
  expect(await platform.query("{ inboxItems(filter: { doneAt: { isNull: true } }) { totalCount } }")).toEqual({
    inboxItems: { totalCount: 0 },
  });
}

/** What is declared of time alone raises an alert too, and clears it. */
async function growsOld(): Promise<void> {
  await platform.sql(
    "insert into hazard (number, summary, unit_id, found_on) select 'A2', '井盖缺失', id, '2023-11-01' from unit where code = $1",
    [unit.code],
  );
  const old = `{ alerts(filter: { rule: { eq: "hazardOld" } }) { nodes { clearedAt subject { ... on Hazard { number } } } } }`;
  await platform.settled();
  expect(await platform.query(old)).toEqual({ alerts: { nodes: [] } });
  platform.turnTo("2023-12-02T00:00:00+08:00");
  await platform.settled();
  expect(await platform.query(old)).toEqual({ alerts: { nodes: [{ clearedAt: null, subject: { number: "A2" } }] } });
  await platform.sql("update hazard set closed_on = '2023-12-01' where number = 'A2'");
  await platform.settled();
  expect(await platform.query(old)).toEqual({
    alerts: { nodes: [{ clearedAt: "2023-12-02T00:00:00.000+08:00", subject: { number: "A2" } }] },
  });
}

/** Its figure explains itself: the rows behind it, the parts, the stages and how long they took. */
async function isCounted(): Promise<void> {
  expect(
    await platform.query(`{
      metric(name: "hazardClosingRate", through: "2023-11") { value unit definition rows(first: 5) { totalCount nodes { ... on Hazard { number } } } }
      hazardStages { stage count }
    }`),
  ).toEqual({
    metric: {
      value: "50",
      unit: "%",
      definition: "本年发现且已销号 ÷ 本年发现",
      rows: { totalCount: 2, nodes: [{ number: "A1" }, { number: "A2" }] },
    },
    hazardStages: [
      { stage: "REPORTED", count: 1 },
      { stage: "MENDING", count: 0 },
      { stage: "MENDED", count: 0 },
      { stage: "CLOSED", count: 1 },
    ],
  });
}

test("everything works over it: steps, deadlines and more time, alerts and who is told, files, comments, figures", async () => {
  await isMade();
  await isExtended();
  await isOverdue();
  await isMended();
  await growsOld();
  await isCounted();
  expect(await shown("stage availableSteps", judge)).toEqual({ stage: "CLOSED", availableSteps: [] });
});
