import { describe, expect, onTestFinished, test } from "vitest";
import type { Client } from "pg";

import {
  checkRowSecurity,
  createReadPool,
  createWritePool,
  migrate,
  settingsOf,
  sqlState,
  type ReadPool,
  type Settings,
} from "@xianmai/database";
import { column, entity, viewerOf, type Entity, type EntityHead } from "@xianmai/plugin-api";
import type { Model } from "@xianmai/plugin-api/model";

import { emptyDatabase, openCounty, type County } from "../county.ts";
import { key, migrated, nextMigration } from "../sample.ts";
import { ENTITIES, Notice, Project, Report, scopeModel, scopePlugin, Unit } from "./sample.ts";

const township = (...units: readonly string[]): Settings => settingsOf(viewerOf([], { role: "township", units }));
const guest = (...units: readonly string[]): Settings => settingsOf(viewerOf([], { role: "guest", units }));

async function openScopes(): Promise<County> {
  const county = await openCounty("scopes", scopeModel);
  await county.owner.query("insert into app.unit (code) values ('a'), ('b'), ('c')");
  return county;
}

function readPool({ database }: County): ReadPool {
  const pool = createReadPool(database.app, { size: 1 });
  onTestFinished(() => pool.close());
  return pool;
}

async function addProject({ owner }: County, code: string, responsible: string, site: string | null = null): Promise<string> {
  const id = key();
  await owner.query(
    `insert into app.project (id, code, responsible_id, township_id)
     values ($1, $2, (select id from app.unit where code = $3), (select id from app.unit where code = $4))`,
    [id, code, responsible, site],
  );
  return id;
}

async function addReport({ owner }: Pick<County, "owner">, project: string, note = "x"): Promise<string> {
  const id = key();
  await owner.query("insert into app.report (id, note, project_id) values ($1, $2, $3)", [id, note, project]);
  return id;
}

/** What a viewer sees of a statement's first column. */
async function sees(pool: ReadPool, settings: Settings, text: string): Promise<readonly (string | null | undefined)[]> {
  const [result] = await pool.batch(settings, [{ text, values: [] }]);
  return (result?.rows ?? []).map(([first]) => first);
}

const moveTo = "update app.project set responsible_id = (select id from app.unit where code = $2) where id = $1";

/** Resolves when somebody waits for a lock that a connection holds. */
async function untilWaitingFor({ owner }: County, holder: Client): Promise<void> {
  const { rows: own } = await holder.query<{ pid: number }>("select pg_backend_pid() as pid");
  for (;;) {
    const { rows } = await owner.query("select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))", [own[0]?.pid]);
    if (rows.length > 0) return;
  }
}

