import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { Client } from "pg";

import { openPostgres, type ConnectionSettings } from "@xianmai/database/postgres";

import { accountFor, runAs } from "../../src/postgres/account.ts";
import { nativeFolder, usableBinaries, type Binaries } from "../../src/postgres/binaries.ts";
import { ensureOwner } from "../../src/postgres/bootstrap.ts";
import { superuser } from "../../src/postgres/cluster.ts";
import { start } from "../../src/postgres/launch.ts";
import type { Place } from "../../src/postgres/place.ts";
import { runningPostmaster, stopPostmaster } from "../../src/postgres/postmaster.ts";
import { libpqUrl } from "../../src/postgres/settings.ts";
import { newFolder } from "../postgres/harness.ts";

/**
 * The folder of another PostgreSQL's programs, such as `/usr/lib/postgresql/15/bin`, to run clusters with that tests may kill; without it the
 * private PostgreSQL's are taken. The server that the other tests share is never killed.
 */
const PROGRAMS = "XIANMAI_TEST_POSTGRES_BIN";

/** Commits are flushed, as everywhere: a kill that comes meanwhile leaves them done and unanswered. */
const SETTINGS = {
  max_prepared_transactions: "100",
  deadlock_timeout: "50ms",
};

const PASSWORDS = { superuser: "for a test", owner: "for a test" };

/** Whom a kill -9 meets: the first process of PostgreSQL, all of its processes, or one session of a client's, after which it starts its processes anew. */
export type Victim = "postmaster" | "everything" | "session";

/** kill -9, once. With the number of a session's process it meets that one before this returns, unless only the first process is meant. @returns when everybody is thrown out */
export type Shot = (session?: number) => Promise<void>;

/** A PostgreSQL of a test's own, to be killed and started again. */
export interface Cluster {
  /** Its logins; they stay the same from start to start. */
  readonly owner: ConnectionSettings;
  readonly app: ConnectionSettings;
  /** May do whatever it likes. */
  readonly superuser: ConnectionSettings;
  /** Makes ready for a kill -9, so that it comes at once when it is called for. */
  aim(whom: Victim): Promise<Shot>;
  /** Starts it again where it was killed. */
  restart(): Promise<void>;
  /** Ends it, and removes its files. */
  remove(): Promise<void>;
}

/** Makes a cluster with the database `xianmai` and the application's roles in it, and starts it. */
export async function makeCluster(): Promise<Cluster> {
  const home = newFolder();
  const cluster = join(home, "postgres");
  const place: Place = { home, cluster, account: accountFor(cluster) };
  const remove = async (): Promise<void> => {
    await stopPostmaster(cluster, 30_000);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const programs = await binaries(place);
    await init(programs, place);
    const run = async () => start(programs, place, SETTINGS, () => undefined);
    const owner = await ensureOwner(await run(), PASSWORDS);
    if (owner === undefined) throw new Error(`The new cluster in ${cluster} does not know its owner.`);
    const { app } = await openPostgres({ dataFolder: home, databaseUrl: libpqUrl(owner), log: () => undefined });
    const almighty = { ...owner, user: superuser, password: PASSWORDS.superuser };
    return {
      owner,
      app,
      superuser: almighty,
      aim: async (whom) => aim(cluster, almighty, whom),
      restart: async () => {
        const { socketFolder } = await run();
        if (socketFolder !== owner.host) throw new Error(`The socket was in ${owner.host}, and is now in ${socketFolder}.`);
      },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function binaries(place: Place): Promise<Binaries> {
  const folder = process.env[PROGRAMS];
  if (folder === undefined || folder === "") return usableBinaries(nativeFolder(), place, () => undefined);
  return { initdb: join(folder, "initdb"), postgres: join(folder, "postgres") };
}

/** With what every version has; the socket's folder keeps others out. */
async function init({ initdb }: Binaries, { cluster, account }: Place): Promise<void> {
  mkdirSync(cluster, { mode: 0o700 });
  if (account !== undefined) chownSync(cluster, account.uid, account.gid);
  const args = [`--pgdata=${cluster}`, `--username=${superuser}`, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
  const { ok, output } = await runAs(account, initdb, args);
  if (!ok) throw new Error(`${initdb} made no cluster: ${output}`);
}

async function aim(cluster: string, settings: ConnectionSettings, whom: Victim): Promise<Shot> {
  const postmaster = runningPostmaster(cluster);
  if (postmaster === undefined) throw new Error(`No PostgreSQL runs in ${cluster}.`);
  const client = new Client(settings);
  client.on("error", () => undefined);
  await client.connect();
  // a crash throws everyone out
  const thrownOut = new Promise<true>((resolve) => client.once("end", () => resolve(true)));
  const someSession = async (): Promise<number> => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where pid <> pg_backend_pid() and backend_type in ('client backend', 'checkpointer')
       order by xact_start nulls last, pid limit 1`,
    );
    return rows[0]!.pid;
  };
  return async (session) => {
    if (whom === "session") {
      let next = session;
      // one that was just ending by itself does not count
      do {
        end(next ?? (await someSession()));
        next = undefined;
      } while (!(await Promise.race([thrownOut, delay(1000, false)])));
      return;
    }
    if (whom === "everything") {
      // who is stopped makes no more processes; one that is left waits for ever for what those that are gone held
      process.kill(postmaster.pid, "SIGSTOP");
      if (session !== undefined) end(session);
      for (const pid of childrenOf(postmaster.pid)) end(pid);
    }
    end(postmaster.pid);
    await thrownOut;
  };
}

function childrenOf(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (existsSync(file)) return readFileSync(file, "utf8").split(" ").filter(Boolean).map(Number);
  const { stdout } = spawnSync("ps", ["-A", "-o", "ppid=,pid="], { encoding: "utf8" });
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  return all.flatMap(([parent, child]) => (parent === pid && child !== undefined ? [child] : []));
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended by itself just now
  }
}
