import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { Client } from "pg";

import { migrate } from "@xianmai/database";
import type { ConnectionSettings } from "@xianmai/database/postgres";
import { systemClock, type Label } from "@xianmai/plugin-api";

import type { BackupOptions } from "../../src/backup/index.ts";
import { figuresNow, readLayouts, settle } from "../../src/backup/figures.ts";
import type { Figure } from "../../src/backup/manifest.ts";
import { addUnit } from "../county.ts";
import { query } from "../postgres/harness.ts";
import { county, key } from "../sample.ts";
import type { Order } from "./fixtures/backing-up.ts";

export const clock = systemClock("Asia/Shanghai");

/** What most backups of these tests are made with. */
export const choices = {
  portable: false,
  verify: false,
  version: "1.0.0",
  clock,
  signal: new AbortController().signal,
  log: (_line: Label): void => undefined,
} satisfies Partial<BackupOptions>;

/** Between these, money goes to and fro; its sum never changes. */
export const ACCOUNTS = 12;
export const BALANCE = 1_000_000;

/** Makes the sample county's tables, with accounts and a counter for each writer. */
export async function openAccounts(owner: ConnectionSettings, writers: number): Promise<void> {
  await migrate({ owner, model: county, log: () => undefined });
  const client = await connect(owner);
  const unit = await addUnit(client, "u");
  const codes = [
    ...Array.from({ length: ACCOUNTS }, (_, at) => ({ code: account(at), amount: BALANCE })),
    ...Array.from({ length: writers }, (_, at) => ({ code: counter(at), amount: null })),
  ];
  for (const { code, amount } of codes) {
    await client.query(
      "insert into app.work (id, code, name, kind, stage, unit_id, amount) values ($1, $2, $2, 'NEW', 'PLANNED', $3, $4)",
      [key(), code, unit, amount],
    );
  }
  await client.end();
}

function account(at: number): string {
  return `A${String(at).padStart(2, "0")}`;
}

function counter(writer: number): string {
  return `W${writer}`;
}

/** Writers that run until they are stopped. */
export interface Writers {
  /** How many transactions of each writer were acknowledged so far. */
  acknowledged(): readonly number[];
  /** @returns how many were acknowledged in all, by writer */
  stop(): Promise<readonly number[]>;
}

/** Starts writers that move money between two accounts and count that, each time in one transaction; some change their minds in between. */
export async function startWriters(owner: ConnectionSettings, count: number): Promise<Writers> {
  const done = Array.from({ length: count }, () => 0);
  let going = true;
  const clients = await Promise.all(done.map(() => connect(owner)));
  const running = clients.map(async (client, writer) => {
    for (let turn = 0; going; turn += 1) {
      const [from, to] = [(turn * 5 + writer) % ACCOUNTS, (turn * 7 + writer * 3 + 1) % ACCOUNTS];
      // always in one order, so that nobody waits in a circle
      const steps = [
        { code: account(from), by: -1 - turn },
        { code: account(to), by: 1 + turn },
      ].toSorted((one, other) => (one.code < other.code ? -1 : 1));
      await client.query("begin");
      for (const { code, by } of steps) await client.query("update app.work set amount = amount + $2 where code = $1", [code, by]);
      if (turn % 3 === 0) {
        await client.query("savepoint s");
        await client.query("update app.work set amount = 0 where code = $1", [counter(writer)]);
        await client.query("rollback to s");
      }
      await client.query(`update app.work set "order" = "order" + 1 where code = $1`, [counter(writer)]);
      if (turn % 10 === 9) {
        await client.query("rollback");
      } else {
        await client.query("commit");
        done[writer] = (done[writer] ?? 0) + 1;
      }
    }
    await client.end();
  });
  return {
    acknowledged: () => [...done],
    stop: async () => {
      going = false;
      await Promise.all(running);
      return [...done];
    },
  };
}

/** What a restored database says of the accounts: every figure follows from whole transactions alone. */
export interface Books {
  readonly sum: number;
  /** Transactions by writer. */
  readonly counts: readonly number[];
  /** Old versions of accounts and of counters. */
  readonly accountVersions: number;
  readonly counterVersions: number;
  /** Changes of the feed that name a counter, without its making. */
  readonly counterChanges: number;
}

export async function readBooks(owner: ConnectionSettings | string): Promise<Books> {
  const [books] = await query<Books>(
    owner,
    `select (select sum(amount)::int from app.work where code like 'A%') as sum,
       (select array_agg("order" order by code) from app.work where code like 'W%') as counts,
       (select count(*)::int from xmh.work where code like 'A%') as "accountVersions",
       (select count(*)::int from xmh.work where code like 'W%') as "counterVersions",
       (select count(*)::int from xm.change c join xm.tbl t on t.id = c.tbl and t.name = 'work'
         where c.op = 'U' and c.keys && (select array_agg(id) from app.work where code like 'W%')) as "counterChanges"`,
  );
  return books!;
}

/** What every table of the platform holds, but the one that says which life of the database this is. */
export async function contents(owner: ConnectionSettings | string): Promise<Readonly<Record<string, Figure>>> {
  const client = await connect(owner);
  await settle(client);
  const found = await figuresNow(client, await readLayouts(client));
  await client.end();
  return Object.fromEntries(Object.entries(found).filter(([table]) => table !== "xm.generation"));
}

export async function connect(settings: ConnectionSettings | string): Promise<Client> {
  const client = new Client(typeof settings === "string" ? { connectionString: settings } : settings);
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** What a process of `fixtures/backing-up.ts` says. */
export interface Event {
  readonly event: "log" | "done" | "refused";
  readonly en?: string;
  readonly code?: string;
}

/** A process that makes a backup. */
export interface BackingUp {
  /** Everything it said, once it has ended. */
  readonly all: Promise<readonly Event[]>;
  /** Fulfilled by the first line that says this. */
  says(part: string): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Starts another process that makes a backup. `limit` are commands of the shell before it. */
export function startBackup(order: Order, limit = ":"): BackingUp {
  const fixture = fileURLToPath(new URL("fixtures/backing-up.ts", import.meta.url));
  const command = ["-c", `${limit}; exec "$0" "$@"`, process.execPath, "--conditions=source", fixture, JSON.stringify(order)];
  const { DATABASE_URL: _, DATABASE_APP_URL: __, ...env } = process.env;
  const child = spawn("/bin/sh", command, { env, stdio: ["ignore", "pipe", "inherit"] });
  const events: Event[] = [];
  const waiting: { readonly part: string; readonly resolve: () => void }[] = [];
  createInterface(child.stdout).on("line", (line) => {
    const event = JSON.parse(line) as Event;
    events.push(event);
    for (const { part, resolve } of waiting) if (event.en?.includes(part) === true) resolve();
  });
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return {
    all: closed.then(() => events),
    says: (part) =>
      new Promise((resolve, reject) => {
        waiting.push({ part, resolve });
        void closed.then(() => reject(new Error(`It ended without a word of “${part}”: ${JSON.stringify(events)}`)));
      }),
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
