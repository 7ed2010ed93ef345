import { fixedClock, type Instant } from "@xianmai/plugin-api";
import { startTestServer, type TestPlatform } from "@xianmai/testing";
import { Client } from "pg";
import { afterAll, beforeEach, beforeAll, expect, test } from "vitest";

import { alertsOf, step, task, taskPlatform } from "./county.ts";
import { tasks } from "./tasks.ts";

let platform: TestPlatform;

beforeAll(async () => {
  platform = await taskPlatform("2023-03-01T09:00:00+08:00");
});
beforeEach(() => platform.turnTo("2023-03-01T09:00:00+08:00"));
afterAll(async () => platform[Symbol.asyncDispose]());

test("an alert is raised for what psql writes, once, and cleared when its condition holds no longer", async () => {
  const id = await task(platform, { code: "A1", deadline: "2023-02-28" });
  expect(await alertsOf(platform, id)).toEqual(["taskLate 0 open"]);
  await platform.sql("update app.task set name = '改名' where code = 'A1'");
  expect(await alertsOf(platform, id)).toEqual(["taskLate 0 open"]);
  await platform.sql("update app.task set done_on = '2023-03-01' where code = 'A1'");
  expect(await alertsOf(platform, id)).toEqual(["taskLate 0 cleared"]);
  platform.turnTo("2023-03-01T09:01:00+08:00");
  await platform.sql("update app.task set done_on = null where code = 'A1'");
  expect(await alertsOf(platform, id)).toEqual(["taskLate 0 cleared", "taskLate 0 open"]);
});

test("an alert is raised by time alone, at the midnight after which its condition holds, and not before", async () => {
  const id = await task(platform, { code: "A2", deadline: "2023-03-05" });
  platform.turnTo("2023-03-05T23:59:59+08:00");
  expect(await alertsOf(platform, id)).toEqual([]);
  platform.turnTo("2023-03-06T00:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskLate 0 open"]);
  const { node } = await platform.query<object & { node: unknown }>(
    "query ($id: ID!) { node(id: $id) { ... on Task { alerts { nodes { label zh en severity about raisedAt unit { code } subjectType subject { id } } } } } }",
    { id },
  );
  expect(node).toEqual({
    alerts: {
      nodes: [
        {
          label: "任务逾期",
          zh: "任务逾期",
          en: "Task late",
          severity: "RED",
          about: "任务A2",
          raisedAt: "2023-03-06T00:00:00.000+08:00",
          unit: { code: "D" },
          subjectType: "Task",
          subject: { id },
        },
      ],
    },
  });
});

test("conditions with or, money and lists hold for the rows that a filter finds", async () => {
  const dear = await task(platform, { code: "A3" });
  const unplanned = await task(platform, { code: "A4", name: "无预算" });
  await platform.query("mutation ($id: ID!) { updateTask(input: { id: $id, cost: 5000.01 }) { problems { code } } }", { id: dear });
  expect(await alertsOf(platform, dear)).toEqual(["taskDear 0 open"]);
  expect(await alertsOf(platform, unplanned)).toEqual(["taskDear 0 open"]);
  await platform.query("mutation ($id: ID!) { updateTask(input: { id: $id, cost: 5000 }) { problems { code } } }", { id: dear });
  expect(await alertsOf(platform, dear)).toEqual(["taskDear 0 cleared"]);
});

test("a condition about a list hears of the list's rows, and of the month that ends", async () => {
  const id = await task(platform, { code: "A5" });
  await step(platform, "take", id);
  await step(platform, "wait", id);
  expect(await alertsOf(platform, id)).toEqual(["taskSilent 0 open"]);
  await platform.sql("insert into app.note (task_id, month, text) values ($1, '2023-03', '进展')", [id.slice(5)]);
  expect(await alertsOf(platform, id)).toEqual(["taskSilent 0 cleared"]);
  platform.turnTo("2023-03-31T23:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskSilent 0 cleared"]);
  platform.turnTo("2023-04-01T00:00:00+08:00");
  expect(await alertsOf(platform, id)).toEqual(["taskSilent 0 cleared", "taskSilent 0 open"]);
});

