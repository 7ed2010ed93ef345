import { setTimeout as pause } from "node:timers/promises";

import { enqueueJob } from "@xianmai/database";
import type { ConnectionSettings } from "@xianmai/database/postgres";
import { fixedClock, job, type Instant, type Job } from "@xianmai/plugin-api";
import { buildModel } from "@xianmai/plugin-api/model";
import { createOrm } from "@xianmai/query";
import { expect, onTestFinished, test } from "vitest";

import { startJobs, type RunningJobs } from "../../src/jobs/worker.ts";
import { gateBefore } from "./gate.ts";
import { ownDatabase, until } from "./nodes.ts";
import { Tally, talliesWith, write } from "./tallies.ts";

/** Does jobs in this process until the test is over. */
function doJobs(app: ConnectionSettings, ...jobs: readonly Job[]): { readonly running: RunningJobs; readonly notes: string[] } {
  const notes: string[] = [];
  const note = (details: object, event: string): void => void notes.push(`${event} ${JSON.stringify(details)}`);
  const running = startJobs({
    jobs: [write as Job, ...jobs],
    app,
    orm: createOrm({ model: buildModel([talliesWith()]), app }),
    clock: fixedClock("2023-05-01T00:00:00.000Z" as Instant, "Asia/Shanghai"),
    timeZone: "Asia/Shanghai",
    log: { debug: () => undefined, info: note, warn: note, error: note },
    keepDays: 1,
    lease: 1_000,
  });
  onTestFinished(async () => running.stop(1_000));
  return { running, notes };
}

const writing = (line: string): Parameters<typeof enqueueJob>[1] => ({ job: write.name, payload: { line }, attempts: 1 });

test("a node that starts while PostgreSQL is away does its jobs once it is there, and goes on after each time that it was away", async () => {
  const { database, owner } = await ownDatabase();
  const gate = await gateBefore(database.app);
  const { running } = doJobs(gate.settings);
  await enqueueJob(owner, writing("一"));
  await gate.open();
  await until(owner, "exists (select from app.tally where line = '一')");

  await gate.shut();
  await enqueueJob(owner, writing("二"));
  await gate.open();
  await until(owner, "exists (select from app.tally where line = '二')", 40);
  await until(owner, "not exists (select from xmq.jobs)");
  await until(owner, "exists (select from xm.job_node where until > clock_timestamp())");
  expect(running.silence()).toBeLessThan(5_000);
});

test("a job whose end the queue could not be told, since PostgreSQL went away at that moment, is not done again", async () => {
  const { database, owner } = await ownDatabase();
  const gate = await gateBefore(database.app);
  await gate.open();
  const last = job<{ readonly line: string }>(
    "tallies.last",
    { zh: "随即断开", en: "Is the last to be heard of" },
    async ({ line }, { transaction }) => {
      await transaction(async ({ em }) => {
        em.persist(em.create(Tally, { line } as never));
      });
      await gate.shut();
    },
  );
  doJobs(gate.settings, last as Job);
  await enqueueJob(owner, { ...writing("断"), job: last.name, attempts: 5 });
  await until(owner, "exists (select from app.tally)");
  await pause(200);
  await gate.open();
  await until(owner, "not exists (select from xmq.jobs)");
  expect((await owner.query("select from app.tally")).rowCount).toBe(1);
  await enqueueJob(owner, writing("续"));
  await until(owner, "exists (select from app.tally where line = '续')");
});

test("a job that takes longer than it says has its signal aborted, and what it writes too late is undone", async () => {
  const { database, owner } = await ownDatabase();
  const deaf = job<{ readonly line: string }>(
    "tallies.deaf",
    { zh: "不理会信号", en: "Heeds no signal", minutes: 0.002 },
    async ({ line }, { transaction, signal }) =>
      transaction(async ({ em }) => {
        em.persist(em.create(Tally, { line } as never));
        await pause(300);
        if (!signal.aborted) throw new Error("The signal should have been aborted by now.");
      }),
  );
  doJobs(database.app, deaf as Job);
  await enqueueJob(owner, { ...writing("迟"), job: deaf.name });
  await until(owner, "exists (select from xm.job_run where state = 'FAILED' and error like '%timeout%')");
  expect((await owner.query("select from app.tally")).rowCount).toBe(0);
});

