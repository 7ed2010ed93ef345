import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { nativeFolder } from "../../src/postgres/binaries.ts";
import { openPostgres } from "../../src/postgres/index.ts";
import { openPrivate } from "../../src/postgres/private.ts";
import { clean, listener, newFolder, nobody, ownerOf, query, quiet, refusal, root, serverOf, startUser } from "./harness.ts";

const folders: string[] = [];

function temporary(mode?: number): string {
  const folder = newFolder(mode);
  folders.push(folder);
  return folder;
}

afterAll(() => clean(...folders));

/** A copy of the package with the binaries, as a package manager would leave it that ran no install script. */
function installed(folder: string): string {
  const copy = join(folder, "node_modules", "postgres");
  cpSync(dirname(nativeFolder()), copy, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(join(copy, "native", "pg-symlinks.json"), "utf8")) as { target: string }[];
  for (const { target } of links) rmSync(join(copy, target));
  return join(copy, "native");
}

test("binaries whose install script was not allowed to run are completed where they lie", async () => {
  const folder = temporary();
  const native = installed(folder);
  const server = await openPrivate({ dataFolder: join(folder, "data"), log: quiet, native });
  await server.release();
  expect(existsSync(join(native, "lib", "libpq.so.5")) || existsSync(join(native, "lib", "libpq.5.dylib"))).toBe(true);
  expect(readdirSync(join(folder, "data")).some((name) => name.startsWith("postgresql-"))).toBe(false);
});

describe(`started by ${root ? "root" : "an ordinary user"}`, () => {
  (root ? asRoot : asOrdinaryUser)();
});

