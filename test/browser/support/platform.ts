import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { createWritePool } from "@xianmai/database";
import type { TestDatabase } from "@xianmai/database/testing";
import { createTestDatabase } from "@xianmai/database/testing";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const patience = 60_000;

/** `xianmai serve` with the demo, as a process of its own over a database of its own; it can be killed and started again at the same address. */
export interface Platform {
  readonly url: string;
  /** Starts the server, unless it runs. */
  start(): Promise<void>;
  /** Ends the server; `SIGKILL` gives it no chance to say goodbye. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** What somebody does in psql as the tables' owner, in a transaction. @returns the rows as text */
  sql(statement: string, values?: readonly string[]): Promise<readonly Readonly<Record<string, string | null>>[]>;
  /** Ends the server and removes its database. */
  close(): Promise<void>;
}

/** Starts the platform of this repository with its demo. */
export async function openPlatform(): Promise<Platform> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), "xianmai-browser-"));
  const port = await freePort();
  const pool = createWritePool(database.owner, { size: 1 });
  let server: ChildProcess | undefined;

  const platform: Platform = {
    url: `http://127.0.0.1:${port}`,
    start: async () => {
      if (server !== undefined && server.exitCode === null && server.signalCode === null) return;
      server = serve(database, folder, port);
      await ready(server, platform.url);
    },
    end: async (signal) => {
      if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, "exit");
      server.kill(signal);
      await ended;
    },
    sql: async (statement, values = []) =>
      pool.use(async (connection) =>
        connection.transaction({}, async (client) => (await client.query<Record<string, string | null>>(statement, [...values])).rows),
      ),
    close: async () => {
      await platform.end("SIGTERM");
      await pool.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await platform.start();
  return platform;
}

function serve(database: TestDatabase, folder: string, port: number): ChildProcess {
  return spawn(process.execPath, ["packages/cli/bin/xianmai.js", "serve", "--port", String(port), "--data", folder], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: urlOf(database.owner), DATABASE_APP_URL: urlOf(database.app) },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Resolves when the server says that it is ready; what it printed is the error when it ends before. */
async function ready(server: ChildProcess, url: string): Promise<void> {
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed += chunk.toString();
  };
  server.stdout?.on("data", keep);
  server.stderr?.on("data", keep);
  const until = performance.now() + patience;
  while (performance.now() < until) {
    if (server.exitCode !== null || server.signalCode !== null) break;
    if (await answers(`${url}/health/ready`)) return;
    await wait(50);
  }
  throw new Error(`The server did not become ready:\n${printed}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function urlOf({ host, port, user, password, database }: TestDatabase["owner"]): string {
  const url = new URL("postgresql://localhost");
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password ?? "");
  url.pathname = `/${database}`;
  // a folder with a socket in it is no host name
  url.searchParams.set("host", host);
  if (port !== undefined) url.searchParams.set("port", String(port));
  return url.href;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port was to be had.");
  return address.port;
}
