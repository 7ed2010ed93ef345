import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { describe, expect, onTestFinished, test } from "vitest";

import { databaseSql, differenceOf, migrate, migrationIndexSource, migrationSource, type MigrationReport } from "@xianmai/database";
import { choices, column, dictionary, entity, type Column, type Entity, type Migration, type Refusal } from "@xianmai/plugin-api";
import { buildModel, type Model } from "@xianmai/plugin-api/model";

import { addUnit, emptyDatabase, openCounty, type County } from "./county.ts";
import { county as sample, key, migrated, nextMigration, plugin, units, Unit, Work, workColumns, WorkKind, worksOf } from "./sample.ts";

const start = (county: County, model: Model): Promise<MigrationReport> =>
  migrate({ owner: county.database.owner, model, log: () => undefined });

const refusal = async (refused: Promise<unknown>): Promise<Refusal> => {
  const error = await refused.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ name: "Refusal" });
  return error as Refusal;
};

/** The works, declared anew with other columns, after the migrations that they had. */
const redeclared = (columns: Readonly<Record<string, Column | undefined>>): Entity => {
  const all = Object.fromEntries(Object.entries({ ...workColumns, ...columns }).filter(([, one]) => one !== undefined));
  return entity("Work", { zh: "工程", en: "Work", title: "code", key: "code", scope: "everyone" }, all as typeof workColumns);
};

const first = nextMigration(buildModel([units, worksOf(Work)]), worksOf(Work));

/** The sample county with the works declared anew, and the migration for that. */
const changed = (columns: Parameters<typeof redeclared>[0]): Model => migrated(units, worksOf(redeclared(columns), first));

const withMigration = (work: Entity, ...migrations: readonly Migration[]): Model =>
  buildModel([...migrated(units).plugins, worksOf(work, [...first, ...migrations])]);

const lastMigration = (model: Model): Migration => model.plugins.at(-1)!.migrations.at(-1)!;

async function addWork(county: County, code: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const id = key();
  const row = { id, code, name: code, unit_id: await addUnit(county.owner, code), ...more };
  const names = Object.keys(row).map((name) => `"${name}"`);
  await county.owner.query(
    `insert into app.work (${names.join(", ")}) values (${names.map((_, at) => `$${at + 1}`).join(", ")})`,
    Object.values(row),
  );
  return id;
}

