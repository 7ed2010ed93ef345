import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { Client } from "pg";
import { expect } from "vitest";

import { Refusal, type Label } from "@xianmai/plugin-api";

import type { Account } from "../../src/postgres/account.ts";
import { runningPostmaster, stopPostmaster } from "../../src/postgres/postmaster.ts";
import type { ConnectionSettings } from "../../src/postgres/settings.ts";
import type { Order } from "./fixtures/user.ts";

/** Whether this test run may become other users. What root does and what others do is tested by whoever runs it. */
export const root = process.geteuid?.() === 0;

/** A user without any rights, for root to become. */
export const nobody: Account = { name: "nobody", uid: 65_534, gid: 65_534 };

/** A new folder for a data folder; its name has a space and Chinese characters. Passable for everyone unless `mode` says otherwise. */
export function newFolder(mode = 0o755): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "县 脉-")));
  chmodSync(folder, mode);
  return folder;
}

/** Stops what still runs on the clusters and removes everything. */
export async function clean(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await stopPostmaster(join(folder, "data", "postgres"), 30_000);
    await stopPostmaster(join(folder, "postgres"), 30_000);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Swallows progress. */
export function quiet(): void {
  // nobody reads it
}

/** Keeps progress. */
export function listener(): { readonly log: (line: Label) => void; readonly text: () => string } {
  const lines: string[] = [];
  return { log: (line) => void lines.push(`${line.zh} ${line.en}`), text: () => lines.join("\n") };
}

/** Runs statements and gives the rows of the last one. */
export async function query<Row>(settings: ConnectionSettings | string, sql: string): Promise<readonly Row[]> {
  const client = new Client(typeof settings === "string" ? { connectionString: settings } : settings);
  client.on("error", () => undefined);
  await client.connect();
  try {
    const result: unknown = await client.query(sql);
    const last = (Array.isArray(result) ? result.at(-1) : result) as { readonly rows: readonly Row[] };
    return last.rows;
  } finally {
    await client.end();
  }
}

/** The code of the refusal that a promise or call ends with, and its text in both languages. */
export async function refusal(work: () => unknown): Promise<{ readonly code: string; readonly text: string }> {
  const error: unknown = await Promise.resolve()
    .then(work)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  const refused = error as Refusal;
  return { code: refused.code, text: `${refused.in("zh")} ${refused.in("en")}` };
}

/** What a process of `fixtures/user.ts` says. */
export interface Event {
  readonly event: "log" | "open" | "released" | "refused";
  readonly owner?: ConnectionSettings;
  readonly code?: string;
  readonly message?: string;
  readonly en?: string;
}

/** A running process of `fixtures/user.ts`. */
export interface User {
  readonly pid: number;
  /** The first thing it says beside progress: that it is open, or refused. */
  readonly first: Promise<Event>;
  /** Everything it said, once it has ended. */
  readonly all: Promise<readonly Event[]>;
  /** Tells it to end as it should, and waits. */
  end(): Promise<readonly Event[]>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Starts another process that uses a data folder. */
export function startUser(order: Order, limit?: string): User {
  const fixture = fileURLToPath(new URL("fixtures/user.ts", import.meta.url));
  const args = ["--conditions=source", fixture, JSON.stringify(order)];
  const child =
    limit === undefined
      ? spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] })
      : spawn("/bin/sh", ["-c", `${limit}; exec "$0" "$@"`, process.execPath, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const events: Event[] = [];
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const first = new Promise<Event>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      const event = JSON.parse(line) as Event;
      events.push(event);
      if (event.event !== "log") resolve(event);
    });
    void closed.then(() => reject(new Error("The process ended without a word.")));
  });
  return {
    pid: child.pid ?? 0,
    first,
    all: closed.then(() => events),
    end: async () => {
      child.stdin.write("end\n");
      await closed;
      return events;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** The number of the PostgreSQL that runs on a cluster; `undefined` where none does. */
export function serverOf(cluster: string): number | undefined {
  return runningPostmaster(cluster)?.pid;
}

/** The user that a folder belongs to. */
export function ownerOf(path: string): number {
  return statSync(path).uid;
}

/** A process of that account that lives until `end`. */
export function bystander(account: Account | undefined): { readonly pid: number; end(): void } {
  const child = spawn("cat", [], {
    stdio: ["pipe", "ignore", "ignore"],
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  });
  return { pid: child.pid ?? 0, end: () => void child.kill() };
}