test("records are found and counted by their alerts, by whoever sees the records and by nobody else", async () => {
  const id = await task(platform, { code: "A6", deadline: "2023-01-01" });
  await platform.settled();
  const asked = `{ tasks(filter: { code: { eq: "A6" }, alerts: { some: { clearedAt: { isNull: true } } } }) { nodes { id alertAggregates(groupBy: [{ dimension: SEVERITY }]) { key { severity } count } } }
    alertAggregates(filter: { about: { eq: "任务A6" } }) { count } }`;
  expect(await platform.as("role=department; units=B").query(asked)).toEqual({
    tasks: { nodes: [{ id, alertAggregates: [{ key: { severity: "RED" }, count: 1 }] }] },
    alertAggregates: [{ count: 1 }],
  });
  expect(await platform.as("role=department; units=X").query(asked)).toEqual({ tasks: { nodes: [] }, alertAggregates: [{ count: 0 }] });
});

test("alerts and what waits for somebody go with a record that is deleted", async () => {
  const id = await task(platform, { code: "A7", deadline: "2023-01-01" });
  await platform.settled();
  const left = async (): Promise<unknown> =>
    platform.sql(
      "select (select count(*)::int from app.alert where subject_id = $1) as a, (select count(*)::int from app.inbox_item where subject_id = $1) as i",
      [id.slice(5)],
    );
  expect(await left()).toEqual([{ a: 1, i: 1 }]);
  await platform.sql("delete from app.task where code = 'A7'");
  await platform.settled();
  expect(await left()).toEqual([{ a: 0, i: 0 }]);
});

test("what raised an alert is said in the records of who changed what", async () => {
  await task(platform, { code: "A8", deadline: "2023-01-01" });
  await platform.settled();
  const [change] = await platform.sql(
    "select c.actor, c.origin from xm.change c join xm.tbl t on t.id = c.tbl where t.name = 'alert' order by c.stamp desc, c.position desc limit 1",
  );
  expect(change).toEqual({ actor: "xianmai", origin: "alert:taskLate" });
});

test("a server that starts raises what is lacking, doubles nothing, and clears what rules have raised that are gone", async () => {
  const id = await task(platform, { code: "A9", deadline: "2023-01-01" });
  await platform.settled();
  await platform.sql(
    `insert into app.alert (rule, zh, en, severity, level, subject_id, subject_type, about, raised_at)
     values ('gone', '', '', 'RED', 0, $1, 'Task', '', '2023-02-01')`,
    [id.slice(5)],
  );
  const clock = fixedClock("2023-03-02T01:00:00.000Z" as Instant, "Asia/Shanghai");
  const other = await startTestServer({ plugins: [tasks], app: platform.database.app, clock });
  await other.settled();
  await other.stop();
  expect(
    await platform.sql("select rule, cleared_at is null as open from app.alert where subject_id = $1 order by rule", [id.slice(5)]),
  ).toEqual([
    { rule: "gone", open: false },
    { rule: "taskLate", open: true },
  ]);
});

test("a server stops at once, whatever holds its alerts up; what was under way is done all the same", async () => {
  const holder = new Client(platform.database.owner);
  await holder.connect();
  // somebody else is working out alerts, and does not end
  await holder.query("select pg_advisory_lock(130726, 14)");
  const clock = fixedClock("2023-03-02T01:00:00.000Z" as Instant, "Asia/Shanghai");
  const other = await startTestServer({ plugins: [tasks], app: platform.database.app, clock });
  const id = await task(platform, { code: "A10", deadline: "2023-01-01" });
  await other.stop();
  const raised = "select 1 from app.alert where subject_id = $1";
  expect(await platform.sql(raised, [id.slice(5)])).toEqual([]);
  await holder.end();
  expect(await alertsOf(platform, id)).toEqual(["taskLate 0 open"]);
});
