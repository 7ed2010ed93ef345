import { settingsOf, type Settings, type WritePool } from "@xianmai/database";
import type { Clock, Sheet } from "@xianmai/plugin-api";
import { findViewer, type Composition, type RunningServer } from "@xianmai/server";
import { importSheet, type ImportOutcome } from "@xianmai/sheets";
import { createClient, type Client as SocketClient } from "graphql-ws";
import { WebSocket } from "ws";

import { ask, dataOf, type Answer } from "./answer.ts";

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

/** A platform as somebody has it. */
export interface TestViewer {
  /** The data of an operation. @throws Error that shows the operation and every error */
  query<Data>(document: string, variables?: object): Promise<Data>;
  /** The whole answer of an operation, errors included. */
  ask<Data>(document: string, variables?: object, headers?: Readonly<Record<string, string>>): Promise<Answer<Data>>;
  /** Subscribes with a stock graphql-ws client; resolves once the server follows. Nothing that was committed before is told. */
  follow<Data>(document: string, variables?: object): Promise<Follower<Data>>;
  /** Imports a file as `xianmai import` does: all or nothing. */
  import(sheet: string, file: TestFile, options?: { readonly dryRun?: boolean }): Promise<ImportOutcome>;
}

/** What a viewer's operations are run on. */
export interface ViewerParts {
  readonly server: RunningServer;
  readonly composition: Composition;
  readonly writers: WritePool;
  readonly clock: Clock;
  /** Closed with the platform. */
  readonly sockets: SocketClient[];
}

/** @param named as the header has it, `role=township; units=130726100`; `undefined` for the whole county */
export function testViewer({ server, composition, writers, clock, sockets }: ViewerParts, named: string | undefined): TestViewer {
  const { url } = server;
  const naming: Readonly<Record<string, string>> = named === undefined ? {} : { "x-xianmai-viewer": named };
  return {
    query: async <Data>(document: string, variables: object = {}) =>
      dataOf(await ask<Data>(url, document, variables, naming), document, variables),
    ask: async (document, variables = {}, headers = {}) => ask(url, document, variables, { ...naming, ...headers }),
    follow: async (document, variables = {}) => {
      await server.caughtUp();
      const socket = `${url.replace("http", "ws")}/graphql`;
      const client = createClient({
        url: socket,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        lazy: false,
        connectionParams: { ...naming },
      });
      sockets.push(client);
      return subscribed(client, document, variables);
    },
    import: async (name, file, { dryRun = false } = {}) =>
      writers.use(async (connection) => {
        const { model, plugins } = composition;
        const readAll: Parameters<typeof findViewer>[0]["readAll"] = async (statements) => connection.read({ role: "xm_all" }, statements);
        const settings: Settings =
          named === undefined ? { role: "xm_all" } : settingsOf(await findViewer({ model, plugins, readAll }, named));
        return connection.transaction({ ...settings, origin: "import" }, async (client) =>
          importSheet({ model, sheet: sheetOf(composition, name), file, client, clock, dryRun }),
        );
      }),
  };
}

function sheetOf({ plugins }: Composition, name: string): Sheet {
  const sheets = plugins.flatMap((plugin) => plugin.sheets);
  const found = sheets.find((sheet) => sheet.name === name);
  if (found === undefined) throw new Error(`There is no sheet ${name}; there are ${sheets.map((sheet) => sheet.name).join(", ")}.`);
  return found;
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
