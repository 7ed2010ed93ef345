import { describe, expect, test } from "vitest";

import { migrate } from "@xianmai/database";
import { column, entity, type Column, type Entity } from "@xianmai/plugin-api";
import { buildModel, type Model } from "@xianmai/plugin-api/model";

import { addUnit } from "../county.ts";
import { migrated, nextMigration, plugin, units, Work, workColumns, worksOf } from "../sample.ts";
import { briefly, openAudited, uncaptured, type AuditedCounty } from "./audit.ts";

const redeclared = (columns: Readonly<Record<string, Column | undefined>>): Entity => {
  const all = Object.fromEntries(Object.entries({ ...workColumns, ...columns }).filter(([, one]) => one !== undefined));
  return entity("Work", { zh: "工程", en: "Work", title: "code", key: "code", scope: "everyone" }, all as typeof workColumns);
};

const first = nextMigration(buildModel([units, worksOf(Work)]), worksOf(Work));

/** The sample county with the works declared anew, and the migration for that. */
const changed = (columns: Parameters<typeof redeclared>[0]): Model => migrated(units, worksOf(redeclared(columns), first));

const start = (county: AuditedCounty, model: Model) => migrate({ owner: county.database.owner, model, log: () => undefined });

/** A county with works: one that was changed, one that was not, one that is gone; sealed. */
async function withWorks(): Promise<AuditedCounty & { readonly one: string; readonly two: string }> {
  const county = await openAudited();
  const unit = await addUnit(county.owner, "u");
  const ids: string[] = [];
  for (const code of ["one", "two", "three"]) {
    const { rows } = await county.owner.query<{ id: string }>(
      "insert into app.work (code, name, unit_id, month) values ($1, $1, $2, '2023-01') returning id",
      [code, unit],
    );
    ids.push(rows[0]!.id);
  }
  await county.owner.query("update app.work set name = 'changed' where code = 'one'");
  await county.owner.query("delete from app.work where code = 'three'");
  await county.seal();
  return { ...county, one: ids[0]!, two: ids[1]! };
}

/** What the report says of structure, and that nothing is wrong: before the change is sealed, after it, and after rows went on changing. */
async function expectWhole(county: AuditedCounty, notices: readonly string[]): Promise<void> {
  const told = async () => {
    const report = await county.verify();
    expect(report.findings).toEqual([]);
    return report.notices.map(({ happened }) =>
      "what" in happened
        ? [happened.what, happened.table, happened.column, happened.was].filter((part) => part !== undefined).join(" ")
        : happened.kind,
    );
  };
  expect(await told()).toEqual(notices);
  await county.seal();
  expect(await told()).toEqual(notices);
  await county.owner.query("update app.work set name = name || '!'");
  await county.seal();
  expect(await told()).toEqual(notices);
}

describe("after a migration all that was sealed before it verifies", () => {
  test("that adds a column without a value", async () => {
    const county = await withWorks();
    await start(county, changed({ remark: column.text({ zh: "备注", en: "Remark", optional: true }) }));
    await expectWhole(county, ["column-added work remark"]);
    await county.owner.query("update xmh.work set remark = 'never' where name = 'one'");
    expect(await county.found()).toEqual([`CELL_CHANGED work ${county.one} history remark`]);
  });

  test("that adds a column with a default, which is sealed for the rows that stood already", async () => {
    const county = await withWorks();
    await start(county, changed({ weight: column.integer({ zh: "权重", en: "Weight", default: 5 }) }));
    await county.seal();
    expect(await county.found()).toEqual([]);
    await uncaptured(county.owner, "work", "update app.work set weight = 6 where code = 'two'");
    expect(await county.found()).toEqual([`CELL_CHANGED work ${county.two} current weight`]);
    await uncaptured(county.owner, "work", "update app.work set weight = 5 where code = 'two'");
    await expectWhole(county, ["column-added work weight"]);
  });

  test("that drops a column, whose past values are still guarded", async () => {
    const county = await withWorks();
    await start(county, changed({ month: undefined }));
    await expectWhole(county, ["column-dropped work month"]);
    const [kept] = await county.rows<{ name: string }>(
      "select attname as name from pg_attribute where attrelid = 'xmh.work'::regclass and attname like 'month%'",
    );
    await county.owner.query(`update xmh.work set "${kept!.name}" = '1999-01' where name = 'one'`);
    expect(await county.found()).toEqual([`CELL_CHANGED work ${county.one} history month`]);
  });

  test("that renames a column", async () => {
    const county = await withWorks();
    await start(
      county,
      changed({ month: undefined, period: column.yearMonth({ zh: "月份", en: "Period", optional: true, was: "month" }) }),
    );
    await expectWhole(county, ["column-renamed work period month"]);
    await county.owner.query("update xmh.work set period = '1999-01' where name = 'one'");
    expect(await county.found()).toEqual([`CELL_CHANGED work ${county.one} history period`]);
  });

  test("that gives a column another type, whose new values are sealed", async () => {
    const county = await withWorks();
    await county.owner.query("update app.work set amount = 7");
    await county.seal();
    await start(county, changed({ amount: column.decimal({ zh: "金额", en: "Amount", optional: true }) }));
    await expectWhole(county, ["column-retyped work amount bigint"]);
    await county.owner.query("update xmh.work set amount = 8.5 where amount = 7 and name = 'changed'");
    expect(await county.found()).toEqual([`CELL_CHANGED work ${county.one} history amount`]);
  });

  test("that adds another column under the name of one that was dropped", async () => {
    const county = await withWorks();
    await start(county, changed({ month: undefined }));
    await county.seal();
    const without = migrated(units, worksOf(redeclared({ month: undefined }), first)).plugins.at(-1)!.migrations;
    await start(county, migrated(units, worksOf(Work, without)));
    await expectWhole(county, ["column-dropped work month", "column-added work month"]);
  });

  test("that drops a table: its past verifies, and the report says what went with it", async () => {
    const county = await withWorks();
    await start(county, migrated(units, plugin("works", { entities: [], dependsOn: { units: "^1.0.0" }, migrations: first })));
    for (let round = 0; round < 2; round += 1) {
      const report = await county.verify();
      expect(report).toMatchObject({ findings: [], lost: 2, notices: [{ happened: { what: "table-dropped", table: "work" } }] });
      await county.seal();
    }
    await county.owner.query("update xmh.work set name = 'forged' where name = 'one'");
    expect(await county.found()).toEqual([`CELL_CHANGED work ${county.one} history name`]);
  });

  test("that changes rows", async () => {
    const county = await withWorks();
    const work = redeclared({});
    const [one] = first;
    const fill = { id: "2026-01-02-fill", sql: ["update app.work set name = 'filled'"], tables: one!.tables };
    await start(county, buildModel([...migrated(units).plugins, worksOf(work, [...first, fill])]));
    await county.seal();
    const report = await county.verify();
    expect(report).toMatchObject({ findings: [], unsealed: { changes: 0 } });
    expect(await county.rows("select distinct origin from xm.change where origin like 'migration%fill'")).toHaveLength(1);
  });
});

