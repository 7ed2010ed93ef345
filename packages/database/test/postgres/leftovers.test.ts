import { spawn } from "node:child_process";
import { copyFileSync, cpSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import process from "node:process";

import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";

import { accountFor, type Account } from "../../src/postgres/account.ts";
import { nativeFolder } from "../../src/postgres/binaries.ts";
import { openPostgres } from "../../src/postgres/index.ts";
import { endLeftovers } from "../../src/postgres/leftovers.ts";
import { processesOf, readProcess } from "../../src/postgres/process.ts";
import { makeCluster } from "../hostile/cluster.ts";
import type { Order } from "./fixtures/user.ts";
import { clean, listener, newFolder, nobody, ownerOf, query, quiet, refusal, root, serverOf, startUser } from "./harness.ts";

/** As long as everybody gets to end by himself. */
const GRACE = 30_000;

const folders: string[] = [];
const halted = new Set<number>();
/** Run in the end, since tests that run at once share what vitest has for that. */
const endings: (() => unknown)[] = [];

function temporary(): string {
  const folder = newFolder();
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const pid of halted) if (readProcess(pid)?.name === "postgres") process.kill(pid, "SIGKILL");
  for (const end of endings) await end();
  await clean(...folders);
});

/** A process of PostgreSQL's that does not end by itself, as one that waits for ever: it hears nothing any more. */
function halt(pid: number): number {
  process.kill(pid, "SIGSTOP");
  halted.add(pid);
  return pid;
}

function childOf(cluster: string, title: RegExp): number {
  const postmaster = serverOf(cluster);
  return processesOf("postgres").find((one) => one.parent === postmaster && title.test(one.title))!.pid;
}

/** kill -9 of the first process; the others see it and end, but for the one that was halted, and the logger, which waits for that one. */
async function killFirst(cluster: string): Promise<void> {
  const postmaster = serverOf(cluster)!;
  const others = processesOf("postgres").filter(({ parent }) => parent === postmaster);
  process.kill(postmaster, "SIGKILL");
  const remain = (): boolean =>
    others.some(({ pid, title }) => !halted.has(pid) && !/logger/.test(title) && readProcess(pid) !== undefined);
  await expect.poll(remain).toBe(false);
}

function isHalted(pid: number): boolean {
  return /^State:\tT/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

/** A process of a program that only waits; it lives until all tests have ended. */
function waiting(program: string, cwd: string, account: Account | undefined, title = program): number {
  const child = spawn(program, [], {
    argv0: title,
    cwd,
    stdio: ["pipe", "ignore", "ignore"],
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  });
  endings.push(() => child.kill("SIGKILL"));
  return child.pid!;
}

/** The program cat, under PostgreSQL's name. */
function falsePostgres(): string {
  const program = join(temporary(), "postgres");
  copyFileSync("/bin/cat", program);
  return program;
}

async function inTransaction(settings: ConstructorParameters<typeof Client>[0]): Promise<Client> {
  const client = new Client(settings);
  client.on("error", () => undefined);
  await client.connect();
  endings.push(() => client.end().catch(() => undefined));
  await client.query("begin; create table half (n int); insert into half values (1)");
  return client;
}

async function backendOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]!.pid;
}

/** Makes a database with one row, and leaves one process of a killed PostgreSQL behind on it, as well as what was not committed. */
async function leaveBehind(order: Order): Promise<{ readonly cluster: string; readonly left: number }> {
  const cluster = join(order.dataFolder, "postgres");
  const user = startUser(order);
  const { owner } = await user.first;
  await query(owner!, "create table kept (n int); insert into kept values (7)");
  const left = halt(await backendOf(await inTransaction(owner)));
  await killFirst(cluster);
  await user.kill();
  return { cluster, left };
}

const told = (left: number): RegExp => new RegExp(`现予以终止：[^]*${left} \\(.*ending them: [^]*${left} \\(`);

