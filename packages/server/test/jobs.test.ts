import { setTimeout as pause } from "node:timers/promises";

import { job } from "@xianmai/plugin-api";
import { afterAll, beforeAll, expect, test } from "vitest";

import { letters } from "./support/letters.ts";
import { plugin } from "./support/declare.ts";
import { startPlatform, type TestPlatform } from "./support/platform.ts";

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startPlatform("jobs", [letters]);
});
afterAll(async () => platform[Symbol.asyncDispose]());

/** Resolves when the queue is empty. */
async function done(): Promise<void> {
  for (;;) {
    const { rows } = await platform.psql.query("select from xmq._private_jobs");
    if (rows.length === 0) return;
    await pause(10);
  }
}

test("a plugin's mutation queues a job with what it writes: the job sees it, and its run is shown", async () => {
  expect((await platform.graphql('mutation { writeLetter(text: "甲") }')).data).toEqual({ writeLetter: "甲" });
  await done();
  const { data } = await platform.graphql("{ letters { nodes { text isSent } } jobRuns { nodes { job label state } } }");
  expect(data).toEqual({
    letters: { nodes: [{ text: "甲", isSent: true }] },
    jobRuns: { nodes: [{ job: "letters.send", label: "发出函件", state: "SUCCEEDED" }] },
  });
});

test("a mutation that is undone has queued nothing", async () => {
  const before = await platform.psql.query("select from xm.job_run");
  const { errors } = await platform.graphql('mutation { writeLetter(text: "乙", fails: true) }');
  expect(errors).toHaveLength(1);
  const after = await platform.psql.query("select from xm.job_run");
  expect(after.rowCount).toBe(before.rowCount);
});

test("a job that no enabled plugin lists is refused where it is queued, rather than never done", async () => {
  const { errors } = await platform.graphql("mutation { queueStray }");
  expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(["JOB_UNDECLARED"]);
});

test("nothing is queued outside a mutation", async () => {
  const { errors } = await platform.graphql("{ queueInQuery }");
  expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(["OUTSIDE_MUTATION"]);
});

test("health says whether the queue is worked, and the figures for Prometheus how runs ended", async () => {
  const health = (await (await fetch(`${platform.server.url}/health/ready`)).json()) as { checks: Record<string, unknown> };
  expect(health.checks["jobs"]).toEqual({ ok: true });
  await platform.graphql('mutation { writeLetter(text: "丙") }');
  await done();
  const figures = await (await fetch(`${platform.server.url}/metrics`)).text();
  expect(figures).toMatch(/xianmai_job_runs_total\{job="letters\.send",outcome="succeeded"\} [1-9]/);
});

test("a server is not started on channels that nobody declares", async () => {
  const { startServer } = await import("../src/server.ts");
  const { pino } = await import("pino");
  await expect(
    startServer({
      composition: platform.composition,
      postgres: platform.database,
      port: 0,
      log: pino({ level: "silent" }),
      channels: { pigeon: {} },
    }),
  ).rejects.toMatchObject({ code: "CHANNEL_UNKNOWN" });
});

test("a job is done by the server that knows it: another with fewer plugins leaves it in the queue", async () => {
  const other = await startPlatform("jobs of others", [
    plugin("others", { jobs: [job("others.work", { zh: "某", en: "Some" }, async () => undefined)] }),
  ]);
  await other.psql.query("select xm.enqueue_job('letters.send', '{}', 5, null, null)");
  await other.psql.query("select xm.enqueue_job('others.work', '{}', 5, null, null)");
  for (;;) {
    const { rows } = await other.psql.query("select from xm.job_run where state = 'SUCCEEDED'");
    if (rows.length === 1) break;
    await pause(10);
  }
  const { rows } = await other.psql.query("select job, state from xm.job_run order by id");
  expect(rows).toEqual([
    { job: "letters.send", state: "QUEUED" },
    { job: "others.work", state: "SUCCEEDED" },
  ]);
  await other[Symbol.asyncDispose]();
});
