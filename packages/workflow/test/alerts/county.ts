import type { Plugin } from "@xianmai/plugin-api";
import { createTestPlatform, type TestPlatform, type TestViewer } from "@xianmai/testing";

import { OFFICES, tasks } from "./tasks.ts";

/** A platform of offices and tasks, its clock at a moment. */
export async function taskPlatform(at: string, plugins: readonly Plugin[] = [], channels = {}): Promise<TestPlatform> {
  const platform = await createTestPlatform({ plugins: [tasks, ...plugins], at, channels });
  for (const statement of OFFICES) await platform.sql(statement);
  // what is written from outside happens when the county's time begins to run
  await platform.sql("insert into xm.dataset (name, label_zh, label_en, clock) values ('time', '时间', 'Time', $1)", [at]);
  return platform;
}

/** A task as it is made. */
export interface GivenTask {
  readonly code: string;
  readonly name?: string;
  readonly office?: string;
  readonly lead?: string;
  readonly deadline?: string;
}

/** Writes a task as psql would. @returns its global id */
export async function task(
  platform: TestPlatform,
  { code, name = `任务${code}`, office = "D", lead, deadline }: GivenTask,
): Promise<string> {
  const [row] = await platform.sql<{ id: string }>(
    `insert into app.task (code, name, office_id, lead_id, deadline)
     select $1, $2, o.id, (select id from app.official where code = $4), $5 from app.office o where o.code = $3 returning id`,
    [code, name, office, lead ?? null, deadline ?? null],
  );
  return `Task:${row?.id ?? ""}`;
}

/** Takes a step of a task, as the county. */
export async function step(platform: TestPlatform, name: string, id: string): Promise<void> {
  const field = `${name}Task`;
  const taken = await platform.query<Record<string, { readonly problems: readonly unknown[] }>>(
    `mutation ($id: ID!) { ${field}(input: { id: $id }) { problems { code message } } }`,
    { id },
  );
  const problems = taken[field]?.problems ?? [];
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
}

/** A task's alerts as somebody sees them once all is settled: `taskLate 0 open`, in the order in which they were raised. */
export async function alertsOf(platform: TestPlatform, id: string, viewer: TestViewer = platform): Promise<readonly string[]> {
  await platform.settled();
  type Shown = { readonly rule: string; readonly level: number; readonly clearedAt: string | null };
  const { node } = await viewer.query<{ node: { alerts: { nodes: readonly Shown[] } } | null }>(
    `query ($id: ID!) { node(id: $id) { ... on Task { alerts(orderBy: [{ raisedAt: ASC }, { level: ASC }, { rule: ASC }]) { nodes { rule level clearedAt } } } } }`,
    { id },
  );
  return (node?.alerts.nodes ?? []).map(({ rule, level, clearedAt }) => `${rule} ${level} ${clearedAt === null ? "open" : "cleared"}`);
}
