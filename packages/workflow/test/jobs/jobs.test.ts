import { job, type Job } from "@xianmai/plugin-api";
import { createTestPlatform, type TestPlatform, type TestViewer } from "@xianmai/testing";
import { describe, expect, onTestFinished, test } from "vitest";

import { Tally, talliesWith, write } from "./tallies.ts";

async function platformWith(...jobs: readonly Job[]): Promise<TestPlatform> {
  const platform = await createTestPlatform({ plugins: [talliesWith(...jobs)] });
  onTestFinished(async () => platform[Symbol.asyncDispose]());
  return platform;
}

async function lines(platform: TestPlatform): Promise<readonly string[]> {
  return (await platform.sql<{ line: string }>("select line from tally order by line")).map(({ line }) => line);
}

interface Run {
  readonly id: string;
  readonly job: string;
  readonly label: string | null;
  readonly state: string;
  readonly attempt: number;
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly error: string | null;
}

async function runs(viewer: TestViewer, asked = ""): Promise<readonly Run[]> {
  const { jobRuns } = await viewer.query<{ jobRuns: { nodes: readonly Run[] } }>(
    `{ jobRuns${asked} { nodes { id job label state attempt attempts startedAt endedAt error } } }`,
  );
  return jobRuns.nodes;
}

interface Retried {
  readonly run: { readonly id: string; readonly state: string; readonly attempt: number } | null;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[] }[];
}

async function retry(viewer: TestViewer, id: string): Promise<Retried> {
  const { retryJob } = await viewer.query<{ retryJob: Retried }>(
    "mutation ($id: ID!) { retryJob(input: { id: $id }) { run { id state attempt } problems { code path } } }",
    { id },
  );
  return retryJob;
}

/** Fails as long as no line says that it may not, writing one that is undone each time. */
const stubborn = job<{ readonly line: string }>(
  "tallies.stubborn",
  { zh: "屡试", en: "Tries again", attempts: 2 },
  async ({ line }, { transaction }) =>
    transaction(async ({ em, db }) => {
      em.persist(em.create(Tally, { line } as never));
      await em.flush();
      const allowed = await db(Tally).selectFrom("tally").select("line").where("line", "=", "放行").execute();
      if (allowed.length === 0) throw new Error("尚未放行 not allowed yet");
    }),
);

describe("a job", () => {
  test("does what it was queued for, and its run says so", async () => {
    const platform = await platformWith();
    await platform.jobs.enqueue(write, { line: "甲" });
    await platform.jobs.idle();
    expect(await lines(platform)).toEqual(["甲"]);
    expect(await runs(platform)).toMatchObject([
      { job: "tallies.write", label: "写一行", state: "SUCCEEDED", attempt: 1, attempts: 5, error: null },
    ]);
  });

  test("that fails is tried again, says why, and counts as failed after its last attempt; nothing of what it wrote is there", async () => {
    const platform = await platformWith(stubborn as Job);
    await platform.jobs.enqueue(stubborn, { line: "乙" });
    await platform.jobs.idle();
    expect(await runs(platform)).toMatchObject([{ state: "QUEUED", attempt: 1, endedAt: null, error: "尚未放行 not allowed yet" }]);
    await platform.jobs.hurry();
    await platform.jobs.idle();
    expect(await runs(platform)).toMatchObject([{ state: "FAILED", attempt: 2, error: "尚未放行 not allowed yet" }]);
    expect(await lines(platform)).toEqual([]);
  });

  test("that failed can be tried anew by hand, with all its attempts", async () => {
    const platform = await platformWith(stubborn as Job);
    await platform.jobs.enqueue(stubborn, { line: "丙" });
    await platform.jobs.idle();
    await platform.jobs.hurry();
    await platform.jobs.idle();
    const [failed] = await runs(platform, '(state: FAILED, job: "tallies.stubborn")');
    await platform.sql("insert into tally (line) values ('放行')");
    expect(await retry(platform, failed?.id ?? "")).toEqual({
      run: { id: failed?.id, state: expect.any(String) as unknown, attempt: expect.any(Number) as unknown },
      problems: [],
    });
    await platform.jobs.idle();
    expect(await runs(platform)).toMatchObject([{ id: failed?.id, state: "SUCCEEDED", attempt: 1, error: null }]);
    expect(await lines(platform)).toEqual(["丙", "放行"].toSorted());
  });

  test("that waits under a key gives way to another of that key", async () => {
    const platform = await platformWith();
    const later = { key: "同一件事", runAt: "2999-01-01T00:00:00.000Z" as never };
    await platform.jobs.enqueue(write, { line: "旧" }, later);
    await platform.jobs.enqueue(write, { line: "新" }, later);
    expect(await runs(platform)).toHaveLength(1);
    await platform.jobs.hurry();
    await platform.jobs.idle();
    expect(await lines(platform)).toEqual(["新"]);
  });

  test("queues others in its own transaction: where it fails, they are not there", async () => {
    const parent = job<{ readonly fails: boolean }>(
      "tallies.parent",
      { zh: "分派", en: "Hands on", attempts: 1 },
      async ({ fails }, { transaction }) =>
        transaction(async ({ enqueue }) => {
          await enqueue(write, { line: fails ? "不应出现" : "分派" });
          if (fails) throw new Error("undone");
        }),
    );
    const platform = await platformWith(parent as Job);
    await platform.jobs.enqueue(parent, { fails: true });
    await platform.jobs.enqueue(parent, { fails: false });
    await platform.jobs.idle();
    expect(await lines(platform)).toEqual(["分派"]);
  });
});

