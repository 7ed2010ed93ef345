import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";

import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";

import { openPostgres } from "../../src/postgres/index.ts";
import { bystander, clean, listener, newFolder, nobody, ownerOf, query, quiet, refusal, root, serverOf, startUser } from "./harness.ts";

const folders: string[] = [];

function newDataFolder(): string {
  const folder = newFolder();
  folders.push(folder);
  return join(folder, "data");
}

afterAll(() => clean(...folders));

describe("a data folder of one's own", () => {
  const dataFolder = newDataFolder();
  const cluster = join(dataFolder, "postgres");

  test("gets a PostgreSQL 18 that speaks Chinese, writes through to the disk and listens on no port", async () => {
    const postgres = await openPostgres({ dataFolder, log: quiet });
    try {
      expect(postgres).toMatchObject({ kind: "private", where: cluster, owner: { user: "xm_owner" }, app: { user: "xm_app" } });
      expect(postgres.serverVersion).toMatch(/^18\./);
      const [settings] = await query<Record<string, string>>(
        postgres.owner,
        `select current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync, current_setting('TimeZone') as zone,
                current_setting('server_encoding') as encoding, d.datlocprovider as provider, d.datlocale as locale, 'B' < 'a' as by_code,
                string_agg(name, '' order by name collate "zh-x-icu") as sorted
         from pg_database d, (values ('镇'), ('县'), ('北'), ('安')) as t (name) where datname = current_database() group by 5, 6`,
      );
      expect(settings).toEqual({
        addresses: "",
        fsync: "on",
        zone: "UTC",
        encoding: "UTF8",
        provider: "b",
        locale: "C.UTF-8",
        by_code: true,
        sorted: "安北县镇",
      });
    } finally {
      await postgres.release();
    }
  });

  test("keeps its passwords and its socket from other users", async () => {
    const postgres = await openPostgres({ dataFolder, log: quiet });
    try {
      expect(statSync(join(dataFolder, "postgres-passwords.json")).mode & 0o777).toBe(0o600);
      expect(statSync(postgres.owner.host).mode & 0o777).toBe(0o700);
      expect(statSync(cluster).mode & 0o777).toBe(0o700);
    } finally {
      await postgres.release();
    }
  });

  test("is opened by psql with the owner's URL", async () => {
    const postgres = await openPostgres({ dataFolder, log: quiet });
    try {
      // pg reads a libpq URL as psql does, the socket's folder percent-encoded in the host's place
      expect(await query(postgres.ownerUrl, "select current_user::text as me, current_database()::text as here")).toEqual([
        { me: "xm_owner", here: "xianmai" },
      ]);
    } finally {
      await postgres.release();
    }
  });

  test("keeps that URL from start to start", async () => {
    const first = await openPostgres({ dataFolder, log: quiet });
    await first.release();
    const second = await openPostgres({ dataFolder, log: quiet });
    await second.release();
    expect(second.ownerUrl).toBe(first.ownerUrl);
  });

  test("does not take a socket folder that someone else has put in its place", async () => {
    const first = await openPostgres({ dataFolder, log: quiet });
    await first.release();
    symlinkSync(dirname(dataFolder), first.owner.host);
    const second = await openPostgres({ dataFolder, log: quiet });
    await second.release();
    rmSync(first.owner.host);
    expect(second.owner.host).not.toBe(first.owner.host);
  });

  test("has an owner without superuser rights, and an application that owns nothing and takes on the whole county only when it says so", async () => {
    const postgres = await openPostgres({ dataFolder, log: quiet });
    try {
      expect(
        await query(
          postgres.owner,
          `select rolname::text as name, rolsuper as super, rolcreatedb as makes_databases, rolcreaterole as makes_roles, rolcanlogin as login,
                  rolinherit as inherits from pg_roles where rolname in ('xm_owner', 'xm_app', 'xm_all') order by rolname`,
        ),
      ).toEqual([
        { name: "xm_all", super: false, makes_databases: false, makes_roles: false, login: false, inherits: true },
        { name: "xm_app", super: false, makes_databases: false, makes_roles: false, login: true, inherits: false },
        { name: "xm_owner", super: false, makes_databases: true, makes_roles: true, login: true, inherits: true },
      ]);
      await query(
        postgres.owner,
        `create table secret (n int); alter table secret enable row level security; grant select on secret to xm_all;
         create policy county on secret to xm_all using (true); insert into secret values (1)`,
      );
      await expect(query(postgres.app, "select n from secret")).rejects.toThrow("permission denied");
      await expect(query(postgres.app, "create table mine (n int)")).rejects.toThrow("permission denied");
      expect(await query(postgres.app, "set role xm_all; select n from secret")).toEqual([{ n: 1 }]);
    } finally {
      await postgres.release();
    }
  });

  test("stops PostgreSQL when its last user leaves, and leaves no socket behind", async () => {
    const first = await openPostgres({ dataFolder, log: quiet });
    const second = await openPostgres({ dataFolder, log: quiet });
    expect(second.owner).toEqual(first.owner);
    expect([first.joined, second.joined]).toEqual([false, true]);
    await first.release();
    await first.release();
    expect(await query(second.app, "select 1 as one")).toEqual([{ one: 1 }]);
    await second.release();
    expect(serverOf(cluster)).toBeUndefined();
    expect(existsSync(join(cluster, "postmaster.pid"))).toBe(false);
    expect(existsSync(second.owner.host)).toBe(false);
  });

  test("gives its users one PostgreSQL, however they start and end at once", async () => {
    const early = await openPostgres({ dataFolder, log: quiet });
    const others = [startUser({ dataFolder }), startUser({ dataFolder })];
    // one leaves while two come
    const [, late] = await Promise.all([early.release(), openPostgres({ dataFolder, log: quiet })]);
    const seen = await Promise.all(others.map(({ first }) => first));
    for (const { owner } of seen) expect(await query(owner!, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(new Set([late.owner.host, ...seen.map(({ owner }) => owner!.host)]).size).toBe(1);
    await Promise.all([late.release(), ...others.map((other) => other.end())]);
    expect(serverOf(cluster)).toBeUndefined();
  });

  test("is logged into files that begin anew each week", async () => {
    const postgres = await openPostgres({ dataFolder, log: quiet });
    await postgres.release();
    expect(readdirSync(join(cluster, "log"))).toEqual([expect.stringMatching(/^postgresql-(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.log$/)]);
  });
});

describe("after an abrupt end", () => {
  const dataFolder = newDataFolder();
  const cluster = join(dataFolder, "postgres");

  test("the next user adopts the PostgreSQL of a killed process, with all that was committed, and stops it in the end", async () => {
    const killed = startUser({ dataFolder });
    const { owner } = await killed.first;
    await query(owner!, "create table kept (n int); insert into kept values (7)");
    const pid = serverOf(cluster);
    await killed.kill();
    expect(serverOf(cluster)).toBe(pid);

    const postgres = await openPostgres({ dataFolder, log: quiet });
    expect(serverOf(cluster)).toBe(pid);
    expect(await query(postgres.owner, "select n from kept")).toEqual([{ n: 7 }]);
    await postgres.release();
    expect(serverOf(cluster)).toBeUndefined();
  });

  test("a PostgreSQL that was killed itself is started again by whoever comes next, also under a process that used it", async () => {
    const user = startUser({ dataFolder });
    const { owner } = await user.first;
    await query(owner!, "insert into kept values (8)");
    process.kill(serverOf(cluster)!, "SIGKILL");

    const postgres = await openPostgres({ dataFolder, log: quiet });
    expect(await query(postgres.owner, "select n from kept order by n")).toEqual([{ n: 7 }, { n: 8 }]);
    expect(postgres.owner).toEqual(owner);
    await user.kill();
    await postgres.release();
    expect(existsSync(owner!.host)).toBe(false);
  });

  test("a process number that went to someone else keeps nobody from starting, and that process unharmed", async () => {
    const other = bystander(root ? { ...nobody, uid: ownerOf(cluster) } : undefined);
    writeFileSync(join(cluster, "postmaster.pid"), `${other.pid}\n${cluster}\n1700000000\n5432\n/tmp/gone\n\n  1  1\nready   \n`);
    try {
      const postgres = await openPostgres({ dataFolder, log: quiet });
      expect(await query(postgres.owner, "select count(*)::int as n from kept")).toEqual([{ n: 2 }]);
      await postgres.release();
      expect(process.kill(other.pid, 0)).toBe(true);
    } finally {
      other.end();
    }
  });

  test("lost passwords are set anew", async () => {
    rmSync(join(dataFolder, "postgres-passwords.json"));
    const postgres = await openPostgres({ dataFolder, log: quiet });
    expect(await query(postgres.owner, "select count(*)::int as n from kept")).toEqual([{ n: 2 }]);
    await postgres.release();
  });

  test("lost passwords are not set anew under a server that runs with them", async () => {
    const postgres = await openPostgres({ dataFolder, log: quiet });
    rmSync(join(dataFolder, "postgres-passwords.json"));
    const second = await refusal(() => openPostgres({ dataFolder, log: quiet }));
    expect(second.code).toBe("POSTGRES_OUT_OF_REACH");
    expect(await query(postgres.app, "select 1 as one")).toEqual([{ one: 1 }]);
    await postgres.release();
  });
});

describe("when the temporary folder was emptied", () => {
  const dataFolder = newDataFolder();
  const cluster = join(dataFolder, "postgres");

  test("an orphaned PostgreSQL without its socket is replaced by one that can be reached", async () => {
    const killed = startUser({ dataFolder });
    const { owner } = await killed.first;
    const pid = serverOf(cluster);
    await killed.kill();
    rmSync(owner!.host, { recursive: true });
    const postgres = await openPostgres({ dataFolder, log: quiet });
    expect(await query(postgres.app, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(serverOf(cluster)).not.toBe(pid);
    await postgres.release();
  });

  test("a PostgreSQL that someone uses is not cut off", async () => {
    const user = startUser({ dataFolder });
    const { owner } = await user.first;
    const client = new Client(owner);
    await client.connect();
    rmSync(owner!.host, { recursive: true });
    expect((await refusal(() => openPostgres({ dataFolder, log: quiet }))).code).toBe("POSTGRES_OUT_OF_REACH");
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await client.end();
    await user.end();
  });
});

test("a second PostgreSQL is not started beside one of another container, whose processes are not seen here", async () => {
  const dataFolder = newDataFolder();
  const user = startUser({ dataFolder });
  await user.first;
  // what is left of another container here: its locks, its files, and no process
  const cluster = join(dataFolder, "postgres");
  process.kill(serverOf(cluster)!, "SIGKILL");
  writeFileSync(join(dataFolder, "postgres-system.txt"), "another boot and another container\n");
  await expect.poll(() => serverOf(cluster)).toBeUndefined();
  expect((await refusal(() => openPostgres({ dataFolder, log: quiet }))).code).toBe("POSTGRES_ELSEWHERE");
  await user.kill();
  const postgres = await openPostgres({ dataFolder, log: quiet });
  await postgres.release();
});

describe("what cannot be used is refused", () => {
  test("a disk that fills up while the database is made leaves nothing half made, and the next start succeeds", async () => {
    const dataFolder = newDataFolder();
    // no file may grow beyond a megabyte
    const { code, message } = await startUser({ dataFolder }, "ulimit -f 1000; trap '' XFSZ").first;
    expect(code).toBe("POSTGRES_NOT_CREATED");
    expect(message).toContain(join(dataFolder, "postgres"));
    expect(readdirSync(dataFolder).filter((name) => /^postgres(\.new.*)?$/.test(name))).toEqual([]);

    const { log, text } = listener();
    const postgres = await openPostgres({ dataFolder, log });
    await postgres.release();
    expect(text()).toContain("正在建立数据库");
  });

  test("a database of another major version is left as it is", async () => {
    const dataFolder = newDataFolder();
    mkdirSync(join(dataFolder, "postgres"), { recursive: true });
    writeFileSync(join(dataFolder, "postgres", "PG_VERSION"), "17\n");
    const { code, text } = await refusal(() => openPostgres({ dataFolder, log: quiet }));
    expect(code).toBe("DATA_FOLDER_VERSION");
    expect(text).toMatch(/PostgreSQL 17 .* PostgreSQL 18/);
    expect(readdirSync(join(dataFolder, "postgres"))).toEqual(["PG_VERSION"]);
  });

  test("a data folder that is a file", async () => {
    const dataFolder = newDataFolder();
    writeFileSync(dataFolder, "");
    const { code, text } = await refusal(() => openPostgres({ dataFolder, log: quiet }));
    expect(code).toBe("DATA_FOLDER_UNUSABLE");
    expect(text).toContain(dataFolder);
  });

  test("a server that does not start says why, and is not left running", async () => {
    const dataFolder = newDataFolder();
    const { code, text } = await refusal(() => openPostgres({ dataFolder, log: quiet, serverSettings: { shared_buffers: "many" } }));
    expect(code).toBe("POSTGRES_NOT_STARTED");
    expect(text).toContain('invalid value for parameter "shared_buffers"');
    expect(serverOf(join(dataFolder, "postgres"))).toBeUndefined();
    expect(readFileSync(join(dataFolder, "postgres", "PG_VERSION"), "utf8")).toBe("18\n");
  });
});
