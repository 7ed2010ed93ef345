import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { migrate, openFeed } from "@xianmai/database";
import { holdDataFolder, openPostgres, type Postgres } from "@xianmai/database/postgres";

import { backup, restore } from "../../src/backup/index.ts";
import { readManifest, writeManifest, type Manifest } from "../../src/backup/manifest.ts";
import { rehearse } from "../../src/backup/rehearse.ts";
import { MIGRATION_LOCK } from "../../src/migrations/migrate.ts";
import { runningPostmaster } from "../../src/postgres/postmaster.ts";
import { clean, newFolder, query, quiet, refusal } from "../postgres/harness.ts";
import { county } from "../sample.ts";
import { ACCOUNTS, BALANCE, choices, clock, connect, contents, openAccounts, readBooks, startBackup, startWriters } from "./harness.ts";

const WRITERS = 4;
const folder = newFolder();
const dataFolder = join(folder, "data");
const target = join(folder, "备份 backups");
let postgres: Postgres;

beforeAll(async () => {
  postgres = await openPostgres({ dataFolder, log: quiet, serverSettings: { fsync: "off" } });
  await openAccounts(postgres.owner, WRITERS);
  mkdirSync(join(dataFolder, "files", "2023"), { recursive: true });
  writeFileSync(join(dataFolder, "files", "2023", "开工照片.jpg"), "a photograph");
  writeFileSync(join(dataFolder, "audit.key"), "a key", { mode: 0o600 });
});

afterAll(async () => {
  await postgres.release();
  await clean(folder, ...readdirSync(folder).map((name) => join(folder, name)));
});

function into(backupFolder: string, name: string): Promise<{ readonly generation: number }> {
  return restore({ backup: backupFolder, dataFolder: join(folder, name), clock, signal: choices.signal, log: quiet });
}

/** Opens a restored data folder for as long as `work` runs. */
async function opened<Result>(name: string, work: (restored: Postgres) => Promise<Result>): Promise<Result> {
  const restored = await openPostgres({ dataFolder: join(folder, name), log: quiet, serverSettings: { fsync: "off" } });
  try {
    return await work(restored);
  } finally {
    await restored.release();
  }
}

test("a backup taken while many write holds each transaction wholly or not at all, and every one that was acknowledged before its end", async () => {
  const writers = await startWriters(postgres.owner, WRITERS);
  const long = await connect(postgres.owner);
  await long.query("begin; insert into app.unit (code, name) values ('open', 'open all the while')");
  let early: readonly number[] = [];
  const { checked, folder: made } = await backup({
    ...choices,
    dataFolder,
    target,
    verify: true,
    log: ({ en }) => {
      if (en.startsWith("Files of the database")) early = writers.acknowledged();
    },
  });
  await long.query("commit");
  await long.end();
  const late = await writers.stop();
  expect(checked).toBe("restored");

  await into(made, "under-load");
  await opened("under-load", async ({ owner }) => {
    const { sum, counts, accountVersions, counterVersions, counterChanges } = await readBooks(owner);
    const transactions = counts.reduce((all, one) => all + one, 0);
    expect(sum).toBe(ACCOUNTS * BALANCE);
    for (const [writer, count] of counts.entries()) {
      expect(count).toBeGreaterThanOrEqual(early[writer]!);
      expect(count).toBeLessThanOrEqual(late[writer]!);
    }
    expect(Math.min(...early)).toBeGreaterThan(0);
    expect({ accountVersions, counterVersions, counterChanges }).toEqual({
      accountVersions: transactions * 2,
      counterVersions: transactions,
      counterChanges: transactions,
    });
    expect(await query(owner, "select from app.unit where code = 'open'")).toHaveLength(0);
  });
});