describe("from declarations to tables", () => {
  test("what a migration was written from differs in nothing after it has run, and a second start does nothing", async () => {
    const county = await emptyDatabase();
    const report = await start(county, sample);
    expect(report.applied.map((one) => one.plugin)).toEqual(["units", "works"]);
    expect(report.seeded).toEqual(["work-field"]);
    for (const one of sample.plugins) expect(differenceOf(sample, one)).toBeUndefined();
    expect(await start(county, sample)).toEqual({ applied: [], renewed: [], seeded: [], generation: report.generation });
  });

  test("each migration begins a generation of the feed", async () => {
    const county = await openCounty();
    const before = await start(county, sample);
    const after = await start(county, changed({ further: column.text({ zh: "其他", en: "Further", optional: true }) }));
    expect(after.generation).toBe(before.generation + 1);
  });

  test("the database keeps out what the declarations exclude", async () => {
    const county = await openCounty();
    await addWork(county, "1");
    await expect(addWork(county, "2", { kind: "OTHER" })).rejects.toMatchObject({ code: "23514", constraint: "work_kind_check" });
    await expect(addWork(county, "3", { month: "2023-13" })).rejects.toMatchObject({ code: "23514" });
    await expect(addWork(county, "4", { unit_id: key() })).rejects.toMatchObject({ code: "23503" });
    await expect(addWork(county, "5", { name: null })).rejects.toMatchObject({ code: "23502" });
    await expect(addWork(county, "6", { code: "1" })).rejects.toMatchObject({ code: "23505", constraint: "work_code_unique" });
    await expect(county.owner.query("delete from app.unit")).rejects.toMatchObject({ code: "23503" });
  });

  test("texts sort by code point unless their column says Chinese, whatever the database's own order is", async () => {
    const county = await openCounty();
    for (const name of ["a", "张", "B", "李"]) await county.owner.query("insert into app.unit (code, name) values ($1, $1)", [name]);
    const [sorted] = await county.rows<{ codes: string; names: string }>(
      "select string_agg(code, '' order by code) as codes, string_agg(name, '' order by name) as names from app.unit",
    );
    expect(sorted).toEqual({ codes: "Ba张李", names: "李张aB" });
  });

  test("a dictionary is added when it is first met, and from then on the county's own", async () => {
    const county = await openCounty();
    await county.owner.query("delete from app.dictionary_entry where code = 'water'");
    await county.owner.query("update app.dictionary_entry set zh = '公路' where code = 'roads'");
    expect((await start(county, sample)).seeded).toEqual([]);
    expect(await county.rows("select code, zh from app.dictionary_entry")).toEqual([{ code: "roads", zh: "公路" }]);
  });

  test("entries that an update declares are added last, once, and change nothing of what the county has edited", async () => {
    const county = await openCounty();
    await county.owner.query("delete from app.dictionary_entry where code = 'water'");
    await county.owner.query("update app.dictionary_entry set zh = '公路', position = 7 where code = 'roads'");
    const [works] = sample.plugins.filter(({ name }) => name === "works");
    const later = dictionary(
      "work-field",
      { zh: "工程领域", en: "Field of a work" },
      {
        bridges: { zh: "桥梁", en: "Bridges" },
        roads: { zh: "道路", en: "Roads" },
        water: { zh: "水利", en: "Water" },
        parks: { zh: "公园", en: "Parks" },
      },
    );
    const updated = buildModel([...sample.plugins.filter((one) => one !== works), { ...works!, dictionaries: [later] }]);
    expect((await start(county, updated)).seeded).toEqual(["work-field/bridges", "work-field/parks"]);
    const entries = "select code, zh, position from app.dictionary_entry order by position";
    expect(await county.rows(entries)).toEqual([
      { code: "roads", zh: "公路", position: 7 },
      { code: "bridges", zh: "桥梁", position: 8 },
      { code: "parks", zh: "公园", position: 9 },
    ]);
    expect(await county.rows("select zh from app.dictionary")).toEqual([{ zh: "领域" }]);
    await county.owner.query("delete from app.dictionary_entry where code = 'parks'");
    expect((await start(county, updated)).seeded).toEqual([]);
    expect(
      await county.rows(
        "select distinct origin from xm.change where tbl = (select id from xm.tbl where name = 'dictionary_entry') and op = 'I'",
      ),
    ).toEqual([{ origin: "dictionary" }]);
  });

  test("the tables of a plugin that is not enabled stay as they are, and captured", async () => {
    const county = await openCounty();
    await addWork(county, "1");
    await start(county, migrated(units));
    await county.owner.query("update app.work set name = 'x'");
    expect(await county.rows("select name from xmh.work")).toEqual([{ name: "1" }]);
  });

  test("database.sql makes the same tables from nothing, word for word the same each time", async () => {
    const county = await emptyDatabase();
    const text = databaseSql(sample);
    expect(databaseSql(sample)).toBe(text);
    expect(text).toMatch(/^-- Generated/);
    await county.owner.query(text);
    await county.owner.query("insert into xm.tbl (name) values ('unit'), ('dictionary'), ('dictionary_entry'), ('work')");
    for (const one of sample.plugins) {
      for (const { id, sql } of one.migrations) {
        await county.owner.query("insert into xm.migration (plugin, id, hash) values ($1, $2, encode(sha256($3), 'hex'))", [
          one.name,
          id,
          sql.join(";\n"),
        ]);
      }
    }
    for (const { id, hash } of await platformRecord()) {
      await county.owner.query("insert into xm.migration (plugin, id, hash) values ('@xianmai/database', $1, $2)", [id, hash]);
    }
    expect(await start(county, sample)).toMatchObject({ applied: [], renewed: [] });
  });
});

/** How a migrated database records the platform's own migrations. */
async function platformRecord(): Promise<readonly { readonly id: string; readonly hash: string }[]> {
  return (await openCounty()).rows("select id, hash from xm.migration where plugin like '@%'");
}