describe("whoever asks", () => {
  test("as nobody sees no row, not even what is everyone's", async () => {
    const county = await openScopes();
    const pool = readPool(county);
    await county.owner.query("insert into app.holiday (note) values ('x')");
    expect(await sees(pool, {}, "select note from holiday")).toEqual([]);
    expect(await sees(pool, { actor: "li" }, "select code from unit")).toEqual([]);
    expect(await sees(pool, guest(), "select note from holiday")).toEqual(["x"]);
  });

  test("leaves no unit and no right behind, in a batch, a session, or a transaction", async () => {
    const county = await openScopes();
    const pool = readPool(county);
    const writes = createWritePool(county.database.app, { size: 1 });
    onTestFinished(() => writes.close());
    const settings = {
      text: "select current_setting('xm.units', true), current_setting('xm.wunits', true), current_setting('xm.writes', true), current_user",
      values: [],
    };
    const nothing: readonly unknown[] = [
      expect.toBeOneOf(["", null]) as unknown,
      expect.toBeOneOf(["", null]) as unknown,
      expect.toBeOneOf(["", null]) as unknown,
      county.database.app.user,
    ];
    await pool.batch(township("a"), [settings]);
    expect((await pool.batch({}, [settings]))[0]?.rows[0]).toEqual(nothing);
    await pool.session(township("a"), async (session) => {
      expect((await session.batch([settings]))[0]?.rows[0]?.[2]).toBe("on");
    });
    expect((await pool.batch({}, [settings]))[0]?.rows[0]).toEqual(nothing);
    await expect(pool.batch(township("a"), [{ text: "select 1/0", values: [] }])).rejects.toThrow("division by zero");
    expect((await pool.batch({}, [settings]))[0]?.rows[0]).toEqual(nothing);
    await writes.use(async (connection) => {
      await connection.transaction(township("a"), async (client) => client.query("select 1"));
      expect((await connection.read({}, [settings]))[0]?.rows[0]).toEqual(nothing);
      await expect(connection.transaction(township("a"), async (client) => client.query("select 1/0"))).rejects.toThrow("division by zero");
      expect((await connection.read({}, [settings]))[0]?.rows[0]).toEqual(nothing);
    });
    // who reads after who writes cannot write with their rights
    expect((await pool.batch(guest("a"), [settings]))[0]?.rows[0]?.slice(1)).toEqual(nothing.slice(1));
  });

  test("has a unit with everything below it as the tree is now; a circle in it ends", async () => {
    const county = await openScopes();
    const pool = readPool(county);
    await addProject(county, "p", "c");
    const project = "select code from project";
    expect(await sees(pool, township("a"), project)).toEqual([]);
    await county.owner.query("update app.unit set parent_id = (select id from app.unit where code = 'b') where code = 'c'");
    await county.owner.query("update app.unit set parent_id = (select id from app.unit where code = 'a') where code = 'b'");
    expect(await sees(pool, township("a"), project)).toEqual(["p"]);
    await county.owner.query("update app.unit set parent_id = (select id from app.unit where code = 'c') where code = 'a'");
    expect(await sees(pool, township("b"), project)).toEqual(["p"]);
    expect(await sees(pool, township("none", 'quo"te', "back\\slash"), project)).toEqual([]);
  });

  test("reads nothing of the feed and of steps, and writes steps all the same", async () => {
    const county = await openScopes();
    const pool = readPool(county);
    for (const table of ["change", "step", "tbl", "migration", "generation", "dataset"]) {
      await expect(pool.batch(township("a"), [{ text: `select from xm.${table}`, values: [] }])).rejects.toMatchObject({ code: "42501" });
    }
    const writes = createWritePool(county.database.app, { size: 1 });
    onTestFinished(() => writes.close());
    await writes.use((connection) =>
      connection.transaction({ ...township("a"), actor: "li" }, (client) =>
        client.query("select xm.record_step('Project', $1, 'start', 'A', 'B', '2026-01-02', null, '2026-01-02T03:04:05Z')", [key()]),
      ),
    );
    expect(await county.rows("select step, actor, stamp > 0 as stamped from xm.step")).toEqual([
      { step: "start", actor: "li", stamped: true },
    ]);
  });

  test("cannot write what the platform keeps in a row, nor may anyone else make it untrue", async () => {
    const county = await openScopes();
    const report = await addReport(county, await addProject(county, "p", "a", "b"));
    const writes = createWritePool(county.database.app, { size: 1 });
    onTestFinished(() => writes.close());
    const update = writes.use((connection) =>
      connection.transaction(township("a"), (client) => client.query("update report set xm_scope_1 = null where id = $1", [report])),
    );
    await expect(update).rejects.toMatchObject({ code: "42501" });
    await county.owner.query("update app.report set xm_scope_1 = null, xm_scope_2 = $1", [key()]);
    expect(await sees(readPool(county), township("b"), "select id from report")).toEqual([report]);
  });
});