describe("a backup, restored elsewhere", () => {
  let made = "";
  let generation = 0;

  beforeAll(async () => {
    ({ folder: made } = await backup({ ...choices, dataFolder, target }));
    ({ generation } = await into(made, "elsewhere"));
  });

  test("is equal in every table, and a start finds nothing to do in it", async () => {
    await opened("elsewhere", async ({ owner }) => {
      expect(await contents(owner)).toEqual(await contents(postgres.owner));
      expect(await migrate({ owner, model: county, log: quiet })).toMatchObject({ applied: [], renewed: [], seeded: [], generation });
    });
  });

  test("has a change feed of a new generation: who followed the original is told of a gap, and then of every change", async () => {
    const original = await openFeed(postgres.app);
    const position = await original.position();
    await original.close();
    await opened("elsewhere", async ({ owner, app }) => {
      const feed = await openFeed(app);
      const gap = await feed.poll(position);
      expect(gap).toMatchObject({ reset: "generation", changes: [], to: { generation } });
      // as many migrations as a county sees in decades do not bring the original to it
      expect(generation).toBeGreaterThan(position.generation + 5_000);
      const [before] = await query<{ stamp: string }>(owner, "select max(stamp)::text as stamp from xm.change");
      await query(owner, "update app.work set name = 'after the restore' where code = 'A00'");
      const { changes, reset } = await feed.poll(gap.to);
      await feed.close();
      expect(reset).toBeUndefined();
      expect(changes).toMatchObject([{ table: "work", operation: "U" }]);
      expect(changes[0]!.stamp).toBeGreaterThan(BigInt(before!.stamp));
    });
  });

  test("brings attachments and the audit's key along, and no password", async () => {
    const restored = join(folder, "elsewhere");
    expect(readFileSync(join(restored, "files", "2023", "开工照片.jpg"), "utf8")).toBe("a photograph");
    expect(readFileSync(join(restored, "audit.key"), "utf8")).toBe("a key");
    expect(statSync(join(restored, "audit.key")).mode & 0o777).toBe(0o600);
    const passwords = (at: string): string => readFileSync(join(at, "postgres-passwords.json"), "utf8");
    expect(passwords(restored)).not.toBe(passwords(dataFolder));
    const { files } = await readManifest(made);
    expect(files.filter(({ path }) => path.startsWith("data/")).map(({ path }) => path)).toEqual([
      "data/audit.key",
      "data/files/2023/开工照片.jpg",
    ]);
  });

  test("holds no other trace of how it came about", () => {
    const expected = ["audit.key", "files", "postgres", "postgres-passwords.json"];
    const ignored = /\.lock$|^postgres-(start\.log|system\.txt)$/;
    expect(readdirSync(join(folder, "elsewhere")).filter((name) => !ignored.test(name))).toEqual(expected);
    expect(readdirSync(join(folder, "elsewhere", "postgres"))).not.toContain("recovery.signal");
  });

  test("leaves the original as it was: not in backup mode, nothing kept for a copy", async () => {
    expect(await query(postgres.owner, "select from pg_replication_slots")).toHaveLength(0);
  });

  test("is refused where something is already, and overwrites nothing", async () => {
    const full = join(folder, "full");
    mkdirSync(full);
    writeFileSync(join(full, "note.txt"), "mine");
    expect(await refusal(() => into(made, "full"))).toMatchObject({
      code: "RESTORE_FOLDER_NOT_EMPTY",
      text: expect.stringContaining(full) as string,
    });
    expect(readdirSync(full)).toEqual(["note.txt"]);
  });

  test("is refused where a server runs, which is named", async () => {
    const held = join(folder, "held");
    const lock = holdDataFolder(held, { pid: process.pid, port: 4321, startedAt: "2026-11-24T01:00:00.000Z" });
    expect(await refusal(() => into(made, "held"))).toMatchObject({
      code: "DATA_FOLDER_HELD",
      text: expect.stringContaining("4321") as string,
    });
    lock.release();
  });

  test("is not put into somebody's database, since it is the private server's files", async () => {
    const databaseUrl = "postgresql://nobody:nothing@127.0.0.1:1/none";
    const attempt = () =>
      restore({ backup: made, dataFolder: join(folder, "none"), databaseUrl, clock, signal: choices.signal, log: quiet });
    expect(await refusal(attempt)).toMatchObject({ code: "BACKUP_NOT_PORTABLE", text: expect.stringContaining("--portable") as string });
  });

  describe("when it was changed since", () => {
    const change = async (path: string, work: (file: string) => void): Promise<{ readonly code: string; readonly text: string }> => {
      const file = join(made, path);
      const whole = readFileSync(file);
      work(file);
      try {
        return await refusal(() => into(made, "damaged"));
      } finally {
        writeFileSync(file, whole);
        expect(existsSync(join(folder, "damaged"))).toBe(false);
      }
    };

    test("names the file with another byte, the one that is too short, and the one that is gone", async () => {
      const flip = (file: string): void => {
        const bytes = readFileSync(file);
        bytes[4000] = bytes[4000]! ^ 1;
        writeFileSync(file, bytes);
      };
      const table = (await readManifest(made)).files.find(({ path, size }) => /base\/\d+\/\d+$/.test(path) && size > 8192)!.path;
      expect(await change(table, flip)).toMatchObject({
        code: "BACKUP_DAMAGED",
        text: expect.stringContaining(`${table} its content changed`) as string,
      });
      expect(await change("cluster/global/pg_control", (file) => writeFileSync(file, "x"))).toMatchObject({
        code: "BACKUP_DAMAGED",
        text: expect.stringContaining("cluster/global/pg_control has 1 bytes instead of 8192") as string,
      });
      expect(await change("data/audit.key", (file) => rmSync(file))).toMatchObject({
        code: "BACKUP_DAMAGED",
        text: expect.stringContaining("data/audit.key is missing") as string,
      });
    });

    test("is not taken for whole when its manifest was changed", async () => {
      const shorten = (file: string): void => writeFileSync(file, readFileSync(file, "utf8").replace(/"rows": \d+/, '"rows": 0'));
      expect(await change("manifest.json", shorten)).toMatchObject({
        code: "BACKUP_DAMAGED",
        text: expect.stringContaining("manifest.json") as string,
      });
    });
  });

  test("is refused by another major version of PostgreSQL", async () => {
    const other = await forged(made, { postgresql: "17.2" });
    expect(await refusal(() => into(other, "none"))).toMatchObject({
      code: "BACKUP_OTHER_POSTGRES",
      text: expect.stringContaining("PostgreSQL 17") as string,
    });
  });

  test("is refused when a newer version made it", async () => {
    const other = await forged(made, { format: 99 });
    expect(await refusal(() => into(other, "none"))).toMatchObject({ code: "BACKUP_TOO_NEW" });
  });

  test("is refused when it leads out of its own folder", async () => {
    const { files } = await readManifest(made);
    const other = await forged(made, { files: [{ ...files[0], path: "cluster/../../outside" }] });
    await expect(into(other, "none")).rejects.toThrow("path");
    expect(existsSync(join(folder, "none"))).toBe(false);
  });
});