describe("a table changes with its rows", () => {
  test("a new column is unknown in what was before", async () => {
    const county = await openCounty();
    const work = await addWork(county, "1");
    await start(county, changed({ remark: column.text({ zh: "备注", en: "Remark", optional: true }) }));
    await county.owner.query("update app.work set remark = 'a'");
    await county.owner.query("update app.work set remark = 'b'");
    expect(await county.rows("select remark from xmh.work where id = $1 order by xm_from", [work])).toEqual([
      { remark: null },
      { remark: "a" },
    ]);
  });

  test("a renamed column keeps its values, its rules, and its past", async () => {
    const county = await openCounty();
    await addWork(county, "1", { kind: "REPAIR" });
    await county.owner.query("update app.work set kind = 'NEW'");
    const model = changed({ kind: undefined, sort: column.choice(WorkKind, { zh: "类别", en: "Sort", default: "NEW", was: "kind" }) });
    expect(lastMigration(model).sql).toEqual([
      "alter table app.work rename column kind to sort",
      "alter table app.work rename constraint work_kind_check to work_sort_check",
    ]);
    await start(county, model);
    await county.owner.query("update app.work set sort = 'REPAIR'");
    expect(await county.rows("select sort from xmh.work order by xm_from")).toEqual([{ sort: "REPAIR" }, { sort: "NEW" }]);
    await expect(county.owner.query("update app.work set sort = 'OTHER'")).rejects.toMatchObject({ constraint: "work_sort_check" });
  });

  test("a renamed reference takes its index and its foreign key along", async () => {
    const county = await openCounty();
    const work = await addWork(county, "1");
    const owner = column.reference(() => Unit, { zh: "责任单位", en: "Owner", inverse: "works", was: "unit" });
    await start(county, changed({ unit: undefined, owner }));
    const [change] = await county.rows<{ refs: string[] }>(
      "with changed as (update app.work set name = 'x' returning owner_id) select array_agg(owner_id) as refs from changed",
    );
    expect(await county.rows("select xm.distinct_keys(refs) as refs from xm.change order by position desc limit 1")).toEqual([change]);
    await expect(county.owner.query("update app.work set owner_id = $1", [work])).rejects.toMatchObject({
      constraint: "work_owner_id_foreign",
    });
  });

  test("a dropped column is kept in history, also when another of its name follows", async () => {
    const county = await openCounty();
    await addWork(county, "1", { amount: "5" });
    await county.owner.query("update app.work set amount = 6");
    const dropped = changed({ amount: undefined });
    const { generation } = await start(county, dropped);
    const again = migrated(
      units,
      worksOf(redeclared({ amount: column.text({ zh: "金额", en: "Amount", optional: true }) }), [...first, lastMigration(dropped)]),
    );
    await start(county, again);
    await county.owner.query("update app.work set amount = 'six'");
    await county.owner.query("update app.work set amount = 'seven'");
    expect(await county.rows(`select "amount$${generation}" as old, amount from xmh.work order by xm_from`)).toEqual([
      { old: "5", amount: null },
      { old: null, amount: null },
      { old: null, amount: "six" },
    ]);
  });

  test("a retyped column converts its values and its past; an old value that does not convert is kept aside", async () => {
    const county = await openCounty();
    await addWork(county, "1", { name: "some" });
    await county.owner.query("update app.work set name = '12'");
    const model = changed({ name: column.integer({ zh: "数", en: "Number" }), order: column.money({ zh: "序", en: "Order" }) });
    const { generation } = await start(county, model);
    await county.owner.query("update app.work set name = 13");
    expect(
      await county.rows(`select "name$${generation}" as old, name, pg_typeof("order")::text as type from xmh.work order by xm_from`),
    ).toEqual([
      { old: "some", name: null, type: "bigint" },
      { old: null, name: 12, type: "bigint" },
    ]);
  });

  test("a choice may gain values, and lose those that no row has", async () => {
    const county = await openCounty();
    await addWork(county, "1", { kind: "REPAIR" });
    const Wider = choices("WorkKind", { zh: "类", en: "Kind" }, { REPAIR: { zh: "修", en: "Repair" }, OTHER: { zh: "他", en: "Other" } });
    await start(county, changed({ kind: column.choice(Wider, { zh: "类", en: "Kind" }) }));
    await addWork(county, "2", { kind: "OTHER" });
    await expect(addWork(county, "3", { kind: "NEW" })).rejects.toMatchObject({ constraint: "work_kind_check" });
  });

  test("requirements, defaults, uniqueness and order come and go as declared", async () => {
    const county = await openCounty();
    await addWork(county, "1", { amount: "5" });
    const model = changed({
      amount: column.money({ zh: "金额", en: "Amount" }),
      name: column.text({ zh: "名称", en: "Name", optional: true, unique: true, collation: "zh" }),
      order: column.integer({ zh: "次序", en: "Order", default: 7 }),
    });
    await start(county, model);
    await expect(addWork(county, "2")).rejects.toMatchObject({ code: "23502", column: "amount" });
    await addWork(county, "3", { amount: "1", name: null });
    await expect(addWork(county, "4", { amount: "1", name: "1" })).rejects.toMatchObject({ constraint: "work_name_unique" });
    expect(await county.rows(`select "order" from app.work order by code`)).toEqual([{ order: 0 }, { order: 7 }]);
  });

  test("two tables that point at each other are made and dropped together", async () => {
    const county = await openCounty();
    class A extends entity(
      "A",
      { zh: "甲", en: "A", title: "name", scope: "everyone" },
      {
        name: column.text({ zh: "名", en: "Name" }),
        b: column.reference((): { readonly definition: { readonly name: "B" } } => B, { zh: "乙", en: "B", optional: true }),
      },
    ) {}
    class B extends entity(
      "B",
      { zh: "乙", en: "B", title: "name", scope: "everyone" },
      {
        name: column.text({ zh: "名", en: "Name" }),
        a: column.reference(() => A, { zh: "甲", en: "A", optional: true }),
      },
    ) {}
    const made = migrated(...sample.plugins, plugin("pair", { entities: [A, B] }));
    await start(county, made);
    await county.owner.query("insert into app.a (name) values ('x'); delete from app.a");
    await start(county, migrated(...sample.plugins, plugin("pair", { migrations: made.plugins.at(-1)!.migrations })));
    expect(await county.rows("select to_regclass('app.a') as a, to_regclass('app.b') as b")).toEqual([{ a: null, b: null }]);
    expect(await county.rows("select name from xmh.a")).toEqual([{ name: "x" }]);
  });

  test("rows that a migration itself changes are recorded with the columns of that moment", async () => {
    const county = await openCounty();
    await addWork(county, "1");
    const work = redeclared({ size: column.integer({ zh: "规模", en: "Size" }) });
    const { id, tables, sql } = nextMigration(withMigration(work), worksOf(work, first))[0]!;
    expect(sql).toEqual(["alter table app.work add column size integer not null"]);
    const filled = [
      "alter table app.work add column size integer",
      "update app.work set size = 3",
      "alter table app.work alter column size set not null",
      "alter table app.work rename column name to temporary",
      "update app.work set temporary = 'filled'",
      "alter table app.work rename column temporary to name",
    ];
    await start(county, withMigration(work, { id, tables, sql: filled }));
    expect(await county.rows("select name, size from xmh.work order by ctid")).toEqual([
      { name: "1", size: null },
      { name: "1", size: 3 },
    ]);
    expect(await county.rows("select op, origin from xm.change order by position desc limit 2")).toEqual([
      { op: "U", origin: `migration works ${id}` },
      { op: "U", origin: `migration works ${id}` },
    ]);
  });
});

