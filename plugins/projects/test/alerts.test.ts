import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { projects } from "../src/index.ts";

let platform: TestPlatform;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [organization, projects], demo: true });
});
afterAll(async () => platform[Symbol.asyncDispose]());

/** The open alerts of a project, of which it has one at most. */
async function open(code: string): Promise<readonly { readonly rule: string; readonly severity: string }[]> {
  await platform.settled();
  const { project } = await platform.query<{ project: { alerts: { nodes: readonly { rule: string; severity: string }[] } } }>(
    `query ($code: String) { project(code: $code) { alerts(filter: { clearedAt: { isNull: true } }) { nodes { rule severity } } } }`,
    { code },
  );
  return project.alerts.nodes;
}

test("there are as many overdue starts in alarm as the figures count", async () => {
  await platform.settled();
  const { alertAggregates } = await platform.query<{ alertAggregates: readonly { count: number }[] }>(
    `{ alertAggregates(filter: { rule: { eq: "startOverdue" }, clearedAt: { isNull: true } }) { count } }`,
  );
  const [counted] = await platform.sql<{ count: number }>(
    `select count(*)::int as count from project where parent_id is null and nature = 'NEW_START' and stage <> 'WITHDRAWN'
       and actual_start is null and start_deadline < '2023-11-20'`,
  );
  expect(counted?.count).toBeGreaterThan(0);
  expect(alertAggregates).toEqual([counted]);
});

test("a start that is not made is due soon 15 days before its deadline, overdue the day after it, and neither once it is made", async () => {
  const [late] = await platform.sql<{ code: string; id: string }>(
    `update project set start_deadline = '2023-12-15' where code = (select code from project where nature = 'NEW_START' and parent_id is null
       and stage = 'PREPARATORY' and actual_start is null order by code limit 1) returning code, id`,
  );
  const code = late?.code ?? "";
  platform.turnTo("2023-11-29T12:00:00+08:00");
  expect(await open(code)).toEqual([]);
  platform.turnTo("2023-11-30T00:00:00+08:00");
  expect(await open(code)).toEqual([{ rule: "startDueSoon", severity: "YELLOW" }]);
  platform.turnTo("2023-12-16T00:00:00+08:00");
  expect(await open(code)).toEqual([{ rule: "startOverdue", severity: "RED" }]);
  await platform.query(`mutation ($id: ID!) { startProject(input: { id: $id, on: "2023-12-16" }) { problems { code } } }`, {
    id: `Project:${late?.id ?? ""}`,
  });
  expect(await open(code)).toEqual([]);
});

test("an overdue start waits for the responsible unit and for the leader of the project", async () => {
  await platform.settled();
  const { inboxItems } = await platform.query<{
    inboxItems: {
      nodes: readonly { unit: { id: string }; official: { id: string } | null; subject: Record<string, { id: string } | null> }[];
    };
  }>(
    `{ inboxItems(filter: { alert: { rule: { eq: "startOverdue" } }, doneAt: { isNull: true } }, first: 1000) {
      nodes { unit { id } official { id } subject { ... on Project { responsibleUnit { id } leader { id } } } } } }`,
  );
  expect(inboxItems.nodes.length).toBeGreaterThan(0);
  for (const { unit, official, subject } of inboxItems.nodes) {
    expect(official ?? unit).toEqual(official === null ? subject["responsibleUnit"] : subject["leader"]);
  }
});
