import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { createReadPool, migrate, openFeed } from "@xianmai/database";
import { openPostgres, type ConnectionSettings } from "@xianmai/database/postgres";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";

import { backup, restore, type RestoreReport } from "../../src/backup/index.ts";
import { compareAt, figuresNow, readLayouts, settle } from "../../src/backup/figures.ts";
import { readManifest } from "../../src/backup/manifest.ts";
import { beginMoment } from "../../src/backup/moment.ts";
import { MIGRATION_LOCK } from "../../src/migrations/migrate.ts";
import { libpqUrl } from "../../src/postgres/settings.ts";
import { clean, newFolder, query, quiet, refusal } from "../postgres/harness.ts";
import { county, key } from "../sample.ts";
import { ACCOUNTS, BALANCE, choices, clock, connect, contents, openAccounts, readBooks, startWriters } from "./harness.ts";

const WRITERS = 3;
const folder = newFolder();
const dataFolder = join(folder, "data");
const target = join(folder, "backups");
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await openAccounts(database.owner, WRITERS);
  mkdirSync(join(dataFolder, "files"), { recursive: true });
  writeFileSync(join(dataFolder, "files", "a.pdf"), "an attachment");
});

afterAll(async () => {
  await database.drop();
  await clean(folder, ...readdirSync(folder).map((name) => join(folder, name)));
});

/** A database as an operator names it. */
function named({ owner, app }: Pick<TestDatabase, "owner" | "app">): { readonly databaseUrl: string; readonly databaseAppUrl: string } {
  return { databaseUrl: libpqUrl(owner), databaseAppUrl: libpqUrl(app) };
}

async function emptyDatabase(): Promise<TestDatabase> {
  const empty = await createTestDatabase();
  onTestFinished(() => empty.drop());
  return empty;
}

function backUp(of: Pick<TestDatabase, "owner" | "app"> = database): ReturnType<typeof backup> {
  return backup({ ...choices, ...named(of), dataFolder, target });
}

function into(made: string, empty: TestDatabase, name: string): Promise<RestoreReport> {
  return restore({ backup: made, ...named(empty), dataFolder: join(folder, name), clock, signal: choices.signal, log: quiet });
}

async function schemas(owner: ConnectionSettings): Promise<readonly string[]> {
  const rows = await query<{ name: string }>(
    owner,
    "select nspname::text as name from pg_namespace where nspname in ('app', 'xm', 'xmh', 'past') order by 1",
  );
  return rows.map(({ name }) => name);
}

test("a given database is backed up while many write: of one moment, tried elsewhere, and restored with each transaction whole", async () => {
  const writers = await startWriters(database.owner, WRITERS);
  const early = writers.acknowledged();
  const { form, checked, folder: made } = await backup({ ...choices, ...named(database), dataFolder, target, verify: true });
  const late = await writers.stop();
  expect({ form, checked }).toEqual({ form: "tables", checked: "restored" });

  const empty = await emptyDatabase();
  await into(made, empty, "data-1");
  const { sum, counts, ...versions } = await readBooks(empty.owner);
  const transactions = counts.reduce((all, one) => all + one, 0);
  expect(sum).toBe(ACCOUNTS * BALANCE);
  for (const [writer, count] of counts.entries()) {
    expect(count).toBeGreaterThanOrEqual(early[writer]!);
    expect(count).toBeLessThanOrEqual(late[writer]!);
  }
  expect(versions).toEqual({ accountVersions: transactions * 2, counterVersions: transactions, counterChanges: transactions });
});