describe("a start is refused", () => {
  test("when declarations ask for more than the migrations give: with what is missing and the command that writes it", async () => {
    const county = await emptyDatabase();
    const model = withMigration(redeclared({ size: column.integer({ zh: "规模", en: "Size", optional: true }) }));
    const refused = await refusal(start(county, model));
    expect(refused.code).toBe("DECLARATIONS_AHEAD");
    expect(refused.in("en")).toMatch(/plugin works .* add column size integer.* npx xianmai migrate new works/);
    expect(refused.in("zh")).toMatch(/插件 works .* npx xianmai migrate new works/);
    expect(await county.rows("select to_regnamespace('xm') as xm")).toEqual([{ xm: null }]);
  });

  test("when a required column meets rows that have no value for it: table, column and remedy named, all as before", async () => {
    const county = await openCounty();
    await addWork(county, "1");
    const model = changed({ size: column.integer({ zh: "规模", en: "Size" }) });
    const refused = await refusal(start(county, model));
    expect(refused.code).toBe("MIGRATION_FAILED");
    expect(refused.in("en")).toMatch(/2026-01-01-002 of plugin works .* work\.size: in the migration add the column as optional/s);
    expect(await start(county, sample)).toMatchObject({ applied: [], renewed: [] });
  });

  test("when a migration fails half way: nothing of it is there, and what ran before it stays", async () => {
    const county = await openCounty();
    const broken: Migration = {
      id: "2026-02-01-broken",
      sql: ["alter table app.work add column size integer", "insert into app.unit (code, name) values ('x', 'x')", "select 1 / 0"],
      tables: first[0]!.tables,
    };
    const refused = await refusal(start(county, withMigration(Work, broken)));
    expect(refused.in("en")).toMatch(/2026-02-01-broken of plugin works failed at "select 1 \/ 0": division by zero/);
    expect(await county.rows("select code from app.unit")).toEqual([]);
    expect(await start(county, sample)).toMatchObject({ applied: [], renewed: [] });
  });

  test("when a migration leaves other tables than it says", async () => {
    const county = await openCounty();
    const untrue: Migration = { id: "2026-02-01-untrue", sql: ["alter table app.work drop column amount"], tables: first[0]!.tables };
    const refused = await refusal(start(county, withMigration(Work, untrue)));
    expect(refused.code).toBe("MIGRATION_UNTRUE");
    expect(refused.in("en")).toContain("column work.amount is missing");
  });

  test("when somebody changed the tables by hand: every difference with the statement that mends it, and those mend it", async () => {
    const county = await openCounty();
    const damage = [
      "drop view past.work",
      "alter table app.work drop column amount",
      "alter table app.work add column extra text",
      'alter table app.work alter column "order" type bigint',
      "alter table app.work alter column name drop not null",
      "alter table app.work alter column kind set default 'REPAIR'",
      'alter table app.work alter column name type text collate "zh-x-icu"',
      "alter table app.work drop constraint work_unit_id_foreign",
      "drop index app.work_code_unique",
      "alter table app.work drop constraint work_stage_check, add constraint work_stage_check check (stage <> '')",
    ];
    for (const statement of damage) await county.owner.query(statement);
    const refused = await refusal(start(county, sample));
    expect(refused.code).toBe("DATABASE_DRIFTED");
    for (const part of [
      "column work.amount is missing",
      "column work.extra was not made by a migration",
      "type of column work.order is bigint instead of integer",
      "nullability of column work.name is null instead of not null",
      "default of column work.kind is 'REPAIR'::text instead of 'NEW'",
      'type of column work.name is text collate "zh-x-icu" instead of text collate "C"',
      "foreign key work_unit_id_foreign over work (unit_id) is missing",
      "unique index work_code_unique over work (code) is missing",
      "check work_stage_check over work (stage) differs",
    ]) {
      expect(refused.what.en).toContain(part);
    }
    const mending = /Put them back \((.*)\), or declare/s.exec(refused.remedy.en)?.[1] ?? "";
    await county.owner.query(mending);
    expect(await start(county, sample)).toMatchObject({ applied: [], renewed: ["work"] });
  });

  test("when a table is gone", async () => {
    const county = await openCounty();
    await county.owner.query("drop table app.work cascade");
    expect((await refusal(start(county, sample))).what.en).toContain("table app.work is missing");
  });

  test("but not when an administrator adds an index or a check of their own", async () => {
    const county = await openCounty();
    await county.owner.query("create index on app.work (amount); alter table app.work add check (amount > 0)");
    expect(await start(county, sample)).toMatchObject({ applied: [], renewed: [] });
  });

  test("when a migration that ran was edited, is missing, or a new one stands before it", async () => {
    const county = await openCounty();
    const tables = first[0]!.tables;
    const model = (...migrations: readonly Migration[]) => buildModel([...migrated(units).plugins, worksOf(Work, migrations)]);
    const codes = [
      model({ ...first[0]!, sql: [...first[0]!.sql, "select 1"] }),
      model({ ...first[0]!, id: "2026-05-01-other" }),
      model({ id: "2025-01-01-before", sql: [], tables }, first[0]!),
    ].map(async (one) => (await refusal(start(county, one))).code);
    expect(await Promise.all(codes)).toEqual(["MIGRATION_EDITED", "DATABASE_AHEAD", "MIGRATION_OUT_OF_ORDER"]);
  });
});