describe("what no migration did to tables is found and named", () => {
  const structural = async (county: AuditedCounty): Promise<readonly string[]> =>
    (await county.verify()).findings.map((one) => [briefly(one), one.detail].join(" ").trim());

  test("a column that somebody dropped, before it is sealed and after", async () => {
    const county = await withWorks();
    await county.owner.query("alter table app.work drop column month cascade");
    expect(await structural(county)).toEqual(["STRUCTURE_CHANGED work month column-dropped"]);
    await county.seal();
    expect(await structural(county)).toEqual(["STRUCTURE_CHANGED work month column-dropped"]);
  });

  test("two columns that changed names, so that each row says something else", async () => {
    const county = await withWorks();
    await county.owner.query(
      "alter table app.work rename column name to x; alter table app.work rename column code to name; alter table app.work rename column x to code",
    );
    expect((await structural(county)).toSorted()).toEqual([
      "STRUCTURE_CHANGED work code column-renamed",
      "STRUCTURE_CHANGED work name column-renamed",
    ]);
  });

  test("past values that were dropped with their column", async () => {
    const county = await withWorks();
    await county.owner.query("alter table xmh.work drop column name cascade");
    expect(await structural(county)).toEqual(["STRUCTURE_CHANGED work name history-dropped"]);
  });

  test("a table that was made anew with other rows, or is passed off as another, and sealed since", async () => {
    const county = await withWorks();
    await county.owner.query(
      "create table app.copy as select * from app.work; drop table app.work cascade; alter table app.copy rename to work",
    );
    await county.owner.query("update app.work set name = 'forged' where code = 'two'");
    expect(await structural(county)).toEqual(["STRUCTURE_CHANGED work table-remade", `CELL_CHANGED work ${county.two} current name`]);
    const hidden = await withWorks();
    await hidden.owner.query("update xm.tbl set name = 'elsewhere' where name = 'work'");
    await hidden.seal();
    await hidden.owner.query("update xm.tbl set name = 'work' where name = 'elsewhere'");
    await hidden.seal();
    const found = await structural(hidden);
    expect(found).toContain("STRUCTURE_CHANGED elsewhere table-dropped");
    expect(found).toContain("STRUCTURE_CHANGED elsewhere history-dropped");
  });

  test("a migration that was recorded to explain it, and taken back", async () => {
    const county = await withWorks();
    await county.owner.query("insert into xm.migration (plugin, id, hash) values ('works', '2099-01-01-forged', '')");
    await county.owner.query("alter table app.work drop column month cascade");
    await county.seal();
    expect(await structural(county)).toEqual([]);
    expect((await county.verify()).notices).toMatchObject([
      { happened: { what: "column-dropped" }, migrations: ["works 2099-01-01-forged"] },
    ]);
    await county.owner.query("delete from xm.migration where id = '2099-01-01-forged'");
    expect(await structural(county)).toEqual(["STRUCTURE_CHANGED work month column-dropped"]);
  });
});