describe("a row that has its scope from another", () => {
  test("follows it at once, as a change of its own: with a version, and in the feed with the units that it leaves and enters", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a");
    const report = await addReport(county, project);
    const [{ units } = { units: [] }] = await county.rows<{ units: string[] }>(
      "select array_agg(id) as units from app.unit where code in ('a', 'b')",
    );
    await county.owner.query(moveTo, [project, "b"]);
    const pool = readPool(county);
    expect([await sees(pool, township("a"), "select id from report"), await sees(pool, township("b"), "select id from report")]).toEqual([
      [],
      [report],
    ]);
    expect([
      await sees(pool, township("a"), "select id from xmh.report"),
      await sees(pool, township("b"), "select id from xmh.report"),
    ]).toEqual([[report], []]);
    const [change] = await county.rows<{ keys: string[]; refs: string[] }>(
      "select xm.distinct_keys(keys) as keys, xm.distinct_keys(refs) as refs from xm.change where tbl = (select id from xm.tbl where name = 'report') order by position desc limit 1",
    );
    expect(change?.keys).toEqual([report]);
    expect(change?.refs.toSorted()).toEqual([project, ...units].toSorted());
  });

  test("tells the feed of every unit in its list, old and new", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a");
    await county.owner.query("insert into app.loan (note, from_id, to_id) values ('x', $1, $1)", [project]);
    await county.owner.query(moveTo, [project, "b"]);
    const units = await county.rows<{ id: string }>("select id from app.unit where code in ('a', 'b')");
    const [change] = await county.rows<{ refs: string[] }>(
      "select xm.distinct_keys(refs) as refs from xm.change where tbl = (select id from xm.tbl where name = 'loan') order by position desc limit 1",
    );
    expect(change?.refs).toEqual(expect.arrayContaining(units.map(({ id }) => id)));
  });

  test("is not touched when the row above changes in anything else", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a");
    await addReport(county, project);
    await county.owner.query("update app.project set code = 'q', responsible_id = responsible_id");
    expect(await county.rows("select from xmh.report")).toEqual([]);
  });

  test("follows it also when it is being written while the other moves", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a");
    const writer = await county.open(county.database.owner);
    const mover = await county.open(county.database.owner);
    await writer.query("begin");
    const report = await addReport({ owner: writer }, project);
    const moving = mover.query(moveTo, [project, "b"]);
    await untilWaitingFor(county, writer);
    await writer.query("commit");
    await moving;
    expect(await sees(readPool(county), township("b"), "select id from report")).toEqual([report]);
  });

  test("waits for a move that has begun, and has the new units", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a");
    const writer = await county.open(county.database.owner);
    const mover = await county.open(county.database.owner);
    await mover.query("begin");
    await mover.query(moveTo, [project, "b"]);
    const writing = addReport({ owner: writer }, project);
    await untilWaitingFor(county, mover);
    await mover.query("commit");
    const report = await writing;
    expect(await sees(readPool(county), township("b"), "select id from report")).toEqual([report]);
  });

  test("two writers of rows below one row do not wait for each other, nor for a change that is no move", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a");
    const [one, other] = [await county.open(county.database.owner), await county.open(county.database.owner)];
    for (const client of [one, other]) await client.query("begin");
    await addReport({ owner: one }, project);
    await addReport({ owner: other }, project);
    await other.query("set local lock_timeout = '5s'");
    await other.query("update app.project set parent_id = id");
    await other.query("commit");
    await one.query("commit");
    expect(await county.rows("select from app.report")).toHaveLength(2);
  });

  test("cannot be left behind by a move that would not see it: that is refused, with the remedy in both languages", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a");
    await county.owner.query("begin isolation level repeatable read");
    const refused = await county.owner.query(moveTo, [project, "b"]).catch((error: unknown) => error);
    await county.owner.query("rollback");
    expect(refused).toMatchObject({
      message: expect.stringMatching(/app\.project .*换单位.*READ COMMITTED/) as unknown,
      hint: expect.stringContaining("begin isolation level read committed") as unknown,
    });
  });
});

test("a reference to a row that a viewer does not see fails word for word like one to a row that is not there", async () => {
  const county = await openScopes();
  const [own, foreign] = [await addProject(county, "own", "a"), await addProject(county, "foreign", "b")];
  const writes = createWritePool(county.database.app, { size: 1 });
  onTestFinished(() => writes.close());
  const refer = async (to: string): Promise<unknown> =>
    writes
      .use((connection) =>
        connection.transaction(township("a"), (client) => client.query("update project set parent_id = $2 where id = $1", [own, to])),
      )
      .catch((error: unknown) => {
        const { code, message, detail, schema, table, constraint } = error as Readonly<Record<string, string>>;
        return { code, message, detail, schema, table, constraint };
      });
  const missing = await refer(key());
  expect(missing).toMatchObject({ code: "23503", constraint: "project_parent_id_foreign" });
  expect(await refer(foreign)).toEqual(missing);
});

test("what is everyone's to write is written by whoever may write at all, and by no guest", async () => {
  const county = await openScopes();
  const writes = createWritePool(county.database.app, { size: 1 });
  onTestFinished(() => writes.close());
  const insert = (settings: Settings) =>
    writes.use((connection) => connection.transaction(settings, (client) => client.query("insert into holiday (note) values ('x')")));
  await insert(township());
  await expect(insert(guest("a"))).rejects.toMatchObject({ code: "42501" });
  expect(await county.rows("select from app.holiday")).toHaveLength(1);
});

/** Starts with a model; what was not as declared is named. */
async function start(county: County, model: Model) {
  return migrate({ owner: county.database.owner, model, log: () => undefined });
}