test("a job that fails after the transaction that finished it stays done, and says so in the log", async () => {
  const { database, owner } = await ownDatabase();
  const clumsy = job<{ readonly line: string }>(
    "tallies.clumsy",
    { zh: "完成后出错", en: "Fails once it is done" },
    async ({ line }, { transaction }) => {
      await transaction(async ({ em }) => {
        em.persist(em.create(Tally, { line } as never));
      });
      throw new Error("too late to matter");
    },
  );
  const { notes } = doJobs(database.app, clumsy as Job);
  await enqueueJob(owner, { ...writing("甲"), job: clumsy.name, attempts: 5 });
  await until(owner, "exists (select from xm.job_run where state = 'SUCCEEDED') and not exists (select from xmq.jobs)");
  expect((await owner.query("select from app.tally")).rowCount).toBe(1);
  expect(notes.some((note) => note.startsWith("a job failed after the transaction that finished it"))).toBe(true);
});

test("what a job writes is recorded in its name, and its clock is the platform's", async () => {
  const { database, owner } = await ownDatabase();
  const dated = job("tallies.dated", { zh: "写日期", en: "Writes the date" }, async (_payload, { transaction, clock }) =>
    transaction(async ({ em }) => {
      em.persist(em.create(Tally, { line: clock.today() } as never));
    }),
  );
  doJobs(database.app, dated as Job);
  await enqueueJob(owner, { ...writing(""), job: dated.name });
  await until(owner, "exists (select from app.tally where line = '2023-05-01')");
  const { rows } = await owner.query("select distinct actor, origin from xm.change");
  expect(rows).toEqual([{ actor: "job", origin: "tallies.dated" }]);
});

test("a second transaction that would finish a job is refused, and portions are not", async () => {
  const { database, owner } = await ownDatabase();
  const twice = job(
    "tallies.twice",
    { zh: "两次完成", en: "Finishes twice", attempts: 1 },
    async (_payload, { transaction, portion, log }) => {
      for (const line of ["一", "二"])
        await portion(async ({ em }) => {
          em.persist(em.create(Tally, { line } as never));
        });
      await transaction(async () => undefined);
      await transaction(async () => undefined).catch((error: unknown) => log.error("refused", { code: (error as { code?: string }).code }));
    },
  );
  const { notes } = doJobs(database.app, twice as Job);
  await enqueueJob(owner, { ...writing(""), job: twice.name });
  await until(owner, "exists (select from xm.job_run where state = 'SUCCEEDED') and not exists (select from xmq.jobs)");
  expect((await owner.query("select from app.tally")).rowCount).toBe(2);
  expect(notes).toContain('refused {"job":"tallies.twice","run":"1","code":"JOB_FINISHED"}');
});

test("runs that ended are forgotten after the days for which they are kept, those that failed with what the queue had of them", async () => {
  const { database, owner } = await ownDatabase();
  await enqueueJob(owner, writing("旧"));
  await owner.query("update xmq._private_jobs set attempts = max_attempts");
  await owner.query("update xm.job_run set state = 'FAILED', ended_at = now() - interval '25 hours'");
  doJobs(database.app);
  await until(owner, "not exists (select from xm.job_run) and not exists (select from xmq.jobs)");
  expect((await owner.query("select from app.tally")).rowCount).toBe(0);
});

test("a run of which the queue has nothing left says that it has failed", async () => {
  const { database, owner } = await ownDatabase();
  await enqueueJob(owner, writing("丢"));
  await owner.query("delete from xmq._private_jobs");
  doJobs(database.app);
  await until(owner, "exists (select from xm.job_run where state = 'FAILED')");
  const { rows } = await owner.query<{ error: string }>("select error from xm.job_run");
  expect(rows[0]?.error).toContain("The queue has it no more");
});