test("two servers that start at once: one migrates, the other waits and finds nothing to do", async () => {
  const county = await emptyDatabase();
  const reports = await Promise.all([start(county, sample), start(county, sample), start(county, sample)]);
  expect(reports.map(({ applied }) => applied.length).toSorted((one, other) => one - other)).toEqual([0, 0, 2]);
  expect(reports.map(({ seeded }) => seeded.length).toSorted((one, other) => one - other)).toEqual([0, 0, 1]);
  expect(new Set(reports.map(({ generation }) => generation)).size).toBe(1);
});

describe("the file of a migration", () => {
  const wide = redeclared({
    remark: column.text({ zh: "备注", en: 'Remark with "quotes" and `ticks` ${dollars}', optional: true }),
    kind: column.choice(
      choices(
        "WideKind",
        { zh: "类", en: "Kind" },
        Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`KIND_NUMBER_${at}`, { zh: "类", en: "K" }])) as Record<
          "A",
          { zh: string; en: string }
        >,
      ),
      { zh: "类", en: "Kind" },
    ),
  });

  test("is what the formatter would leave, and reads back as the same migration", async () => {
    const folder = mkdtempSync(join(fileURLToPath(new URL(".", import.meta.url)), "written-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const ids: string[] = [];
    class Note extends entity(
      "Note",
      { zh: "注", en: "Note", title: "text", scope: "everyone" },
      { text: column.text({ zh: "文", en: "Text" }) },
    ) {}
    for (const [at, work] of [Work, wide, redeclared({ amount: undefined }), Note].entries()) {
      const difference = differenceOf(buildModel([units, worksOf(work, at === 2 ? first : [])]), worksOf(work, at === 2 ? first : []));
      if (difference === undefined) continue;
      const id = `2026-0${at + 1}-01-step`;
      ids.push(id);
      const text = migrationSource({ id, ...difference });
      const file = join(folder, `${id}.ts`);
      writeFileSync(file, text);
      const written = (await import(pathToFileURL(file).href)) as Record<string, Migration>;
      expect(Object.values(written)).toEqual([{ id, ...difference }]);
    }
    writeFileSync(join(folder, "index.ts"), migrationIndexSource(ids));
    const before = new Map([...ids, "index"].map((id) => [id, readFileSync(join(folder, `${id}.ts`), "utf8")]));
    const formatter = fileURLToPath(new URL("../../../node_modules/.bin/oxfmt", import.meta.url));
    const config = fileURLToPath(new URL("../../../.oxfmtrc.json", import.meta.url));
    const formatted = spawnSync(formatter, ["--config", config, folder], { encoding: "utf8" });
    expect(formatted.stderr).toBe("");
    for (const [id, text] of before) expect(readFileSync(join(folder, `${id}.ts`), "utf8")).toBe(text);
    expect(Object.keys((await import(pathToFileURL(join(folder, "index.ts")).href)) as object)).toEqual(["migrations"]);
  });
});