/** The sample with one entity's head otherwise, by its latest migrations. */
function declared<E extends Entity>(replaced: E, replacement: Entity, ...before: Model["plugins"][number]["migrations"][]): Model {
  const entities = ENTITIES.map((one): Entity => (one.definition.name === replaced.definition.name ? replacement : one));
  return migrated(scopePlugin(entities, before[0] ?? scopeModel.plugins[0]!.migrations));
}

function withScope(of: { readonly definition: Entity["definition"] }, scope: EntityHead["scope"]): Entity {
  const { name, head, columns } = of.definition;
  return class extends entity(name, { ...head, scope } as never, columns) {} as unknown as Entity;
}

describe("a start", () => {
  test("finds nothing to do where scopes are as declared", async () => {
    expect(await start(await openScopes(), scopeModel)).toMatchObject({ applied: [], renewed: [] });
  });

  test("puts back what was taken off a table or changed by hand, names it, and lets rows follow that had not", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a");
    const report = await addReport(county, project);
    await county.owner.query("alter table app.project disable trigger xm_scoped_lend");
    await county.owner.query(moveTo, [project, "b"]);
    const pool = readPool(county);
    expect(await sees(pool, township("b"), "select id from report")).toEqual([]);
    await county.owner.query("create policy friendly on app.unit for select to public using (true)");
    await county.owner.query("alter policy xm_read on app.review using (true)");
    await county.owner.query("alter policy xm_read on xmh.loan to public");
    await county.owner.query("drop policy xm_update on app.notice");
    await county.owner.query("alter table app.holiday disable row level security");
    await county.owner.query("drop index app.payment_xm_scopes_1_index");
    expect((await start(county, scopeModel)).renewed.toSorted()).toEqual(
      ["holiday", "loan", "mark", "notice", "payment", "project", "report", "review", "unit"].toSorted(),
    );
    expect(await sees(pool, township("b"), "select id from report")).toEqual([report]);
    expect(await sees(pool, {}, "select id from unit")).toEqual([]);
    expect((await start(county, scopeModel)).renewed).toEqual([]);
  });

  test("takes over another scope without a migration: rows have it, history keeps what it knew, and the next start finds nothing", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a", "b");
    const report = await addReport(county, project);
    const pool = readPool(county);
    const narrow = declared(Project, withScope(Project, "responsible" as never));
    const { applied, renewed } = await start(county, narrow);
    expect(applied).toEqual([]);
    expect(renewed.toSorted()).toEqual(["loan", "mark", "payment", "project", "remark", "report", "review"]);
    expect([await sees(pool, township("a"), "select id from report"), await sees(pool, township("b"), "select id from report")]).toEqual([
      [report],
      [],
    ]);
    expect((await start(county, narrow)).renewed).toEqual([]);
    const open = declared(Project, withScope(Project, "everyone"));
    await start(county, open);
    expect(await sees(pool, guest(), "select id from report")).toEqual([report]);
    expect((await start(county, open)).renewed).toEqual([]);
    await start(county, scopeModel);
    expect(await sees(pool, township("b"), "select id from report")).toEqual([report]);
    expect(await sees(pool, guest(), "select id from report")).toEqual([]);
  });

  test("gives a scope from above to a table that has rows", async () => {
    const county = await openCounty(
      "reports without projects",
      migrated(scopePlugin([Unit, Project, withScope(Report, "everyone"), Notice])),
    );
    await county.owner.query("insert into app.unit (code) values ('a')");
    const report = await addReport(county, await addProject(county, "p", "a"));
    await start(
      county,
      migrated(scopePlugin([Unit, Project, Report, Notice], migrated(scopePlugin([Unit, Project, Report, Notice])).plugins[0]!.migrations)),
    );
    expect(await sees(readPool(county), township("a"), "select id from report")).toEqual([report]);
    expect(await county.rows("select xm_scope_1 from xmh.report")).toEqual([{ xm_scope_1: null }]);
  });

  test("renames, retypes and drops columns that a scope stands on, with rows in the table, and nobody sees more or less for it", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a", "b");
    const report = await addReport(county, project);
    const before = scopeModel.plugins[0]!.migrations;
    class Renamed extends entity(
      "Project",
      { zh: "项目", en: "Project", title: "code", key: "code", scope: ["office", "township"] },
      {
        code: column.text({ zh: "编号", en: "Code" }),
        office: column.reference(() => Unit, { zh: "责任单位", en: "Office", was: "responsible" }),
        township: column.reference(() => Unit, { zh: "乡镇", en: "Township", optional: true }),
        parent: column.self({ zh: "打包项目", en: "Package" }),
      },
    ) {}
    const renamed = declared(Project, Renamed, before);
    expect((await start(county, renamed)).applied).toHaveLength(1);
    const pool = readPool(county);
    const both = async () => [
      await sees(pool, township("a"), "select id from report"),
      await sees(pool, township("b"), "select id from report"),
    ];
    expect(await both()).toEqual([[report], [report]]);
    class Dropped extends entity(
      "Project",
      { zh: "项目", en: "Project", title: "code", key: "code", scope: "office" },
      {
        code: column.text({ zh: "编号", en: "Code" }),
        office: column.reference(() => Unit, { zh: "责任单位", en: "Office" }),
        parent: column.self({ zh: "打包项目", en: "Package" }),
      },
    ) {}
    const dropped = declared(Project, Dropped, renamed.plugins[0]!.migrations);
    await start(county, dropped);
    expect(await both()).toEqual([[report], []]);
    expect((await start(county, dropped)).renewed).toEqual([]);
  });

  test("lets rows follow what a migration itself moves", async () => {
    const county = await openScopes();
    const report = await addReport(county, await addProject(county, "p", "a"));
    const { migrations } = scopeModel.plugins[0]!;
    const last = migrations.at(-1)!;
    const moved = {
      ...last,
      id: "2027-01-01",
      sql: ["update app.project set responsible_id = (select id from app.unit where code = 'b')"],
    };
    await start(county, migrated(scopePlugin(ENTITIES, [...migrations, moved])));
    expect(await sees(readPool(county), township("b"), "select id from report")).toEqual([report]);
  });

  test("takes a table back that was dropped once, with its scope and its past", async () => {
    const county = await openScopes();
    const project = await addProject(county, "p", "a");
    const gone = await addReport(county, project);
    const without = migrated(scopePlugin([Unit, Project], scopeModel.plugins[0]!.migrations));
    await start(county, without);
    await start(county, migrated(scopePlugin([Unit, Project, Report], without.plugins[0]!.migrations)));
    const report = await addReport(county, project);
    await county.owner.query(moveTo, [project, "b"]);
    const pool = readPool(county);
    expect(await sees(pool, township("b"), "select id from report")).toEqual([report]);
    expect(await sees(pool, township("a"), "select id from xmh.report")).toEqual([report]);
    expect(await county.rows("select id from xmh.report where id = $1", [gone])).toEqual([]);
  });

  test("keeps the rows of a plugin that is switched off and on again in step", async () => {
    const county = await emptyDatabase();
    const above = scopePlugin([Unit, Project]);
    const below = { ...scopePlugin([Report]), name: "reports", dependsOn: { scopes: "^1.0.0" }, provides: {} };
    const both = migrated(above, below);
    await start(county, both);
    await county.owner.query("insert into app.unit (code) values ('a'), ('b')");
    const project = await addProject(county, "p", "a");
    const report = await addReport(county, project);
    await start(county, migrated(above));
    await county.owner.query(moveTo, [project, "b"]);
    await start(county, both);
    expect(await sees(readPool(county), township("b"), "select id from report")).toEqual([report]);
  });

  test("is refused for an entity that does not say whose its rows are, before anything is made", async () => {
    const county = await emptyDatabase();
    const head = { zh: "无主", en: "Stray", title: "note" } as unknown as { zh: string; en: string; title: "note"; scope: "everyone" };
    class Stray extends entity("Stray", head, { note: column.text({ zh: "内容", en: "Note" }) }) {}
    await expect(start(county, migrated(scopePlugin([Unit, Stray])))).rejects.toMatchObject({
      code: "SCOPE_MISSING",
      message: expect.stringContaining("Stray") as unknown,
    });
    class Empty extends entity("Stray", { ...head, scope: [] as never }, { note: column.text({ zh: "内容", en: "Note" }) }) {}
    await expect(start(county, migrated(scopePlugin([Unit, Empty])))).rejects.toMatchObject({ code: "SCOPE_MISSING" });
    expect(await county.rows("select from pg_namespace where nspname = 'app'")).toEqual([]);
  });

  test("is refused for a migration that makes a table which no entity declares", async () => {
    const county = await emptyDatabase();
    const plugin = scopePlugin([Unit]);
    const [made] = nextMigration(scopeModel, plugin).length === 0 ? [] : migrated(plugin).plugins[0]!.migrations;
    const sneaking = { ...made!, sql: [...made!.sql, "create table app.secret (id uuid primary key, note text)"] };
    await expect(start(county, migrated(scopePlugin([Unit], [sneaking])))).rejects.toMatchObject({
      code: "TABLE_UNDECLARED",
      message: expect.stringContaining("app.secret") as unknown,
    });
    expect(await county.rows("select from pg_class where relname = 'secret'")).toEqual([]);
  });
});