describe("whoever looks after jobs", () => {
  test("sees the declared ones, when each is done next, and how its runs stand", async () => {
    const nightly = job("tallies.nightly", { zh: "每晚", en: "Every night", schedule: "30 3 * * *" }, async () => undefined);
    const platform = await platformWith(nightly as Job, stubborn as Job);
    await platform.jobs.enqueue(stubborn, { line: "丁" });
    await platform.jobs.enqueue(nightly, {});
    await platform.jobs.idle();
    const { jobs } = await platform.query<{ jobs: readonly { name: string; nextRunAt: string | null }[] }>(
      "{ jobs { name label schedule nextRunAt queued running failed lastRun { state } } }",
    );
    expect(jobs.filter(({ name }) => name.startsWith("tallies."))).toEqual([
      { name: "tallies.write", label: "写一行", schedule: null, nextRunAt: null, queued: 0, running: 0, failed: 0, lastRun: null },
      {
        name: "tallies.nightly",
        label: "每晚",
        schedule: "30 3 * * *",
        nextRunAt: expect.stringMatching(/T03:30:00\.000\+08:00$/) as unknown,
        queued: 0,
        running: 0,
        failed: 0,
        lastRun: { state: "SUCCEEDED" },
      },
      {
        name: "tallies.stubborn",
        label: "屡试",
        schedule: null,
        nextRunAt: null,
        queued: 1,
        running: 0,
        failed: 0,
        lastRun: { state: "QUEUED" },
      },
    ]);
  });

  test("turns over the runs page by page, the newest first, each once", async () => {
    const platform = await platformWith();
    for (let at = 0; at < 7; at += 1) await platform.jobs.enqueue(write, { line: String(at) });
    await platform.jobs.idle();
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const page: { jobRuns: { edges: { node: { id: string } }[]; pageInfo: { more: boolean; endCursor: string | null } } } =
        await platform.query(
          "query ($after: String) { jobRuns(first: 3, after: $after) { edges { cursor node { id } } pageInfo { more: hasNextPage endCursor } } }",
          { after },
        );
      seen.push(...page.jobRuns.edges.map(({ node }) => node.id));
      if (!page.jobRuns.pageInfo.more) break;
      after = page.jobRuns.pageInfo.endCursor;
    }
    expect(seen).toEqual(["7", "6", "5", "4", "3", "2", "1"]);
  });

  test("needs the permission to see them, and another to have them tried anew", async () => {
    const platform = await platformWith(stubborn as Job);
    await platform.jobs.enqueue(stubborn, { line: "戊" });
    await platform.jobs.idle();
    const guest = platform.as("role=guest");
    for (const asked of ["{ jobs { name } }", "{ jobRuns { nodes { id } } }"]) {
      const { errors } = await guest.ask(asked);
      expect(errors?.map(({ extensions }) => extensions?.["code"])).toEqual(["PERMISSION_DENIED"]);
    }
    const department = platform.as("role=department");
    expect(await runs(department)).toHaveLength(1);
    expect(await retry(department, "1")).toEqual({ run: null, problems: [{ code: "PERMISSION_DENIED", path: [] }] });
  });

  test("is told why a run cannot be tried anew", async () => {
    const platform = await platformWith(stubborn as Job);
    await platform.jobs.enqueue(write, { line: "己" });
    await platform.jobs.enqueue(stubborn, { line: "庚" });
    await platform.jobs.idle();
    const codes = async (id: string): Promise<readonly string[]> => (await retry(platform, id)).problems.map(({ code }) => code);
    expect(await codes("1")).toEqual(["JOB_NOT_FAILED"]);
    expect(await codes("99")).toEqual(["NOT_FOUND"]);
    expect(await codes("JobRun:1")).toEqual(["NOT_FOUND"]);
    await platform.sql("delete from xmq._private_jobs");
    expect(await codes("2")).toEqual(["JOB_FORGOTTEN"]);
  });
});
