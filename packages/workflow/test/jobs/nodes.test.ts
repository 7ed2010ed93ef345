import { once } from "node:events";

import { enqueueJob } from "@xianmai/database";
import type { ConnectionSettings } from "@xianmai/database/postgres";
import { Client } from "pg";
import { expect, test } from "vitest";

import { ownDatabase, startNode, until } from "./nodes.ts";

async function queue(owner: Client, count: number, milliseconds: number): Promise<void> {
  await owner.query("begin");
  for (let at = 0; at < count; at += 1) {
    await enqueueJob(owner, { job: "tallies.slow", payload: { line: `line ${at}`, milliseconds }, attempts: 5 });
  }
  await owner.query("commit");
}

/** Ends every other connection of a login to its database, as a PostgreSQL that restarts does. */
async function cutConnections(app: ConnectionSettings): Promise<void> {
  const client = new Client(app);
  await client.connect();
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and usename = current_user",
  );
  await client.end();
}

test("of 300 jobs none is lost and none is done twice, also where one of two nodes is killed in the middle of some", async () => {
  const { database, owner } = await ownDatabase();
  const lease = 1_500;
  for (const line of ["first", "second"])
    await enqueueJob(owner, { job: "tallies.slow", payload: { line, milliseconds: 60_000, on: "doomed" }, attempts: 5 });
  const doomed = await startNode({ app: database.app, name: "doomed", lease });
  await until(owner, "(select count(*) from xm.job_run where state = 'RUNNING') = 2");
  await queue(owner, 298, 10);
  await startNode({ app: database.app, name: "steady", lease });
  await until(owner, "(select count(*) from app.tally) > 50");
  doomed.kill("SIGKILL");
  await until(owner, "(select count(*) from xm.job_run where state = 'SUCCEEDED') = 300");

  const { rows } = await owner.query("select count(*)::int as lines, count(distinct line)::int as different from app.tally");
  expect(rows).toEqual([{ lines: 300, different: 300 }]);
  const { rows: again } = await owner.query("select id, takes from xm.job_run where id <= 2 order by id");
  expect(again).toEqual([
    { id: "1", takes: 2 },
    { id: "2", takes: 2 },
  ]);
});

test("a job that was done by a node that was killed before the queue knew is not done again", async () => {
  const { database, owner } = await ownDatabase();
  await queue(owner, 1, 5);
  const { rows } = await owner.query<{ id: string }>("select id from xmq.jobs");
  // as it is when the transaction of the job is committed and the node is gone: done, and still locked in the queue
  await owner.query("update xm.job_run set state = 'SUCCEEDED', attempt = 1, takes = 1, ended_at = now(), pool = 'gone' where id = $1", [
    rows[0]?.id,
  ]);
  await owner.query("update xmq._private_jobs set attempts = 1, locked_by = 'gone', locked_at = now() - interval '1 minute'");
  await startNode({ app: database.app, name: "next", lease: 1_000 });
  await until(owner, "not exists (select from xmq.jobs)");
  expect((await owner.query("select from app.tally")).rowCount).toBe(0);
});

test("a node that was taken for gone, and was not, cannot finish what another does now", async () => {
  const { database, owner } = await ownDatabase();
  await queue(owner, 1, 1_500);
  await startNode({ app: database.app, name: "slow", lease: 60_000 });
  await until(owner, "exists (select from xm.job_run where state = 'RUNNING')");
  // another node found it gone, and began its job anew
  await owner.query("update xm.job_run set takes = takes + 1, pool = 'another'");
  await until(owner, "exists (select from xmq.jobs where locked_by is null)");
  expect((await owner.query("select from app.tally")).rowCount).toBe(0);
});

test("a node that is told to stop gives back what it could not finish, as though it had not been begun", async () => {
  const { database, owner } = await ownDatabase();
  await queue(owner, 2, 60_000);
  const node = await startNode({ app: database.app, name: "stopped", lease: 60_000 });
  await until(owner, "(select count(*) from xm.job_run where state = 'RUNNING') = 2");
  node.kill("SIGTERM");
  await once(node, "exit");
  const { rows } = await owner.query("select state, attempt from xm.job_run");
  expect(rows).toEqual([
    { state: "QUEUED", attempt: 0 },
    { state: "QUEUED", attempt: 0 },
  ]);
  const { rows: queued } = await owner.query("select attempts, locked_by, run_at <= now() as due from xmq.jobs");
  expect(queued).toEqual([
    { attempts: 0, locked_by: null, due: true },
    { attempts: 0, locked_by: null, due: true },
  ]);
});

test("where two nodes start, a schedule that was missed meanwhile is made up for by one of them, once", async () => {
  const { database, owner } = await ownDatabase();
  // no server was there since the hour before the last two
  await owner.query(
    "insert into xmq._private_known_crontabs (identifier, known_since, last_execution) values ('tallies.hourly', now() - interval '1 day', date_trunc('hour', now()) - interval '1 hour')",
  );
  await Promise.all(["first", "second"].map(async (name) => startNode({ app: database.app, name, lease: 60_000 })));
  await until(owner, "(select count(*) from xm.job_run where job = 'tallies.hourly' and state = 'SUCCEEDED') > 0");
  await until(owner, "not exists (select from xmq.jobs)");
  expect((await owner.query("select from app.tally")).rowCount).toBe(1);
});

test("jobs go on by themselves once PostgreSQL has cut every connection", async () => {
  const { database, owner } = await ownDatabase();
  await queue(owner, 30, 40);
  await startNode({ app: database.app, name: "cut", lease: 1_000 });
  await until(owner, "(select count(*) from app.tally) > 3");
  await cutConnections(database.app);
  await until(owner, "(select count(*) from xm.job_run where state = 'SUCCEEDED') = 30", 30);
  const { rows } = await owner.query("select count(*)::int as lines, count(distinct line)::int as different from app.tally");
  expect(rows).toEqual([{ lines: 30, different: 30 }]);
});