test("every word that PostgreSQL would quote is quoted", async () => {
  const county = await emptyDatabase();
  const words = await county.rows<{ word: string }>("select word from pg_get_keywords() where catcode <> 'U'");
  const Odd = entity(
    "Odd",
    { zh: "怪", en: "Odd", title: "name", scope: "everyone" },
    {
      name: column.text({ zh: "名", en: "Name" }),
      ...Object.fromEntries(words.map(({ word }) => [word, column.integer({ zh: word, en: word, default: 1 })])),
    },
  );
  await start(county, migrated(plugin("odd", { entities: [Odd as unknown as Entity] })));
  await county.owner.query("insert into app.odd (name) values ('a'); update app.odd set name = 'b'");
  expect(await county.rows("select name from xmh.odd")).toEqual([{ name: "a" }]);
});

test("names as long as PostgreSQL takes them are told apart to the last letter", async () => {
  const county = await emptyDatabase();
  const long = "TableWhoseNameIsAsLongAsANameInPostgresqlCanBeLo";
  const tables = ["A", "B"].map((letter) =>
    entity(
      `${long}${letter}`,
      { zh: "长", en: "Long", title: "name", key: "name", scope: "everyone" },
      { name: column.text({ zh: "名", en: "Name", unique: true }), further: column.text({ zh: "又", en: "Further", unique: true }) },
    ),
  );
  const model = migrated(plugin("long", { entities: tables }));
  await start(county, model);
  expect(await start(county, model)).toMatchObject({ applied: [], renewed: [] });
  for (const { table } of model.entities) {
    expect(table.length).toBe(63);
    await county.owner.query(`insert into app.${table} (name, further) values ('a', 'b'); update app.${table} set name = 'c'`);
    expect(await county.rows(`select name, further from xmh.${table}`)).toEqual([{ name: "a", further: "b" }]);
  }
});
