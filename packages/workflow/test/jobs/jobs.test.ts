import { job } from "@xianmai/plugin-api";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { describe, expect, onTestFinished, test } from "vitest";

import { Tally, talliesWith, write } from "./tallies.ts";

async function platformWith(...jobs: Parameters<typeof talliesWith>): Promise<TestPlatform> {
  const platform = await createTestPlatform({ plugins: [talliesWith(...jobs)] });
  onTestFinished(async () => platform[Symbol.asyncDispose]());
  return platform;
}

async function lines({ sql }: TestPlatform): Promise<readonly string[]> {
  return (await sql<{ line: string }>("select line from tally order by line")).map(({ line }) => line);
}

interface Run {
  readonly id: string;
  readonly job: string;
  readonly state: string;
  readonly attempt: number;
  readonly error: string | null;
}

async function runs(platform: TestPlatform, where = ""): Promise<readonly Run[]> {
  const { jobRuns } = await platform.query<{ jobRuns: { nodes: readonly Run[] } }>(
    `{ jobRuns${where} { nodes { id job state attempt error } } }`,
  );
  return jobRuns.nodes;
}

describe("a job", () => {
  test("does what it was queued for, and its run says so", async () => {
    const platform = await platformWith();
    await platform.jobs.enqueue(write, { line: "甲" });
    await platform.jobs.idle();
    expect(await lines(platform)).toEqual(["甲"]);
    expect(await runs(platform)).toMatchObject([{ job: "tallies.write", state: "SUCCEEDED", attempt: 1, error: null }]);
  });
});