describe("row-level security binds the application", () => {
  const refused = (county: County) => checkRowSecurity(county.database.app).catch((error: unknown) => error);

  test("as a migrated database leaves it", async () => {
    await expect(checkRowSecurity((await openScopes()).database.app)).resolves.toBeUndefined();
  });

  test("or a start is refused: the login may create something", async () => {
    const county = await openScopes();
    await county.owner.query("grant create on schema app to xm_app");
    expect(await refused(county)).toMatchObject({
      code: "DATABASE_APP_ROLE_UNSAFE",
      message: expect.stringContaining("REVOKE CREATE ON SCHEMA app FROM") as unknown,
    });
  });

  test("or owns something", async () => {
    const county = await openScopes();
    await county.owner.query("grant create on schema app to xm_app");
    const app = await county.open(county.database.app);
    await app.query("create table app.own (id int)");
    await county.owner.query("revoke create on schema app from xm_app");
    expect(await refused(county)).toMatchObject({
      code: "DATABASE_APP_ROLE_UNSAFE",
      message: expect.stringMatching(/table app\.own.*REASSIGN OWNED BY/) as unknown,
    });
    await app.query("drop table app.own");
    await checkRowSecurity(county.database.app);
  });

  test("or row-level security is off on a table", async () => {
    const county = await openScopes();
    await county.owner.query("alter table xmh.project disable row level security");
    expect(await refused(county)).toMatchObject({ code: "ROW_SECURITY_OFF", message: expect.stringContaining("xmh.project") as unknown });
  });

  test("or the login is the owner's own", async () => {
    const { database } = await openScopes();
    await expect(checkRowSecurity(database.owner)).rejects.toMatchObject({ code: "DATABASE_APP_ROLE_UNSAFE" });
  });
});