describe.runIf(existsSync("/proc/self/status"))("processes that a killed PostgreSQL left behind, and that wait for ever,", () => {
  describe.concurrent("are ended by the next start, once they had the time to end by themselves:", { timeout: 180_000 }, () => {
    test("what was committed is there, and PostgreSQLs, leftovers and processes of other folders live on", async () => {
      const dataFolder = join(temporary(), "data");
      const { cluster, left } = await leaveBehind({ dataFolder });
      const other = await leaveBehind({ dataFolder: join(temporary(), "data") });
      const beside = await openPostgres({ dataFolder: join(temporary(), "data"), log: quiet });
      endings.push(() => beside.release());
      const served = serverOf(beside.where);
      const session = await inTransaction(beside.owner);
      const passer = waiting("/bin/cat", cluster, accountFor(cluster));

      const { log, text } = listener();
      const began = performance.now();
      const postgres = await openPostgres({ dataFolder, log });
      endings.push(() => postgres.release());
      expect(performance.now() - began).toBeGreaterThan(GRACE);
      expect(readProcess(left)).toBeUndefined();
      expect(text()).toMatch(told(left));
      expect(await query(postgres.owner, "select n, to_regclass('half') as half from kept")).toEqual([{ n: 7, half: null }]);

      expect(isHalted(other.left)).toBe(true);
      expect(readProcess(passer)).toBeDefined();
      expect(serverOf(beside.where)).toBe(served);
      expect((await session.query("select n from half")).rows).toEqual([{ n: 1 }]);
    });

    test("also a checkpointer, of whatever version of PostgreSQL", async () => {
      const made = await makeCluster();
      endings.push(() => made.remove());
      await query(made.owner, "create table kept (n int); insert into kept values (7)");
      const [folder] = await query<{ path: string }>(made.superuser, "select current_setting('data_directory') as path");
      const left = halt(childOf(folder!.path, /checkpointer/));
      await killFirst(folder!.path);
      await made.restart();
      expect(readProcess(left)).toBeUndefined();
      expect(await query(made.owner, "select n from kept")).toEqual([{ n: 7 }]);
    });

    test.runIf(root)("by an ordinary user, who may look at his own processes alone", async () => {
      const folder = temporary();
      chownSync(folder, nobody.uid, nobody.gid);
      const programs = temporary();
      const copy = join(programs, basename(dirname(nativeFolder())));
      cpSync(dirname(nativeFolder()), copy, { recursive: true, verbatimSymlinks: true });
      const order = { dataFolder: join(folder, "data"), uid: nobody.uid, gid: nobody.gid, native: join(copy, "native") };
      const { left } = await leaveBehind(order);
      const next = startUser(order);
      const { event, owner } = await next.first;
      expect(event).toBe("open");
      expect(readProcess(left)).toBeUndefined();
      expect(await query(owner!, "select n from kept")).toEqual([{ n: 7 }]);
      await next.end();
    });

    test.runIf(root)("by root in a container, who may not look at the processes of others", async () => {
      const dataFolder = join(temporary(), "data");
      const { left } = await leaveBehind({ dataFolder });
      const next = startUser({ dataFolder }, contained);
      const { event, owner } = await next.first;
      expect(event).toBe("open");
      expect(readProcess(left)).toBeUndefined();
      expect(await query(owner!, "select n from kept")).toEqual([{ n: 7 }]);
      await next.end();
      expect(serverOf(join(dataFolder, "postgres"))).toBeUndefined();
    });
  });

  test("are not looked for in a PostgreSQL that runs on without its postmaster.pid: it is named, and goes on serving", async () => {
    const postgres = await openPostgres({ dataFolder: join(temporary(), "data"), log: quiet });
    const session = await inTransaction(postgres.owner);
    const server = serverOf(postgres.where)!;
    const file = join(postgres.where, "postmaster.pid");
    renameSync(file, `${file}.away`);
    const { code, text } = await refusal(() => endLeftovers(placeAt(postgres.where), quiet));
    renameSync(`${file}.away`, file);
    expect(code).toBe("POSTGRES_LEFTOVERS");
    expect(text).toContain(`kill -INT ${server})`);
    expect(text).not.toContain("checkpointer");
    expect((await session.query("select n from half")).rows).toEqual([{ n: 1 }]);
    await session.end();
    await postgres.release();
  });

  test("are told from whatever else is called postgres: what is not proven to be one is left alone, and named", async () => {
    const cluster = join(temporary(), "data", "postgres");
    mkdirSync(cluster, { recursive: true });
    const program = falsePostgres();
    const { uid, gid } = statSync(cluster);
    const account = root ? { name: "", uid, gid } : undefined;
    const elsewhere = waiting(program, dirname(cluster), account, "postgres: checkpointer ");
    const none = await refusal(() => endLeftovers(placeAt(cluster), quiet));
    expect(none.code).toBe("POSTGRES_LEFTOVERS");
    expect(none.text).toContain(`grep -F '${cluster}'`);
    expect(none.text).not.toContain(`${elsewhere}`);

    // what might be a first process, which has no title
    const untitled = waiting(program, cluster, account);
    expect((await refusal(() => endLeftovers(placeAt(cluster), quiet))).text).toContain(`kill -INT ${untitled})`);
    for (const pid of [elsewhere, untitled]) expect(readProcess(pid)).toBeDefined();
  });

  test.runIf(root)("are those of the cluster's own user alone", async () => {
    const cluster = join(temporary(), "data", "postgres");
    mkdirSync(cluster, { recursive: true });
    const foreign = waiting(falsePostgres(), cluster, nobody, "postgres: checkpointer ");
    expect((await refusal(() => endLeftovers(placeAt(cluster), quiet))).text).toContain(`${foreign} (checkpointer)`);
    expect(readProcess(foreign)).toBeDefined();
  });
});

/** Without CAP_SYS_PTRACE, as Docker runs root. */
const contained = 'exec setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace "$0" "$@"';

describe.runIf(root && existsSync("/proc/self/status"))("root in a container, who may not look at the processes of others,", () => {
  test("joins the PostgreSQL of a killed process, and stops it in the end", async () => {
    const dataFolder = join(temporary(), "data");
    const cluster = join(dataFolder, "postgres");
    const killed = startUser({ dataFolder }, contained);
    const { owner } = await killed.first;
    const server = serverOf(cluster);
    expect(ownerOf(cluster)).not.toBe(0);
    await killed.kill();
    const next = startUser({ dataFolder }, contained);
    expect((await next.first).owner).toEqual(owner);
    expect(serverOf(cluster)).toBe(server);
    await next.end();
    expect(serverOf(cluster)).toBeUndefined();
  });
});

function placeAt(cluster: string): { readonly home: string; readonly cluster: string; readonly account: undefined } {
  return { home: dirname(cluster), cluster, account: undefined };
}
