import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { Client } from "pg";
import { afterAll, beforeEach, expect, onTestFinished, test } from "vitest";

import { enqueueJob, migrate, tendNodes } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";

import { backup, restore } from "../src/backup/index.ts";
import { QUEUE_REVISION } from "../src/jobs/platform.ts";
import { libpqUrl } from "../src/postgres/settings.ts";
import { choices, clock, connect } from "./backup/harness.ts";
import { clean, newFolder, quiet } from "./postgres/harness.ts";
import { county } from "./sample.ts";

const folder = newFolder();
let database: TestDatabase;
let owner: Client;

beforeEach(async () => {
  database = await createTestDatabase({
    name: "jobs",
    prepare: async (made) => void (await migrate({ owner: made.owner, model: county, log: quiet })),
  });
  owner = await connect(database.owner);
  return async () => {
    await owner.end();
    await database.drop();
  };
});
afterAll(async () => clean(folder, ...readdirSync(folder).map((name) => join(folder, name))));

const letter = { job: "letters.send", payload: { to: "某" }, attempts: 5 };

async function asApplication(of: TestDatabase = database): Promise<Client> {
  const app = await connect(of.app);
  onTestFinished(async () => app.end());
  return app;
}

test("whoever uses the application's login queues jobs, and sees nothing of what is queued or was done; the county-wide role works the queue", async () => {
  const app = await asApplication();
  expect(await enqueueJob(app, letter)).toBe("1");
  for (const table of ["xm.job_run", "xm.job_node", "xmq.jobs", "xmq._private_jobs", "xmq.migrations"])
    await expect(app.query(`select from ${table}`)).rejects.toMatchObject({ code: "42501" });
  await app.query("set role xm_all");
  expect(
    (
      await app.query(
        "select identifier as task_identifier, payload from xmq._private_jobs j join xmq._private_tasks t on t.id = j.task_id",
      )
    ).rows,
  ).toEqual([{ task_identifier: "letters.send", payload: { to: "某" } }]);
  expect((await app.query("select job, state, attempts from xm.job_run")).rows).toEqual([
    { job: "letters.send", state: "QUEUED", attempts: 5 },
  ]);
  await expect(app.query("create table xmq.mine ()")).rejects.toMatchObject({ code: "42501" });
});

test("the queue is as the pinned graphile-worker makes it, so that a start that finds it so leaves it alone", async () => {
  expect((await owner.query("select max(id) as revision from xmq.migrations")).rows).toEqual([{ revision: QUEUE_REVISION }]);
});

test("a database from before there were jobs gets its queue at the next start, one that has it is left as it is", async () => {
  await owner.query("drop schema xmq cascade; drop function xm.enqueue_job; drop table xm.job_run, xm.job_node");
  await owner.query("delete from xm.migration where id = '2026-11-24-jobs'");
  const start = async () => migrate({ owner: database.owner, model: county, log: quiet });
  await start();
  const app = await asApplication();
  await enqueueJob(app, letter);
  await Promise.all([start(), start()]);
  expect((await owner.query("select from xmq.jobs")).rowCount).toBe(1);
});