test("many writers that lead rows to others and move what lies above, at once, leave none behind", async () => {
  const county = await openScopes();
  const projects = [await addProject(county, "1", "a"), await addProject(county, "2", "b", "c"), await addProject(county, "3", "c")];
  const write = async (seed: number): Promise<void> => {
    const client = await county.open(county.database.owner);
    for (let at = 0; at < 40; at += 1) {
      const project = projects[(seed + at) % 3]!;
      const acts = [
        async () => client.query(moveTo, [project, ["a", "b", "c"][(seed * at) % 3]]),
        async () => addReport({ owner: client }, project),
        async () =>
          client.query("update app.report set project_id = $1 where id in (select id from app.report order by random() limit 2)", [
            project,
          ]),
        async () => client.query("insert into app.remark (note, report_id) select 'x', id from app.report order by random() limit 1"),
        async () => client.query("insert into app.loan (note, from_id, to_id) values ('x', $1, $2)", [project, projects[(at * seed) % 3]]),
      ];
      await acts[(seed + at * 7) % acts.length]!().catch((error: unknown) => {
        if (sqlState(error) !== "40P01") throw error;
      });
    }
  };
  await Promise.all([1, 2, 3, 4, 5].map(write));
  const wrong = await county.rows(
    `select 'report' from app.report r join app.project p on p.id = r.project_id
       where (r.xm_scope_1, r.xm_scope_2) is distinct from (p.responsible_id, p.township_id)
     union all select 'remark' from app.remark m join app.report r on r.id = m.report_id
       where (m.xm_scope_1, m.xm_scope_2) is distinct from (r.xm_scope_1, r.xm_scope_2)
     union all select 'loan' from app.loan l join app.project f on f.id = l.from_id join app.project t on t.id = l.to_id
       where l.xm_scopes_1 <> array(select distinct u from unnest(array[f.responsible_id, f.township_id, t.responsible_id, t.township_id]) u where u is not null order by u)`,
  );
  expect(wrong).toEqual([]);
  expect(Number((await county.rows<{ n: string }>("select count(*) as n from app.report"))[0]?.n)).toBeGreaterThan(10);
});
