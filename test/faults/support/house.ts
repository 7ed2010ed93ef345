import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";

import { start, xianmai, type Result, type Running } from "./command.ts";
import { serve, type Server } from "./server.ts";

/** A data folder with the demo in it, and whoever works on it. */
export interface House {
  readonly dataFolder: string;
  /** Starts a server on the folder; the first one loads the demo. */
  serve(): Promise<Server>;
  /** Runs any other command on the folder. */
  start(...args: readonly string[]): Running;
  /** The process number of the folder's PostgreSQL. */
  postmaster(): number;
  /** Connects as `psql "$(xianmai database url)"` would. Closed with the house. */
  psql(): Promise<Client>;
  /** Ends every process that runs on the folder, and removes it. */
  close(): Promise<void>;
}

/** Makes a folder that every user may pass through, with a space and Chinese characters in its path. */
export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "县 脉-")));
  chmodSync(folder, 0o755);
  return folder;
}

/** Makes a new data folder. Nothing runs on it yet. */
export function openHouse(): House {
  const folder = newFolder();
  const dataFolder = join(folder, "data");
  const pidFile = join(dataFolder, "postgres", "postmaster.pid");
  const servers: Server[] = [];
  const commands: Running[] = [];
  const clients: Client[] = [];
  const url = async (): Promise<Result> => xianmai(["database", "url", "--data", dataFolder]);
  return {
    dataFolder,
    serve: async () => {
      const server = await serve(["--data", dataFolder]);
      servers.push(server);
      return server;
    },
    start: (...args) => {
      const running = start([...args, "--data", dataFolder]);
      commands.push(running);
      return running;
    },
    postmaster: () => Number.parseInt(readFileSync(pidFile, "utf8"), 10),
    psql: async () => {
      const { out } = await url();
      const client = new Client({ connectionString: out.trim() });
      // a PostgreSQL that is killed takes its sessions along; without a listener that would end the tests
      client.on("error", () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    close: async () => {
      await Promise.all(clients.map(async (client) => client.end().catch(() => undefined)));
      await Promise.all([...servers, ...commands].map(async (process) => process.kill("SIGTERM")));
      // the last user of a PostgreSQL stops it: where that one was killed, this is the last
      if (existsSync(pidFile)) await url();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