describe("a given database, restored into an empty one", () => {
  let made = "";
  let copy: TestDatabase;
  let report: RestoreReport;

  beforeAll(async () => {
    ({ folder: made } = await backUp());
    copy = await createTestDatabase();
    report = await into(made, copy, "data-2");
  });

  afterAll(() => copy.drop());

  test("is equal in every table, and a start finds nothing to do in it", async () => {
    expect(await contents(copy.owner)).toEqual(await contents(database.owner));
    const { generation } = report;
    expect(await migrate({ owner: copy.owner, model: county, log: quiet })).toMatchObject({
      applied: [],
      renewed: [],
      seeded: [],
      generation,
    });
  });

  test("is made of the very same columns, keys, functions, triggers, policies and rights", async () => {
    const { folder: again } = await backUp(copy);
    const own = (text: string): string =>
      text
        .replace(/(create.* function xm\.base\(\)[^;]*RETURN )'?\d+'?/is, "$1…")
        .replace(/('xm\.generation', 'generation'\), )\d+/, "$1…");
    for (const file of ["before.sql", "after.sql"]) {
      expect(own(readFileSync(join(again, file), "utf8"))).toBe(own(readFileSync(join(made, file), "utf8")));
    }
  });

  test("shows the application what it showed there, and nothing to who has not taken on a role", async () => {
    const pool = createReadPool(copy.app, { size: 1 });
    const count = { text: "select count(*) from work", values: [] };
    const [all] = await pool.batch({ role: "xm_all" }, [count]);
    const [none] = await pool.batch({}, [count]).catch(() => [undefined]);
    await pool.close();
    expect(all?.rows).toEqual([[String(ACCOUNTS + WRITERS)]]);
    expect(none?.rows ?? [["0"]]).toEqual([["0"]]);
  });

  test("has a change feed of a new generation, and counts on", async () => {
    const original = await openFeed(database.app);
    const position = await original.position();
    await original.close();
    const feed = await openFeed(copy.app);
    const gap = await feed.poll(position);
    expect(gap).toMatchObject({ reset: "generation", changes: [], to: { generation: report.generation } });
    const [before] = await query<{ stamp: string; position: string }>(
      copy.owner,
      "select max(stamp)::text as stamp, max(position)::text as position from xm.change",
    );
    await query(copy.owner, `insert into app.unit (id, code, name) values ('${key()}', 'new', 'new')`);
    const { changes, reset } = await feed.poll(gap.to);
    await feed.close();
    expect({ reset, changes }).toMatchObject({ reset: undefined, changes: [{ table: "unit", operation: "I" }] });
    expect(changes[0]!.stamp).toBeGreaterThan(BigInt(before!.stamp));
    expect(changes[0]!.position).toBeGreaterThan(BigInt(before!.position));
  });

  test("brings the files of the data folder along", () => {
    expect(readFileSync(join(folder, "data-2", "files", "a.pdf"), "utf8")).toBe("an attachment");
  });

  test("is refused where tables are already, and changes nothing there", async () => {
    const before = await contents(copy.owner);
    expect(await refusal(() => into(made, copy, "data-3"))).toMatchObject({
      code: "RESTORE_DATABASE_NOT_EMPTY",
      text: expect.stringContaining("app, past, xm, xmh") as string,
    });
    expect(await contents(copy.owner)).toEqual(before);
    expect(existsSync(join(folder, "data-3"))).toBe(false);
  });

  test("told to end in the middle, it leaves the database empty and no files", async () => {
    const empty = await emptyDatabase();
    const cutter = new AbortController();
    const { signal } = cutter;
    // it waits for whoever migrates: so that it is in the middle for as long as we like
    const migrating = await connect(empty.owner);
    await migrating.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const ended = restore({ backup: made, ...named(empty), dataFolder: join(folder, "data-4"), clock, signal, log: quiet });
    const waiting = async (): Promise<number> =>
      (
        await query(
          empty.owner,
          "select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
        )
      ).length;
    await expect.poll(waiting, { interval: 10, timeout: 10_000 }).toBe(1);
    cutter.abort(new Error("enough"));
    await migrating.end();
    await expect(ended).rejects.toThrow("enough");
    expect(await schemas(empty.owner)).toEqual([]);
    expect(existsSync(join(folder, "data-4"))).toBe(false);
  });

  test("can become a private database, of PostgreSQL 18 whatever it came from", async () => {
    const place = join(folder, "private");
    const { where } = await restore({ backup: made, dataFolder: place, clock, signal: choices.signal, log: quiet });
    const postgres = await openPostgres({ dataFolder: place, log: quiet, serverSettings: { fsync: "off" } });
    expect(where).toBe(postgres.where);
    expect(await contents(postgres.owner)).toEqual(await contents(database.owner));
    expect(existsSync(join(place, "files", "a.pdf"))).toBe(true);

    // and back: the private one as tables
    const { form, folder: portable } = await backup({ ...choices, dataFolder: place, target, portable: true });
    await postgres.release();
    expect(form).toBe("tables");
    const empty = await emptyDatabase();
    await into(portable, empty, "data-5");
    expect(await contents(empty.owner)).toEqual(await contents(database.owner));
  });
});