/** A manifest with a valid seal that says something else. */
async function forged(made: string, other: object): Promise<string> {
  const forgery = join(folder, `forged-${Object.keys(other)[0]}`);
  mkdirSync(forgery);
  await writeManifest(forgery, { ...(await readManifest(made)), ...other });
  return forgery;
}

describe("a copy that is tried before it counts as a backup", () => {
  const attempt = async (
    name: string,
    work: (draft: string, manifest: Manifest) => Manifest,
  ): Promise<{ readonly code: string; readonly text: string }> => {
    const { folder: made } = await backup({ ...choices, dataFolder, target: join(folder, name) });
    const manifest = work(made, await readManifest(made));
    const scratch = `${made}.checking`;
    const refused = await refusal(() => rehearse({ backup: made, manifest, scratch, signal: choices.signal, log: quiet }));
    expect(existsSync(scratch)).toBe(false);
    return refused;
  };

  test("is refused when a table does not hold what the original held, and the table is named", async () => {
    const refused = await attempt("differing", (_, manifest) => ({
      ...manifest,
      tables: { ...manifest.tables, "app.work": { ...manifest.tables["app.work"]!, sum: "1" } },
    }));
    expect(refused).toMatchObject({ code: "BACKUP_DIFFERS", text: expect.stringContaining("app.work.") as string });
  });

  test("is refused when a page of it is broken, although it was copied as it was read", async () => {
    const [relation] = await query<{ path: string }>(postgres.owner, "select pg_relation_filepath('xm.change_pkey') as path");
    const path = `cluster/${relation!.path}`;
    const refused = await attempt("broken", (draft, manifest) => {
      const bytes = readFileSync(join(draft, path));
      // in the middle of the first leaf of the index, where no figure looks
      bytes.fill(0xff, 8192 + 4000, 8192 + 4100);
      writeFileSync(join(draft, path), bytes);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return { ...manifest, files: manifest.files.map((file) => (file.path === path ? { ...file, sha256 } : file)) };
    });
    expect(refused).toMatchObject({ code: "BACKUP_UNUSABLE", text: expect.stringContaining("invalid page") as string });
  });
});

