import { differenceOf, migrate } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { migration, type Plugin } from "@xianmai/plugin-api";
import { buildModel } from "@xianmai/plugin-api/model";
import { createClient, type Client } from "graphql-ws";
import { Client as PgClient } from "pg";
import { pino, type Logger } from "pino";
import { WebSocket } from "ws";

import { compose, type Composition } from "../../src/composition/compose.ts";
import { startServer, type RunningServer, type ServerOptions } from "../../src/server.ts";

/** A whole platform of some plugins, on a database of its own. */
export interface TestPlatform extends AsyncDisposable {
  readonly composition: Composition;
  readonly database: TestDatabase;
  readonly server: RunningServer;
  /** What somebody with psql would do, as the owner. */
  readonly psql: PgClient;
  /** Lines of the log, parsed. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  /** Starts another server on the same database, as after a restart. */
  serve(port?: number): Promise<RunningServer>;
  /** Sends an operation as a stock client does. */
  graphql(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  /** A stock graphql-ws client. */
  socket(options?: Partial<Parameters<typeof createClient>[0]>): Client;
}

/** An answer over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // what a test expects of an answer is said by the test
  readonly data: never;
  readonly errors:
    | readonly { readonly message: string; readonly path?: readonly unknown[]; readonly extensions: Readonly<Record<string, unknown>> }[]
    | undefined;
}

/** Gives each plugin the first migration that `xianmai migrate new` would write. */
export function withMigrations(plugins: readonly Plugin[]): readonly Plugin[] {
  const model = buildModel(plugins);
  return plugins.map((plugin) => {
    const difference = differenceOf(model, plugin);
    return difference === undefined ? plugin : { ...plugin, migrations: [migration({ id: "2023-01-01-first", ...difference })] };
  });
}

/** Starts a platform; `name` stands for the plugins among the templates of the run. */
export async function startPlatform(
  name: string,
  listed: readonly Plugin[],
  options: Pick<ServerOptions, "clock" | "devViewers" | "limits" | "documents"> = {},
): Promise<TestPlatform> {
  const composition = await compose(withMigrations(listed));
  const database = await createTestDatabase({
    name: `server ${name}`,
    prepare: async ({ owner }) => {
      await migrate({ owner, model: composition.model, log: () => undefined });
    },
  });
  const { log, logged } = testLog();
  const psql = new PgClient(database.owner);
  await psql.connect();
  const server = await startServer({ composition, postgres: database, port: 0, log, ...options });
  const clients: Client[] = [];
  const servers = [server];
  return {
    composition,
    database,
    server,
    psql,
    logged,
    serve: async (port = 0) => {
      const other = await startServer({ composition, postgres: database, port, log });
      servers.push(other);
      return other;
    },
    graphql: async (query, variables = {}, headers = {}) => post(server, JSON.stringify({ query, variables }), headers),
    socket: (more = {}) => {
      const client = createClient({ url: server.url.replace("http", "ws").concat("/graphql"), webSocketImpl: WebSocket, ...more });
      clients.push(client);
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map(async (client) => client.dispose()));
      await Promise.all(servers.map(async (one) => one.stop()));
      await psql.end();
      await database.drop();
    },
  };
}

/** A log that a test can read. */
export function testLog(): { readonly log: Logger; readonly logged: Readonly<Record<string, unknown>>[] } {
  const logged: Readonly<Record<string, unknown>>[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>) });
  return { log, logged };
}

/** Posts a body to the API as it stands. */
export async function post({ url }: Pick<RunningServer, "url">, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  const answer = (await response.json()) as Pick<Answer, "data" | "errors">;
  return { status: response.status, headers: response.headers, data: answer.data, errors: answer.errors };
}
