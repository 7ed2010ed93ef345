import { describe, expect, onTestFinished, test } from "vitest";

import {
  asOf,
  createReadPool,
  CURRENT_MOMENT,
  currentMoment,
  migrate,
  readAsOf,
  type Moment,
  type ReadPool,
  type Settings,
  type Statement,
} from "@xianmai/database";
import { column, entity, type Label } from "@xianmai/plugin-api";
import { buildModel } from "@xianmai/plugin-api/model";

import { addUnit, emptyDatabase, openCounty, type County } from "../county.ts";
import { scopeModel } from "../scope/sample.ts";
import { county as model, key, migrated, nextMigration, units, Work, workColumns, worksOf } from "../sample.ts";

const COUNTY: Settings = { role: "xm_all" };

function poolOf(county: County, size = 1): ReadPool {
  const pool = createReadPool(county.database.app, { size });
  onTestFinished(() => pool.close());
  return pool;
}

async function now(pool: ReadPool): Promise<Moment> {
  const [result] = await pool.batch(COUNTY, [CURRENT_MOMENT]);
  return currentMoment(result);
}

const sql = (text: string, name?: string): Statement => ({ text, values: [], ...(name === undefined ? {} : { name }) });

/** The first column of what is read, now or as of a moment. */
async function read(pool: ReadPool, moment: Moment | undefined, text: string, settings = COUNTY): Promise<readonly (string | null)[]> {
  const [result] = moment === undefined ? await pool.batch(settings, [sql(text)]) : await readAsOf(pool, settings, moment, [sql(text)]);
  return result!.rows.map(([cell = null]) => cell);
}

describe("what is read as of a moment", () => {
  test("is every row as it was, whatever became of it", async () => {
    const county = await openCounty();
    const pool = poolOf(county);
    const [kept, gone] = [await addUnit(county.owner, "a"), await addUnit(county.owner, "b")];
    const moment = await now(pool);
    await county.owner.query("update app.unit set name = 'changed', id = gen_random_uuid() where id = $1", [kept]);
    await county.owner.query("delete from app.unit where id = $1", [gone]);
    await addUnit(county.owner, "c");
    const names = "select name || ' ' || id from unit order by code";
    expect(await read(pool, moment, names)).toEqual([`a ${kept}`, `b ${gone}`]);
    expect((await read(pool, undefined, names)).map((name) => name?.split(" ")[0])).toEqual(["changed", "c"]);
  });

  test("is one state in every statement of a session, however long it lasts", async () => {
    const county = await openCounty();
    const pool = poolOf(county);
    await addUnit(county.owner, "a");
    const moment = await now(pool);
    await county.owner.query("update app.unit set name = 'b'");
    const seen = await asOf(pool, moment).session(COUNTY, async (session) => {
      const [first] = await session.batch([sql("select name from unit")]);
      await county.owner.query("update app.unit set name = 'c'");
      const [second] = await session.batch([sql("select name from unit")]);
      const { rows } = await session.client.query<{ name: string }>("select name from unit");
      return [first?.rows[0]?.[0], second?.rows[0]?.[0], rows[0]?.name];
    });
    expect(seen).toEqual(["a", "a", "a"]);
  });

  test("leaves no trace: the same connection and the same prepared statement then read the present, and the past again", async () => {
    const county = await openCounty();
    const pool = poolOf(county);
    await addUnit(county.owner, "a");
    const moment = await now(pool);
    await county.owner.query("update app.unit set name = 'b'");
    const named = [sql("select name from unit", "names")];
    const past = asOf(pool, moment);
    for (let round = 0; round < 3; round += 1) {
      expect((await past.batch(COUNTY, named))[0]?.rows).toEqual([["a"]]);
      expect((await pool.batch(COUNTY, named))[0]?.rows).toEqual([["b"]]);
    }
    expect(await read(pool, undefined, "show search_path")).toEqual(["app"]);
    await expect(read(pool, undefined, "select name from past.unit")).rejects.toMatchObject({ code: "22P02" });
  });

  test("does without a moment is nothing at all", async () => {
    const county = await openCounty();
    await expect(read(poolOf(county), undefined, "select name from past.unit")).rejects.toMatchObject({ code: "42704" });
  });

  test("of a table that has no past is an error, never the present", async () => {
    const county = await openCounty();
    const pool = poolOf(county);
    await county.owner.query("create table app.loose (n integer); grant select on app.loose to xm_all");
    expect(await read(pool, undefined, "select count(*) from loose")).toEqual(["0"]);
    await expect(read(pool, await now(pool), "select count(*) from loose")).rejects.toMatchObject({ code: "42P01" });
  });

  test("names the statement at fault as the caller counts", async () => {
    const county = await openCounty();
    const pool = poolOf(county);
    const wrong = readAsOf(pool, COUNTY, await now(pool), [sql("select 1"), sql("select no")]);
    await expect(wrong).rejects.toMatchObject({ index: 1, statement: { text: "select no" }, code: "42703" });
  });

  test("cannot be written", async () => {
    const county = await openCounty();
    const pool = poolOf(county);
    await expect(read(pool, await now(pool), "delete from unit returning id")).rejects.toMatchObject({ code: "55000" });
  });
});