describe("a backup that does not come to its end", () => {
  test("killed while it copies, it leaves nothing that a restore takes; the next one tidies up, and PostgreSQL goes on", async () => {
    const place = join(folder, "killed");
    // it waits for whoever migrates: so that it is in the middle for as long as we like
    const migrating = await connect(postgres.owner);
    await migrating.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const killed = startBackup({ dataFolder, target: place, verify: false });
    await killed.says("Files of the database");
    await killed.kill();
    await migrating.end();
    const [partial = ""] = readdirSync(place).filter((name) => name.endsWith(".partial"));
    expect(readdirSync(place).filter((name) => name.startsWith("xianmai-2"))).toEqual([partial]);
    expect(await refusal(() => into(join(place, partial), "none"))).toMatchObject({ code: "BACKUP_UNKNOWN" });
    expect(await query(postgres.owner, "select from pg_replication_slots")).toHaveLength(0);

    const next = await backup({ ...choices, dataFolder, target: place });
    expect(readdirSync(place).filter((name) => name.startsWith("xianmai-2"))).toEqual([next.folder.slice(place.length + 1)]);
  });

  test("killed while it is tried, it leaves a PostgreSQL that the next one ends", async () => {
    const place = join(folder, "killed while tried");
    const killed = startBackup({ dataFolder, target: place, verify: true });
    const running = (): number | undefined =>
      existsSync(place) ? readdirSync(place).flatMap((name) => runningPostmaster(join(place, name, "postgres"))?.pid ?? [])[0] : undefined;
    await expect.poll(running, { timeout: 20_000, interval: 10 }).toBeDefined();
    await killed.kill();
    const orphan = running()!;
    await backup({ ...choices, dataFolder, target: place });
    expect(running()).toBeUndefined();
    // what has ended may wait for its parent to take notice
    expect(spawnSync("ps", ["-o", "stat=", "-p", String(orphan)], { encoding: "utf8" }).stdout).toMatch(/^(Z.*)?\s*$/);
    expect(readdirSync(place).filter((name) => !/^xianmai-(\d{4}-\d\d-\d\dT\d{6}Z|backup\.lock)$/.test(name))).toEqual([]);
  });

  test("on a disk that is full it says so, and leaves nothing", async () => {
    const place = join(folder, "full disk");
    const events = await startBackup({ dataFolder, target: place, verify: false }, "trap '' XFSZ; ulimit -f 16000").all;
    expect(events.at(-1)).toMatchObject({ event: "refused", code: "FILES_NOT_COPIED", en: expect.stringContaining("pg_wal") as string });
    expect(readdirSync(place)).toEqual(["xianmai-backup.lock"]);
  });

  test("told to end, it ends and leaves nothing", async () => {
    const place = join(folder, "told to end");
    const cutter = new AbortController();
    const ended = backup({
      ...choices,
      dataFolder,
      target: place,
      verify: true,
      signal: cutter.signal,
      log: ({ en }) => {
        if (en.startsWith("Log of")) cutter.abort(new Error("enough"));
      },
    });
    await expect(ended).rejects.toThrow("enough");
    expect(readdirSync(place)).toEqual(["xianmai-backup.lock"]);
  });

  test("its PostgreSQL gone in the middle, it says so and leaves nothing", async () => {
    const place = join(folder, "gone");
    const ended = refusal(() =>
      backup({
        ...choices,
        dataFolder,
        target: place,
        log: ({ en }) => {
          if (en.startsWith("Files of")) process.kill(runningPostmaster(postgres.where)!.pid, "SIGQUIT");
        },
      }),
    );
    expect(await ended).toMatchObject({ code: expect.stringMatching(/^(BACKUP_FAILED|DATABASE_UNREACHABLE)$/) as string });
    expect(readdirSync(place)).toEqual(["xianmai-backup.lock"]);
    await postgres.release();
    postgres = await openPostgres({ dataFolder, log: quiet, serverSettings: { fsync: "off" } });
  });
});

describe("a backup is refused", () => {
  test("where there is nothing to back up, and makes no data folder", async () => {
    const nowhere = join(folder, "nowhere");
    expect(await refusal(() => backup({ ...choices, dataFolder: nowhere, target }))).toMatchObject({
      code: "BACKUP_NOTHING",
      text: expect.stringContaining(nowhere) as string,
    });
    expect(existsSync(nowhere)).toBe(false);
  });

  test("into the data folder itself, by whatever name", async () => {
    symlinkSync(dataFolder, join(folder, "link"));
    for (const inside of [join(dataFolder, "backups"), join(folder, "link", "backups")]) {
      expect(await refusal(() => backup({ ...choices, dataFolder, target: inside }))).toMatchObject({ code: "BACKUP_INSIDE_DATA" });
    }
    expect(readdirSync(dataFolder)).not.toContain("backups");
  });
});
