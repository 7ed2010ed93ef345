import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createWritePool, migrate, scopesOf } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { clockOf, instant, type Plugin } from "@xianmai/plugin-api";
import { compose, loadDemo, startServer, type Composition } from "@xianmai/server";
import type { Client as SocketClient } from "graphql-ws";
import { Pool } from "pg";
import { pino } from "pino";

import { testJobs, type TestJobs } from "./test-jobs.ts";
import { testViewer, type TestViewer } from "./test-viewer.ts";
import { withMigrations } from "./with-migrations.ts";

/** What a test platform is made of. */
export interface TestPlatformOptions {
  /** The plugins, as `xianmai.config.ts` lists them. What their migrations lack is added. */
  readonly plugins: readonly Plugin[];
  /** Where the clock stands: RFC 3339. 2023-11-20T09:00:00+08:00 unless given. */
  readonly at?: string;
  /** Whether the plugins' invented data is loaded. */
  readonly demo?: boolean;
  /** On which channels messages leave, as `xianmai.config.ts` says it; on none unless given. */
  readonly channels?: Readonly<Record<string, unknown>>;
}

/**
 * A whole platform: a database of its own, a server on a free port, a clock that stands still. What is asked of it is asked by the county;
 * `as` asks as somebody else. Ends with `await using`.
 */
export interface TestPlatform extends TestViewer, AsyncDisposable {
  readonly url: string;
  readonly composition: Composition;
  readonly database: TestDatabase;
  /** Where the platform keeps files; removed with it. */
  readonly dataFolder: string;
  /** The platform as a viewer has it: `platform.as("role=township; units=130726100")`, units by their codes, each with all below it. */
  as(viewer: string): TestViewer;
  /** What plugins queue. Jobs are done as on any server; schedules go by the machine's clock, so a test queues theirs itself. */
  readonly jobs: TestJobs;
  /** Turns the clock to another moment, RFC 3339; there it stands still again. */
  turnTo(at: string): void;
  /** Resolves when alerts and inboxes are what everything that was written before the call, and the clock, want. */
  settled(): Promise<void>;
  /** Runs SQL as the owner of the tables, as psql would. */
  sql<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

const AT = "2023-11-20T09:00:00+08:00";

/**
 * Starts a platform of some plugins for a test. Databases are copied from a template that is prepared once per run.
 *
 * @throws Refusal of composition or migration, as a real start would
 */
export async function createTestPlatform({ plugins, at = AT, demo = false, channels = {} }: TestPlatformOptions): Promise<TestPlatform> {
  let milliseconds = millisecondsOf(at);
  const composition = await compose(withMigrations(plugins));
  const database = await createTestDatabase({
    name: templateName(composition, demo),
    prepare: async ({ owner, app }) => {
      await migrate({ owner, model: composition.model, log: () => undefined });
      if (demo) await loadDemo({ composition, postgres: { app }, log: () => undefined });
    },
  });
  const clock = clockOf(() => milliseconds, composition.timeZone);
  const log = pino({ level: "silent" });
  const dataFolder = await mkdtemp(join(tmpdir(), "xianmai-"));
  const server = await startServer({ composition, postgres: database, port: 0, log, clock, devViewers: true, dataFolder, channels });
  const owner = new Pool({ ...database.owner, max: 2, options: "-c search_path=app,public" });
  // a connection that ends with its database is no fault of the test
  owner.on("error", () => undefined).on("connect", (client) => client.on("error", () => undefined));
  const writers = createWritePool(database.app, { size: 1 });
  const sockets: SocketClient[] = [];
  const parts = { server, composition, writers, clock, sockets };
  return {
    ...testViewer(parts, undefined),
    url: server.url,
    composition,
    database,
    dataFolder,
    jobs: testJobs(owner),
    as: (viewer) => testViewer(parts, viewer),
    turnTo: (then) => {
      milliseconds = millisecondsOf(then);
    },
    settled: async () => server.settled(),
    sql: async <Row extends object>(text: string, values: readonly unknown[] = []) => (await owner.query<Row>(text, [...values])).rows,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(sockets.map(async (client) => client.dispose()));
      await server.stop();
      await writers.close();
      await owner.end();
      await database.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** @throws Error for a text that is no moment */
function millisecondsOf(at: string): number {
  const moment = instant(at);
  if (moment === undefined) throw new Error(`${at} is no RFC 3339 date-time; write it like ${AT}.`);
  return Date.parse(moment);
}

/** One template per set of tables, scopes and data. */
function templateName({ model }: Composition, demo: boolean): string {
  const made = model.plugins.map(({ name, migrations, dictionaries, provides }) => [
    name,
    migrations.map(({ sql }) => sql),
    dictionaries,
    provides.calendar?.published,
  ]);
  return `testing ${createHash("sha256")
    .update(JSON.stringify([made, scopesOf(model), demo]))
    .digest("hex")}`;
}