describe("who asks for the past", () => {
  /** Two units, each with a project. */
  async function projects(): Promise<{
    readonly county: County;
    readonly of: (unit: string) => Settings;
    readonly ids: Record<string, string>;
  }> {
    const county = await emptyDatabase();
    await migrate({ owner: county.database.owner, model: scopeModel, log: () => undefined });
    const ids: Record<string, string> = {};
    for (const code of ["a", "b"]) {
      ids[code] = key();
      await county.owner.query("insert into app.unit (id, code) values ($1, $2)", [ids[code], code]);
      await county.owner.query("insert into app.project (id, code, responsible_id) values ($1, $2, $3)", [
        key(),
        `project ${code}`,
        ids[code],
      ]);
    }
    return { county, ids, of: (unit) => ({ units: [unit], actor: "test" }) };
  }

  const codes = "select code from project order by code";

  test("sees what was and is theirs: not what has become another's, nor what was another's then", async () => {
    const { county, of, ids } = await projects();
    const pool = poolOf(county);
    const moment = await now(pool);
    await county.owner.query("update app.project set code = 'renamed' where code = 'project a'");
    expect(await read(pool, moment, codes, of("a"))).toEqual(["project a"]);
    await county.owner.query("update app.project set responsible_id = $1 where code = 'renamed'", [ids["b"]]);
    expect(await read(pool, moment, codes, of("a"))).toEqual([]);
    expect(await read(pool, moment, codes, of("b"))).toEqual(["project b"]);
    expect(await read(pool, moment, codes)).toEqual(["project a", "project b"]);
  });

  test("sees what was theirs and is no more", async () => {
    const { county, of } = await projects();
    const pool = poolOf(county);
    const moment = await now(pool);
    await county.owner.query("delete from app.project");
    expect(await read(pool, moment, codes, of("a"))).toEqual(["project a"]);
    expect(await read(pool, moment, codes, of("b"))).toEqual(["project b"]);
  });

  test("and is nobody sees nothing", async () => {
    const { county } = await projects();
    const pool = poolOf(county);
    const moment = await now(pool);
    await county.owner.query("delete from app.project");
    expect(await read(pool, moment, codes, {})).toEqual([]);
    expect(await read(pool, moment, codes, { units: [] })).toEqual([]);
  });

  test("is not told by it which rows there are", async () => {
    const { county, of } = await projects();
    const pool = poolOf(county);
    const moment = await now(pool);
    const [present] = await pool.batch(of("a"), [CURRENT_MOMENT]);
    expect(currentMoment(present).generation).toBe(moment.generation);
    for (const table of ["xm.moment", "xm.since", "xm.fingerprint", "xm.reader", "xm.horizon"]) {
      await expect(read(pool, moment, `select from ${table}`, of("a"))).rejects.toMatchObject({ code: "42501" });
    }
  });
});

describe("the views of the past", () => {
  const start = async (county: County): Promise<readonly string[]> => {
    const lines: Label[] = [];
    await migrate({ owner: county.database.owner, model, log: (line) => lines.push(line) });
    return lines.map(({ en }) => en);
  };

  test.each([
    ["is missing", "drop view past.unit"],
    [
      "was edited",
      "create or replace view past.unit with (security_invoker = true) as select xm_from, id, code, name, aliases, parent_id from app.unit",
    ],
    ["shows everyone everything", "alter view past.unit set (security_invoker = false)"],
    ["may not be read", "revoke select on past.unit from xm_app"],
    ["asks another function", "create or replace function past.unit_exists(id uuid) returns boolean language sql as 'select false'"],
  ])("are made anew at the next start where one %s", async (_what, damage) => {
    const county = await openCounty();
    const pool = poolOf(county);
    await county.owner.query(damage);
    expect(await start(county)).toEqual(["Made the views of the past anew: unit"]);
    expect(await start(county)).toEqual([]);
    const moment = await now(pool);
    await addUnit(county.owner, "a");
    expect(await read(pool, moment, "select code from unit")).toEqual([]);
  });

  test("know since when a column is there that all rows were given at once, also under another name", async () => {
    const county = await openCounty();
    const pool = poolOf(county);
    const unit = await addUnit(county.owner, "a");
    await county.owner.query("insert into app.work (code, name, unit_id) values ('1', 'n', $1)", [unit]);
    const before = await now(pool);
    const first = nextMigration(buildModel([units, worksOf(Work)]), worksOf(Work));
    const weight = column.integer({ zh: "权重", en: "Weight", default: 7 });
    const declared = (columns: object) =>
      entity("Work", { zh: "工程", en: "Work", title: "code", key: "code", scope: "everyone" }, { ...workColumns, ...columns });
    const second = [...first, ...nextMigration(migratedWith(declared({ weight }), first), worksOf(declared({ weight }), first))];
    await migrate({ owner: county.database.owner, model: migratedWith(declared({ weight }), second), log: () => undefined });
    const between = await now(pool);
    expect(await read(pool, before, "select weight from work")).toEqual([null]);
    expect(await read(pool, between, "select weight from work")).toEqual(["7"]);
    const burden = column.integer({ zh: "负担", en: "Burden", default: 7, was: "weight" });
    const third = [...second, ...nextMigration(migratedWith(declared({ burden }), second), worksOf(declared({ burden }), second))];
    await migrate({ owner: county.database.owner, model: migratedWith(declared({ burden }), third), log: () => undefined });
    await county.owner.query("update app.work set burden = 8");
    expect(await read(pool, before, "select burden from work")).toEqual([null]);
    expect(await read(pool, between, "select burden from work")).toEqual(["7"]);
    expect(await read(pool, undefined, "select burden from work")).toEqual(["8"]);
  });
});

function migratedWith(work: Parameters<typeof worksOf>[0], migrations: Parameters<typeof worksOf>[1]) {
  return buildModel([...migrated(units).plugins, worksOf(work, migrations)]);
}
