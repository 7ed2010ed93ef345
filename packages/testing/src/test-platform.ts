import { createHash } from "node:crypto";

import { createWritePool, migrate } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { fixedClock, instant, type Plugin, type Sheet } from "@xianmai/plugin-api";
import { compose, loadDemo, startServer, type Composition } from "@xianmai/server";
import { importSheet, type ImportOutcome } from "@xianmai/sheets";
import { createClient, type Client as SocketClient } from "graphql-ws";
import { Pool } from "pg";
import { pino } from "pino";
import { WebSocket } from "ws";

import { ask, dataOf, type Answer } from "./answer.ts";
import { withMigrations } from "./with-migrations.ts";

/** What a test platform is made of. */
export interface TestPlatformOptions {
  /** The plugins, as `xianmai.config.ts` lists them. What their migrations lack is added. */
  readonly plugins: readonly Plugin[];
  /** Where the clock stands: RFC 3339. 2023-11-20T09:00:00+08:00 unless given. */
  readonly at?: string;
  /** Whether the plugins' invented data is loaded. */
  readonly demo?: boolean;
}

/** A spreadsheet by name and content. */
export interface TestFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The frames of a subscription. */
export interface Follower<Data> extends AsyncDisposable {
  /** The next frame's data. @throws Error that shows what went wrong */
  next(): Promise<Data>;
}

/** A whole platform: a database of its own, a server on a free port, a clock that stands still. Ends with `await using`. */
export interface TestPlatform extends AsyncDisposable {
  readonly url: string;
  readonly composition: Composition;
  readonly database: TestDatabase;
  /** The data of an operation. @throws Error that shows the operation and every error */
  query<Data>(document: string, variables?: object): Promise<Data>;
  /** The whole answer of an operation, errors included. */
  ask<Data>(document: string, variables?: object, headers?: Readonly<Record<string, string>>): Promise<Answer<Data>>;
  /** Subscribes with a stock graphql-ws client; resolves once the server follows. Nothing that was committed before is told. */
  follow<Data>(document: string, variables?: object): Promise<Follower<Data>>;
  /** Runs SQL as the owner of the tables, as psql would. */
  sql<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Imports a file as `xianmai import` does: all or nothing. */
  import(sheet: string, file: TestFile, options?: { readonly dryRun?: boolean }): Promise<ImportOutcome>;
}

const AT = "2023-11-20T09:00:00+08:00";

/**
 * Starts a platform of some plugins for a test. Databases are copied from a template that is prepared once per run.
 *
 * @throws Refusal of composition or migration, as a real start would
 */
export async function createTestPlatform({ plugins, at = AT, demo = false }: TestPlatformOptions): Promise<TestPlatform> {
  const moment = instant(at);
  if (moment === undefined) throw new Error(`at: ${at} is no RFC 3339 date-time; write it like ${AT}.`);
  const composition = await compose(withMigrations(plugins));
  const database = await createTestDatabase({
    name: templateName(composition, demo),
    prepare: async ({ owner, app }) => {
      await migrate({ owner, model: composition.model, log: () => undefined });
      if (demo) await loadDemo({ composition, postgres: { app }, log: () => undefined });
    },
  });
  const clock = fixedClock(moment, composition.timeZone);
  const log = pino({ level: "silent" });
  const server = await startServer({ composition, postgres: database, port: 0, log, clock });
  const { url } = server;
  const owner = new Pool({ ...database.owner, max: 2, options: "-c search_path=app,public" });
  const writers = createWritePool(database.app, { size: 1 });
  const sockets: SocketClient[] = [];
  return {
    url,
    composition,
    database,
    query: async <Data>(document: string, variables: object = {}) =>
      dataOf(await ask<Data>(url, document, variables, {}), document, variables),
    ask: async (document, variables = {}, headers = {}) => ask(url, document, variables, headers),
    follow: async (document, variables = {}) => {
      await server.caughtUp();
      const client = createClient({ url: `${url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, lazy: false });
      sockets.push(client);
      return subscribed(client, document, variables);
    },
    sql: async <Row extends object>(text: string, values: readonly unknown[] = []) => (await owner.query<Row>(text, [...values])).rows,
    import: async (name, file, { dryRun = false } = {}) =>
      writers.use(async (connection) =>
        connection.transaction({ role: "xm_all", origin: "import" }, async (client) =>
          importSheet({ model: composition.model, sheet: sheetOf(composition, name), file, client, clock, dryRun }),
        ),
      ),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(sockets.map(async (client) => client.dispose()));
      await server.stop();
      await writers.close();
      await owner.end();
      await database.drop();
    },
  };
}

function sheetOf({ plugins }: Composition, name: string): Sheet {
  const sheets = plugins.flatMap((plugin) => plugin.sheets);
  const found = sheets.find((sheet) => sheet.name === name);
  if (found === undefined) throw new Error(`There is no sheet ${name}; there are ${sheets.map((sheet) => sheet.name).join(", ")}.`);
  return found;
}

/** One template per set of tables and data. */
function templateName({ model }: Composition, demo: boolean): string {
  const made = model.plugins.map(({ name, migrations, dictionaries }) => [name, migrations.map(({ sql }) => sql), dictionaries]);
  return `testing ${createHash("sha256")
    .update(JSON.stringify([made, demo]))
    .digest("hex")}`;
}

/** Subscribes, and waits for the answer to a query sent behind it on the same socket: the server has taken up the subscription by then. */
async function subscribed<Data>(client: SocketClient, query: string, variables: object): Promise<Follower<Data>> {
  const frames = client.iterate<Data>({ query, variables: { ...variables } });
  for await (const answer of client.iterate({ query: "{ __typename }" })) if (answer.errors !== undefined) break;
  return {
    next: async () => {
      const step = await frames.next();
      if (step.done === true) throw new Error(`The subscription ended:\n${query}`);
      return dataOf({ status: 200, data: step.value.data, errors: step.value.errors }, query, variables);
    },
    [Symbol.asyncDispose]: async () => {
      await frames.return?.();
    },
  };
}