function asRoot(): void {
  test("PostgreSQL runs as postgres or nobody, never as root", async () => {
    const dataFolder = join(temporary(), "data");
    const postgres = await openPostgres({ dataFolder, log: quiet });
    expect(serverOf(postgres.where)).toBeDefined();
    expect(ownerOf(postgres.where)).not.toBe(0);
    expect(ownerOf(join(postgres.where, "postmaster.pid"))).toBe(ownerOf(postgres.where));
    await postgres.release();
  });

  test("a new data folder that was made for root alone lets PostgreSQL's user through, and nobody list it", async () => {
    const dataFolder = temporary(0o700);
    const postgres = await openPostgres({ dataFolder, log: quiet });
    expect(postgres.where).toBe(join(dataFolder, "postgres"));
    expect(statSync(dataFolder).mode & 0o777).toBe(0o711);
    await postgres.release();
  });

  test("PostgreSQL whose user cannot reach the data folder lies in /var/lib/xianmai, and the folder and the start say where", async () => {
    const folder = temporary(0o700);
    const { log, text } = listener();
    const postgres = await openPostgres({ dataFolder: join(folder, "data"), log });
    const home = dirname(postgres.where);
    folders.push(home);
    expect(home).toMatch(/^\/var\/lib\/xianmai\/[0-9a-f]{12}$/);
    await query(postgres.owner, "create table here (n int)");
    await postgres.release();

    expect(text()).toContain(home);
    const note = readFileSync(join(folder, "data", "postgres-is-elsewhere.txt"), "utf8");
    expect(note).toContain(home);
    expect(note).toMatch(/数据库不在此文件夹中.*\n.*not in this folder/);
    expect(readdirSync(join(folder, "data"))).not.toContain("postgres");

    // a copy of the folder would run the same database a second time
    cpSync(join(folder, "data"), join(folder, "copy"), { recursive: true });
    const copied = await refusal(() => openPostgres({ dataFolder: join(folder, "copy"), log: quiet }));
    expect(copied.code).toBe("DATA_FOLDER_COPIED");
    expect(copied.text).toContain(join(folder, "data"));

    // a moved folder takes its database along
    renameSync(join(folder, "data"), join(folder, "moved"));
    const moved = await openPostgres({ dataFolder: join(folder, "moved"), log: quiet });
    expect(await query(moved.owner, "select * from here")).toEqual([]);
    await moved.release();

    // and a new folder in its old place begins anew
    const anew = await openPostgres({ dataFolder: join(folder, "data"), log: quiet });
    folders.push(dirname(anew.where));
    expect(dirname(anew.where)).toBe(`${home}-2`);
    await anew.release();
  });

  test("binaries that PostgreSQL's user cannot reach are copied beside the database", async () => {
    const folder = temporary();
    const hidden = temporary(0o700);
    const native = installed(hidden);
    chmodSync(join(native, "share"), 0o700);
    const { log, text } = listener();
    const server = await openPrivate({ dataFolder: join(folder, "data"), log, native });
    await server.release();
    const copies = readdirSync(join(folder, "data")).filter((name) => name.startsWith("postgresql-"));
    expect(copies).toEqual([expect.stringMatching(/^postgresql-18\./)]);
    expect(text()).toContain(join(folder, "data", copies[0]!));
  });

  test("a database that another user made runs as that user, who keeps the use of it", async () => {
    const folder = temporary();
    chownSync(folder, nobody.uid, nobody.gid);
    const dataFolder = join(folder, "data");
    const first = startUser({ dataFolder, uid: nobody.uid, gid: nobody.gid, native: reachable() });
    expect((await first.first).event).toBe("open");
    expect(ownerOf(join(dataFolder, "postgres"))).toBe(nobody.uid);
    await first.end();

    const visit = await openPostgres({ dataFolder, log: quiet });
    expect(ownerOf(join(dataFolder, "postgres", "postmaster.pid"))).toBe(nobody.uid);
    await visit.release();

    const again = startUser({ dataFolder, uid: nobody.uid, gid: nobody.gid, native: reachable() });
    expect((await again.first).event).toBe("open");
    await again.end();
  });

  test("another user is refused root's data folder", async () => {
    const folder = temporary();
    mkdirSync(join(folder, "data"), { mode: 0o755 });
    const { code, message } = await startUser({ dataFolder: join(folder, "data"), uid: nobody.uid, gid: nobody.gid }).first;
    expect(code).toBe("DATA_FOLDER_DENIED");
    expect(message).toContain(join(folder, "data"));
  });

  test("a database whose folder was closed to PostgreSQL's user afterwards is not begun anew elsewhere", async () => {
    const folder = temporary();
    const dataFolder = join(folder, "data");
    const postgres = await openPostgres({ dataFolder, log: quiet });
    await postgres.release();
    chmodSync(folder, 0o700);
    const { code, text } = await refusal(() => openPostgres({ dataFolder, log: quiet }));
    expect(code).toBe("POSTGRES_FOLDER_UNREACHABLE");
    expect(text).toContain(dataFolder);
  });
}

function asOrdinaryUser(): void {
  test("PostgreSQL runs as that user, in a data folder that nobody else can enter", async () => {
    const dataFolder = join(temporary(0o700), "data");
    const postgres = await openPostgres({ dataFolder, log: quiet });
    expect(postgres.where).toBe(join(dataFolder, "postgres"));
    expect(ownerOf(postgres.where)).toBe(process.geteuid?.());
    expect(statSync(dataFolder).mode & 0o777).toBe(0o700);
    await postgres.release();
  });

  test("a data folder that this user may not write to is refused", async () => {
    const dataFolder = join(temporary(), "data");
    mkdirSync(dataFolder, { mode: 0o500 });
    const { code, text } = await refusal(() => openPostgres({ dataFolder, log: quiet }));
    expect(code).toBe("DATA_FOLDER_DENIED");
    expect(text).toContain(dataFolder);
  });
}

/** Binaries that nobody can run, wherever this checkout lies. */
function reachable(): string {
  const folder = temporary();
  const copy = join(folder, basename(dirname(nativeFolder())));
  cpSync(dirname(nativeFolder()), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "native");
}
