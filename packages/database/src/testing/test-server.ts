import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openPostgres, type ConnectionSettings } from "../postgres/index.ts";
import { connected } from "../postgres/connect.ts";
import { quoted } from "../names.ts";

/** The PostgreSQL of one test run. */
export interface TestServer {
  /** Drops every database of the run; a server that the run started is stopped and its files removed. */
  stop(): Promise<void>;
}

/** Where the databases of a run lie; handed from the run's set-up to its tests by the environment. */
export interface TestRun {
  /** Part of the names of its databases. */
  readonly id: string;
  readonly owner: ConnectionSettings;
  readonly app: ConnectionSettings;
}

/** Nothing of a test run outlives it, and what collides in a test on purpose should not wait long. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_prepared_transactions: "32",
  deadlock_timeout: "50ms",
};

const VARIABLE = "XIANMAI_TEST_POSTGRES";

/**
 * Makes a PostgreSQL ready for the tests of one run: the one of `DATABASE_URL`, else a private one in a temporary folder.
 * Call it once before the tests (in vitest: `globalSetup`); they then call `createTestDatabase`.
 *
 * @throws Refusal when there is none to be had
 */
export async function serveTestDatabases(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "xianmai-test-"));
  const { env } = process;
  const postgres = await openPostgres({
    dataFolder: folder,
    databaseUrl: env["DATABASE_URL"],
    databaseAppUrl: env["DATABASE_APP_URL"],
    log: () => undefined,
    serverSettings: SETTINGS,
  });
  const run: TestRun = { id: randomBytes(4).toString("hex"), owner: postgres.owner, app: postgres.app };
  env[VARIABLE] = JSON.stringify(run);
  return {
    stop: async () => {
      delete env[VARIABLE];
      await dropDatabases(run);
      await postgres.release();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The run that this process is part of.
 *
 * @throws Error when nobody has called `serveTestDatabases`
 */
export function currentRun(): TestRun {
  const given = process.env[VARIABLE];
  if (given === undefined) throw new Error("No PostgreSQL for tests: call serveTestDatabases() in the run's global set-up.");
  return JSON.parse(given) as TestRun;
}

/** What the names of a run's databases begin with. */
export function databasePrefix({ id }: TestRun): string {
  return `xm_test_${id}_`;
}

async function dropDatabases(run: TestRun): Promise<void> {
  const names = await connected(run.owner, async (client) => {
    const { rows } = await client.query<{ name: string }>("select datname as name from pg_database where starts_with(datname, $1)", [
      databasePrefix(run),
    ]);
    return rows.map(({ name }) => name);
  });
  for (const name of names) await dropDatabase(run, name);
}

/**
 * Drops a database of the run, closing what is still connected to it. Only a superuser may end everybody's sessions (`with (force)`);
 * the owner and the application each end their own.
 */
export async function dropDatabase({ owner, app }: TestRun, name: string): Promise<void> {
  const sessions = "select usename as login, pid from pg_stat_activity where datname = $1";
  const end = `select pg_terminate_backend(pid, 10000) from (${sessions}) s where login = current_user`;
  await connected(owner, async (client) => {
    const { rows } = await client.query<{ login: string }>(sessions, [name]);
    if (rows.some(({ login }) => login === owner.user)) await client.query(end, [name]);
    if (rows.some(({ login }) => login === app.user)) await connected(app, async (own) => own.query(end, [name]));
    await client.query(`drop database if exists ${quoted(name)}`);
  });
}