test("a backup of tables has the queue: what waited waits in the restored database, and is given out there", async () => {
  await enqueueJob(owner, letter);
  await enqueueJob(owner, { ...letter, key: "一", runAt: "2999-01-01T00:00:00.000Z" });
  await owner.query("update xmq._private_jobs set locked_by = 'node', locked_at = now() - interval '1 minute', attempts = 1 where id = 1");
  await owner.query("update xm.job_run set state = 'RUNNING', attempt = 1, takes = 1, pool = 'node' where id = 1");
  const named = (of: TestDatabase) => ({ databaseUrl: libpqUrl(of.owner), databaseAppUrl: libpqUrl(of.app) });
  const { folder: made } = await backup({
    ...choices,
    ...named(database),
    dataFolder: join(folder, "data"),
    target: join(folder, "backups"),
  });

  const copy = await createTestDatabase();
  onTestFinished(async () => copy.drop());
  await restore({ backup: made, ...named(copy), dataFolder: join(folder, "restored"), clock, signal: choices.signal, log: quiet });
  await migrate({ owner: copy.owner, model: county, log: quiet });
  const app = await asApplication(copy);
  await app.query("begin; set local role xm_all");
  expect(await tendNodes(app, { pool: "another node", doing: [], lease: 10_000 })).toEqual(["node"]);
  await app.query("commit");
  await app.query("set role xm_all");
  expect((await app.query("select id, attempts, locked_by, run_at <= now() as due from xmq.jobs order by id")).rows).toEqual([
    { id: "1", attempts: 1, locked_by: null, due: true },
    { id: "2", attempts: 0, locked_by: null, due: false },
  ]);
  expect(await enqueueJob(app, { ...letter, key: "一" })).toBe("2");
  expect(await enqueueJob(app, letter)).not.toBe("2");
  expect((await app.query("select id, state from xm.job_run order by id limit 2")).rows).toEqual([
    { id: "1", state: "QUEUED" },
    { id: "2", state: "QUEUED" },
  ]);
});

test("a node that renews its lease keeps its jobs, however long they take, and a job that was just taken is nobody's to take over", async () => {
  await enqueueJob(owner, letter);
  await enqueueJob(owner, letter);
  await owner.query(
    "update xmq._private_jobs set locked_by = case id when 1 then 'long' else 'new' end, locked_at = case id when 1 then now() - interval '3 hours' else now() end",
  );
  const tend = async (pool: string, ...doing: readonly string[]): Promise<readonly string[]> => {
    await owner.query("begin");
    const gone = await tendNodes(owner, { pool, doing, lease: 10_000 });
    await owner.query("commit");
    return gone;
  };
  expect(await tend("long", "1")).toEqual([]);
  expect(await tend("another")).toEqual([]);
  expect((await owner.query("select locked_by from xmq.jobs order by id")).rows).toEqual([{ locked_by: "long" }, { locked_by: "new" }]);
  await owner.query("update xm.job_node set until = now() - interval '1 second' where pool = 'long'");
  expect(await tend("another")).toEqual(["long"]);
  expect((await owner.query("select locked_by from xmq.jobs order by id")).rows).toEqual([{ locked_by: null }, { locked_by: "new" }]);
});

test("a job that is out to a node that does not do it, since it was never told, is given out again, and no attempt is counted", async () => {
  await enqueueJob(owner, { ...letter, attempts: 1 });
  await enqueueJob(owner, letter);
  await owner.query("update xmq._private_jobs set attempts = 1, locked_by = 'node', locked_at = now() - interval '1 minute'");
  await owner.query("begin");
  await tendNodes(owner, { pool: "node", doing: ["2"], lease: 10_000 });
  await owner.query("commit");
  expect((await owner.query("select locked_by, attempts from xmq.jobs order by id")).rows).toEqual([
    { locked_by: null, attempts: 0 },
    { locked_by: "node", attempts: 1 },
  ]);
  expect((await owner.query("select state from xm.job_run order by id")).rows).toEqual([{ state: "QUEUED" }, { state: "QUEUED" }]);
});

test("a job that was begun for the last time by a node that is gone has failed, one that it had done is done", async () => {
  await enqueueJob(owner, { ...letter, attempts: 1 });
  await enqueueJob(owner, { ...letter, attempts: 1 });
  await owner.query("update xmq._private_jobs set attempts = 1, locked_by = 'gone', locked_at = now() - interval '1 minute'");
  await owner.query(
    "update xm.job_run set attempt = 1, takes = 1, pool = 'gone', state = case id when 1 then 'RUNNING' else 'SUCCEEDED' end",
  );
  await owner.query("begin");
  expect(await tendNodes(owner, { pool: "node", doing: [], lease: 10_000 })).toEqual(["gone"]);
  await owner.query("commit");
  expect((await owner.query("select id, attempts from xmq.jobs")).rows).toEqual([{ id: "1", attempts: 1 }]);
  expect((await owner.query("select state from xm.job_run order by id")).rows).toEqual([{ state: "FAILED" }, { state: "SUCCEEDED" }]);
});
