import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

import { migrate, openFeed, type Change } from "@xianmai/database";
import { openPostgres, type Postgres } from "@xianmai/database/postgres";

import { openPrivate } from "../../src/postgres/private.ts";
import { Follower } from "../hostile/follower.ts";
import { Mirror } from "../hostile/mirror.ts";
import { county as model } from "../sample.ts";
import { clean, newFolder, query, refusal, serverOf } from "../postgres/harness.ts";

/** Starts PostgreSQL on a folder, as every start does; the folder goes with the test. */
async function opened(folder: string): Promise<Postgres> {
  return openPostgres({ dataFolder: folder, log: () => undefined });
}

async function cluster(): Promise<{ readonly folder: string; readonly postgres: Postgres }> {
  const folder = newFolder();
  onTestFinished(() => clean(folder));
  const postgres = await opened(folder);
  await migrate({ owner: postgres.owner, model, log: () => undefined });
  return { folder, postgres };
}

test(
  "numbers of transactions that PostgreSQL gives out a second time after a crash are not taken for those that were over before it",
  { timeout: 60_000 },
  async () => {
    const { folder, postgres } = await cluster();
    const changes: Change[] = [];
    const follower = new Follower(postgres.app, new Mirror([]), (told) => changes.push(...told));
    onTestFinished(() => follower.close());
    await follower.step();
    await query(postgres.owner, `insert into app.unit (code, name) values ('a', 'a')`);
    // they are over, and no crash remembers them
    const over = "begin; select pg_current_xact_id(); rollback; ".repeat(200);
    const [numbers] = await query<{ last: string }>(postgres.owner, `${over} select pg_snapshot_xmax(pg_current_snapshot())::text as last`);
    await follower.step();
    expect(changes).toHaveLength(1);
    process.kill(serverOf(postgres.where)!, "SIGKILL");
    const again = await opened(folder);
    const [unit] = await query<{ id: string; number: string }>(
      again.owner,
      "insert into app.unit (code, name) values ('b', 'b') returning id, pg_current_xact_id()::text as number",
    );
    // otherwise this would prove nothing
    expect(Number(unit!.number)).toBeLessThan(Number(numbers!.last));
    await expect.poll(() => follower.step()).toBe(true);
    expect(changes.slice(1)).toMatchObject([{ operation: "I", keys: [unit!.id] }]);
    expect(follower.resets).toEqual(["restart"]);
    await again.release();
  },
);

test("a standby is refused: there changes would be lost silently", { timeout: 60_000 }, async () => {
  const { folder, postgres } = await cluster();
  await postgres.release();
  const copied = newFolder();
  onTestFinished(() => clean(copied));
  // a copy of a stopped cluster that waits for what its original goes on to write
  await promisify(execFile)("cp", ["-a", `${folder}/.`, copied]);
  await promisify(execFile)("cp", ["-a", join(copied, "postgres", "PG_VERSION"), join(copied, "postgres", "standby.signal")]);
  const standby = await openPrivate({ dataFolder: copied, log: () => undefined });
  const { host, port } = standby.owner;
  const app = { ...postgres.app, host, port };
  expect(await query(app, "select pg_is_in_recovery() as recovering")).toEqual([{ recovering: true }]);
  expect(await refusal(() => openFeed(app))).toMatchObject({ code: "FEED_ON_STANDBY" });
  await standby.release();
  expect(await refusal(() => opened(copied))).toMatchObject({ code: "DATABASE_READ_ONLY" });
});