test("what the tables held at a moment is still told when others have changed, ended and begun since", async () => {
  const empty = await emptyDatabase();
  await openAccounts(empty.owner, 1);
  const [now, open, client] = [await connect(empty.owner), await connect(empty.owner), await connect(empty.owner)];
  await open.query("begin; update app.work set amount = 1 where code = 'A00'; delete from app.work where code = 'A01'");
  // later, and over before
  await client.query("update app.work set amount = 4 where code = 'A03'");
  await settle(now);
  const { snapshot, base } = await beginMoment(now);
  const tables = await figuresNow(now, await readLayouts(now));
  await open.query(`insert into app.unit (id, code, name) values ('${key()}', 'late', 'late'); commit`);
  await client.query("update app.work set amount = 2; delete from app.work where code = 'A02'; update app.work set amount = 3");
  await client.query(
    `insert into app.work (id, code, name, kind, stage, unit_id) select '${key()}', 'A01', 'again', 'NEW', 'PLANNED', id from app.unit limit 1`,
  );
  const { folder: made } = await backUp(empty);
  const told = { ...(await readManifest(made)), form: "cluster", snapshot, base, tables } as const;
  await settle(client);
  expect(await compareAt(client, told)).toEqual([]);
  expect(await compareAt(client, { ...told, snapshot: snapshot.replace(/:[\d,]*$/, ":") })).toEqual([
    "app.unit",
    "app.work",
    "xm.change",
    "xmh.work",
  ]);
  await Promise.all([now, open, client].map((one) => one.end()));
});

test("what an administrator added to the tables is in the backup too", async () => {
  const empty = await emptyDatabase();
  await migrate({ owner: empty.owner, model: county, log: quiet });
  await query(
    empty.owner,
    `create extension pg_trgm;
     create index work_name_search on app.work using gin (name public.gin_trgm_ops) where name <> '';
     alter table app.work add constraint work_code_short check (length(code) < 1000);
     create view xm.works with (security_invoker = true) as select code, name from app.work;
     create sequence xm.tickets start 7 increment 3; select nextval('xm.tickets');
     create function xm.twice(n int) returns int immutable language sql return n * 2;
     revoke execute on function xm.twice(int) from public; grant execute on function xm.twice(int) to xm_all;
     alter table app.unit set (fillfactor = 70);
     insert into app.unit (id, code, name) values (gen_random_uuid(), E'tab\\t\\\\N', E'line\\nbreak 县 \\\\.')`,
  );
  const { folder: made } = await backUp(empty);
  const copy = await emptyDatabase();
  await into(made, copy, "data-6");
  expect(await contents(copy.owner)).toEqual(await contents(empty.owner));
  const seen = await query(
    copy.owner,
    `select (select code from app.unit where name like 'line%') as code, nextval('xm.tickets')::int as ticket, xm.twice(2) as four,
       to_regclass('app.work_name_search') is not null as indexed, has_function_privilege('xm_app', 'xm.twice(int)', 'execute') as everyone,
       has_function_privilege('xm_all', 'xm.twice(int)', 'execute') as county, (select reloptions::text from pg_class where oid = 'app.unit'::regclass) as options,
       (select reloptions::text from pg_class where oid = 'xm.works'::regclass) as view, (select count(*)::int from pg_constraint where conname = 'work_code_short') as checks`,
  );
  expect(seen).toEqual([
    {
      code: "tab\t\\N",
      ticket: 10,
      four: 4,
      indexed: true,
      everyone: false,
      county: true,
      options: "{fillfactor=70}",
      view: "{security_invoker=true}",
      checks: 1,
    },
  ]);
});

test("a database with something that cannot be written down is refused, and named", async () => {
  const empty = await emptyDatabase();
  await migrate({ owner: empty.owner, model: county, log: quiet });
  await query(empty.owner, "create type app.mood as enum ('good')");
  expect(await refusal(() => backUp(empty))).toMatchObject({
    code: "BACKUP_UNSUPPORTED",
    text: expect.stringContaining("app.mood") as string,
  });
});

test("a database without a platform is refused", async () => {
  const empty = await emptyDatabase();
  expect(await refusal(() => backUp(empty))).toMatchObject({
    code: "BACKUP_NOTHING",
    text: expect.stringContaining(empty.owner.database) as string,
  });
});
