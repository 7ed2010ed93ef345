import type { TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { alertsOf, step, task, taskPlatform } from "./county.ts";

const RECEIVED = "2023-01-20T17:50:00+08:00";

let platform: TestPlatform;

beforeAll(async () => {
  platform = await taskPlatform(RECEIVED);
});
beforeEach(() => platform.turnTo(RECEIVED));
afterAll(async () => platform[Symbol.asyncDispose]());

/** A task that was taken on the Friday before the Spring Festival. */
async function taken(code: string, office = "D"): Promise<string> {
  const id = await task(platform, { code, office });
  await step(platform, "take", id);
  return id;
}

/** Who has what open in the inbox about a task: `D O-level`. */
async function waiting(id: string): Promise<readonly string[]> {
  await platform.settled();
  const rows = await platform.sql<{ code: string; level: number }>(
    `select o.code, i.level from app.inbox_item i join app.office o on o.id = i.unit_id where i.subject_id = $1 and i.done_at is null order by i.level`,
    [id.slice(5)],
  );
  return rows.map(({ code, level }) => `${code} ${level}`);
}

test("a clock warns before its end, is overdue from the moment of its end, and goes up the tree of units a level at a time", async () => {
  const id = await taken("K1");
  platform.turnTo("2023-01-29T17:59:59+08:00");
  expect(await alertsOf(platform, id)).toEqual([]);
  platform.turnTo("2023-01-29T18:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenDueSoon 0 open"]);
  platform.turnTo("2023-01-30T18:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenDueSoon 0 cleared", "taskTakenOverdue 0 open"]);
  expect(await waiting(id)).toEqual(["D 0"]);
  platform.turnTo("2023-01-31T18:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenDueSoon 0 cleared", "taskTakenOverdue 0 open", "taskTakenOverdue 1 open"]);
  expect(await waiting(id)).toEqual(["D 0", "B 1"]);
  platform.turnTo("2023-02-02T18:00:00+08:00");
  expect(await waiting(id)).toEqual(["D 0", "B 1", "C 2"]);
  await step(platform, "finish", id);
  expect((await alertsOf(platform, id)).filter((one) => one.endsWith("open"))).toEqual([]);
  expect(await waiting(id)).toEqual([]);
});

test("where no unit is above, nothing goes further up", async () => {
  const id = await taken("K2", "C");
  platform.turnTo("2023-02-02T18:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenOverdue 0 open"]);
});

test("an alert says which stage is overdue, in both languages, and how far up it has come", async () => {
  const id = await taken("K3");
  platform.turnTo("2023-01-31T18:00:00+08:00");
  await platform.settled();
  expect(await platform.sql("select zh, en, severity from app.alert where subject_id = $1 order by level", [id.slice(5)])).toEqual([
    { zh: "任务“办理中”已逾期", en: 'Task "Taken" is overdue', severity: "RED" },
    { zh: "任务“办理中”逾期未办，上报第 1 级", en: 'Task "Taken" is overdue, escalated to level 1', severity: "RED" },
  ]);
});

test("a corrected calendar moves what is open: what is no longer overdue is cleared, and raised again when its new end has come", async () => {
  const id = await taken("K4");
  platform.turnTo("2023-01-30T20:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenOverdue 0 open"]);
  // the make-up workdays are called off
  await platform.sql("delete from app.day where date in ('2023-01-28', '2023-01-29')");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenOverdue 0 cleared"]);
  platform.turnTo("2023-02-01T18:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenOverdue 0 cleared", "taskTakenOverdue 0 open"]);
  await platform.sql(
    "insert into app.day (date, kind, zh, en) values ('2023-01-28', 'MAKE_UP', '', ''), ('2023-01-29', 'MAKE_UP', '', '')",
  );
  await platform.settled();
});

test("a clock that stands still warns of nothing until it goes on; what was overdue before stays so", async () => {
  const id = await taken("K5");
  platform.turnTo("2023-01-28T10:00:00+08:00");
  await step(platform, "wait", id);
  platform.turnTo("2023-03-01T10:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskSilent 0 open"]);
  await step(platform, "goOn", id);
  platform.turnTo("2023-03-03T18:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskSilent 0 cleared", "taskTakenOverdue 0 open"]);
  await step(platform, "wait", id);
  platform.turnTo("2023-03-20T10:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskSilent 0 cleared", "taskTakenOverdue 0 open", "taskSilent 0 open"]);
});

test("a stage that psql changes ends what its clock called for", async () => {
  const id = await taken("K6");
  platform.turnTo("2023-01-30T18:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenOverdue 0 open"]);
  await platform.sql("update app.task set stage = 'DONE' where code = 'K6'");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenOverdue 0 cleared"]);
});

test("when the tree of units changes, what has gone up waits for the unit that is above now", async () => {
  const id = await taken("K7");
  platform.turnTo("2023-01-31T18:00:00+08:00");
  expect(await waiting(id)).toEqual(["D 0", "B 1"]);
  const above = async (code: string): Promise<unknown> =>
    platform.sql("update app.office set parent_id = (select id from app.office where code = $1) where code = 'D'", [code]);
  await above("X");
  expect(await waiting(id)).toEqual(["D 0", "X 1"]);
  await above("B");
  expect(await waiting(id)).toEqual(["D 0", "B 1"]);
});

test("more time that is approved after the end clears what was overdue, until the new end has come", async () => {
  const id = await taken("K8");
  const asked = await platform
    .as("role=department; units=D; user=OD")
    .query<{ asked: { extension: { id: string }; problems: unknown[] } }>(
      `mutation ($id: ID!) { asked: requestDeadlineExtension(input: { subject: $id, amount: 1, reason: "须核实" }) { extension: deadlineExtension { id } problems { code } } }`,
      { id },
    );
  platform.turnTo("2023-01-30T18:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenOverdue 0 open"]);
  await platform
    .as("role=department; units=B; user=OB")
    .query("mutation ($id: ID!) { approveDeadlineExtension(input: { id: $id }) { problems { code } } }", { id: asked.asked.extension.id });
  expect(await alertsOf(platform, id)).toEqual(["taskTakenDueSoon 0 open", "taskTakenOverdue 0 cleared"]);
  platform.turnTo("2023-01-31T18:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskTakenDueSoon 0 cleared", "taskTakenOverdue 0 cleared", "taskTakenOverdue 0 open"]);
});
