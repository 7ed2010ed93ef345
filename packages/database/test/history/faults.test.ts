import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";

import { migrate, openFeed, type Change, type Feed, type FeedPosition } from "@xianmai/database";
import { openPostgres, type ConnectionSettings, type Postgres } from "@xianmai/database/postgres";

import { openPrivate } from "../../src/postgres/private.ts";
import { county as model, key } from "../sample.ts";
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

/** Who reads the feed through everything: opens it again whenever it is lost. */
class Follower {
  readonly changes: Change[] = [];
  readonly resets: (string | undefined)[] = [];
  readonly #app: () => ConnectionSettings;
  #feed: Feed | undefined;
  #position: FeedPosition | undefined;

  constructor(app: () => ConnectionSettings) {
    this.#app = app;
  }

  /** Reads on. @returns whether PostgreSQL answered */
  async step(): Promise<boolean> {
    try {
      this.#feed ??= await openFeed(this.#app());
      if (this.#position === undefined) {
        this.#position = await this.#feed.position();
        return true;
      }
      const batch = await this.#feed.poll(this.#position);
      this.#position = batch.to;
      if (batch.reset !== undefined) this.resets.push(batch.reset);
      this.changes.push(...batch.changes);
      return true;
    } catch {
      await this.close();
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#feed?.close().catch(() => undefined);
    this.#feed = undefined;
  }
}

/** Adds units, one by one, until it is told to stop; connects again whenever it is thrown out. Keeps what was acknowledged, and what never was answered. */
async function writing(
  app: () => ConnectionSettings,
  stop: AbortSignal,
): Promise<{ readonly done: Set<string>; readonly doubtful: Set<string> }> {
  const [done, doubtful] = [new Set<string>(), new Set<string>()];
  while (!stop.aborted) {
    const client = new Client(app());
    client.on("error", () => undefined);
    try {
      await client.connect();
      while (!stop.aborted) {
        const id = key();
        doubtful.add(id);
        await client.query("begin");
        await client.query("insert into app.unit (id, code, name) values ($1, $2, 'x')", [id, id]);
        await client.query("update app.unit set name = 'y' where id = $1", [id]);
        await client.query("commit");
        doubtful.delete(id);
        done.add(id);
      }
    } catch {
      await delay(20);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return { done, doubtful };
}

interface Running {
  postgres: Postgres;
  readonly folder: string;
}

/** What came of it. */
interface Struck {
  /** Acknowledged, and not there. */
  readonly lost: readonly string[];
  /** There, and written by nobody. */
  readonly strange: readonly string[];
  /** There, and not told of exactly once when it was added, and once when it was changed. */
  readonly mistold: readonly string[];
  readonly resets: readonly (string | undefined)[];
}

const WELL = { lost: [], strange: [], mistold: [] };

/** Lets writers write and a follower follow while PostgreSQL is struck, and holds what was acknowledged against what the feed said. */
async function struck(strike: (state: Running) => Promise<void>, times: number): Promise<Struck> {
  const { folder, postgres: first } = await cluster();
  const state = { folder, postgres: first };
  const follower = new Follower(() => state.postgres.app);
  onTestFinished(() => follower.close());
  expect(await follower.step()).toBe(true);
  const stop = new AbortController();
  const writers = Array.from({ length: 4 }, () => writing(() => state.postgres.owner, stop.signal));
  const following = (async () => {
    while (!stop.signal.aborted) await follower.step();
  })();
  for (let time = 0; time < times; time += 1) {
    const before = follower.changes.length;
    await expect.poll(() => follower.changes.length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(before + 40);
    await strike(state);
  }
  const last = follower.changes.length;
  await expect.poll(() => follower.changes.length, { timeout: 20_000 }).toBeGreaterThan(last + 40);
  stop.abort();
  const written = await Promise.all(writers);
  await following;
  await expect.poll(() => follower.step(), { timeout: 20_000 }).toBe(true);

  const there = (await query<{ id: string }>(state.postgres.owner, "select id from app.unit")).map(({ id }) => id);
  const [added, changed] = [timesTold(follower.changes, "I"), timesTold(follower.changes, "U")];
  const [done, doubtful] = [new Set(written.flatMap((one) => [...one.done])), new Set(written.flatMap((one) => [...one.doubtful]))];
  await state.postgres.release();
  return {
    lost: [...done].filter((id) => !there.includes(id)),
    // PostgreSQL may have committed what it could not say any more
    strange: there.filter((id) => !done.has(id) && !doubtful.has(id)),
    mistold: [...new Set([...there, ...added.keys(), ...changed.keys()])].filter((id) => added.get(id) !== 1 || changed.get(id) !== 1),
    resets: follower.resets,
  };
}

/** How often an operation was told of each key. */
function timesTold(changes: readonly Change[], operation: Change["operation"]): ReadonlyMap<string, number> {
  const keys = changes.flatMap((change) => (change.operation === operation ? (change.keys ?? []) : []));
  return new Map([...Map.groupBy(keys, (id) => id)].map(([id, all]) => [id, all.length]));
}

test(
  "kill -9 of a session of PostgreSQL, which throws everyone out: the feed loses nothing that was acknowledged, and tells nothing twice",
  { timeout: 90_000 },
  async () => {
    const find =
      "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name = '' limit 1";
    const strike = async ({ postgres: { owner } }: Running): Promise<void> => {
      // it may still be recovering from the last time
      await expect
        .poll(async () => {
          const [row] = await query<{ pid: number }>(owner, find).catch(() => []);
          return row !== undefined && process.kill(row.pid, "SIGKILL");
        })
        .toBe(true);
    };
    expect(await struck(strike, 2)).toMatchObject(WELL);
  },
);

test(
  "kill -9 of PostgreSQL itself, started again by the next start: nothing is lost, nothing told twice, and the feed says that it was started again",
  { timeout: 90_000 },
  async () => {
    const strike = async (state: Running): Promise<void> => {
      process.kill(serverOf(state.postgres.where)!, "SIGKILL");
      state.postgres = await opened(state.folder);
    };
    expect(await struck(strike, 2)).toEqual({ ...WELL, resets: ["restart", "restart"] });
  },
);

test(
  "numbers of transactions that PostgreSQL gives out a second time after a crash are not taken for those that were over before it",
  { timeout: 60_000 },
  async () => {
    const { folder, postgres } = await cluster();
    const follower = new Follower(() => postgres.app);
    onTestFinished(() => follower.close());
    await follower.step();
    await query(postgres.owner, `insert into app.unit (code, name) values ('a', 'a')`);
    // they are over, and no crash remembers them
    const over = "begin; select pg_current_xact_id(); rollback; ".repeat(200);
    const [numbers] = await query<{ last: string }>(postgres.owner, `${over} select pg_snapshot_xmax(pg_current_snapshot())::text as last`);
    await follower.step();
    expect(follower.changes).toHaveLength(1);
    process.kill(serverOf(postgres.where)!, "SIGKILL");
    const again = await opened(folder);
    const [unit] = await query<{ id: string; number: string }>(
      again.owner,
      "insert into app.unit (code, name) values ('b', 'b') returning id, pg_current_xact_id()::text as number",
    );
    // otherwise this would prove nothing
    expect(Number(unit!.number)).toBeLessThan(Number(numbers!.last));
    await expect.poll(() => follower.step()).toBe(true);
    expect(follower.changes.slice(1)).toMatchObject([{ operation: "I", keys: [unit!.id] }]);
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
