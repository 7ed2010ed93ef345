import { createWritePool, migrate, type WritePool } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { Refusal, systemClock, type Sheet } from "@xianmai/plugin-api";
import { describeProblem, importSheet, PROBLEMS_KEPT, type ImportOutcome, type SheetFile, type SheetProblem } from "@xianmai/sheets";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { county, firmsSheet, reportsSheet, unitsSheet, worksSheet } from "./county.ts";
import { workbook, type Rows } from "./workbooks.ts";

const clock = systemClock("Asia/Shanghai");
const template = {
  name: "sheets county",
  prepare: async ({ owner }: Pick<TestDatabase, "owner">) => {
    await migrate({ owner, model: county, log: () => undefined });
  },
};

let database: TestDatabase;
let pool: WritePool;

beforeEach(async () => {
  database = await createTestDatabase(template);
  pool = createWritePool(database.app, { size: 4 });
});
afterEach(async () => {
  await pool.close();
  await database.drop();
});

async function bring(sheet: Sheet, file: SheetFile, dryRun = false): Promise<ImportOutcome> {
  return pool.use(async (connection) =>
    connection.transaction({ role: "xm_all", origin: `import ${file.name}` }, async (client) =>
      importSheet({ model: county, sheet, file, client, clock, dryRun }),
    ),
  );
}

async function bringRows(sheet: Sheet, rows: Rows, dryRun = false): Promise<ImportOutcome> {
  return bring(sheet, await workbook(rows), dryRun);
}

async function select(sql: string): Promise<Record<string, string | null>[]> {
  return pool.use(async (connection) => {
    const asSent = { getTypeParser: () => (text: string) => text };
    return connection.transaction({ role: "xm_all" }, async (client) => {
      const { rows } = await client.query<Record<string, string | null>>({ text: sql, types: asSent });
      return rows;
    });
  });
}

/** Returns once a session of this database waits for a lock. */
async function someoneWaits(): Promise<void> {
  const sql =
    "select pid::text from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())";
  while ((await select(sql)).length === 0);
}

/** The units of the county, as most tests begin. */
async function settle(): Promise<void> {
  const outcome = await bringRows(unitsSheet, [
    ["单位代码", "单位名称", "简称", "别称", "上级单位"],
    ["101", "发展和改革局", "发改局", "计委、发改委", "100"],
    ["102", "住房和城乡建设局", "住建局", null, "蔚县"],
    ["100", "蔚县", null, null, null],
  ]);
  expect(outcome.problems).toEqual([]);
}

const HEADER = ["项目编号", "项目名称", "建设性质", "项目领域", "建设单位", "责任单位", "批次", "开工时限", "总投资（万元）", "建设内容"];
const FIRST = ["YX-1", "光伏发电项目", "新开工", "新能源", "甲能源公司", "发改局", "第一批", "2023年3月31日", 12345.67, "装机 100MW"];
const SECOND = ["YX-2", "道路提升工程", "拟建", "roads", null, "住房和城乡建设局", 2, "2023-06-30", "1.2亿元", "—"];

function codes(problems: readonly SheetProblem[]): (string | undefined)[][] {
  return problems.map((problem) => [problem.cell, problem.code]);
}

describe("rows of a file", () => {
  test("become records: by label, synonym, code, short name, in their units", async () => {
    await settle();
    const outcome = await bringRows(worksSheet, [["重点项目任务分解表"], HEADER, FIRST, SECOND]);
    expect(outcome).toMatchObject({ rows: 2, added: 2, changed: [], unchanged: 0, problems: [], applied: true, ignored: [] });
    expect(
      await select(
        `select w.code, w.nature, w.stage, e.code as field, f.name as firm, u.name as unit, w.batch, w.deadline, w.amount, w.content, w.listed, w.aliases
         from work w join unit u on u.id = w.unit_id left join firm f on f.id = w.firm_id left join dictionary_entry e on e.id = w.field_id order by w.code`,
      ),
    ).toEqual([
      {
        code: "YX-1",
        nature: "NEW_START",
        stage: "RESERVED",
        field: "new-energy",
        firm: "甲能源公司",
        unit: "发展和改革局",
        batch: "1",
        deadline: "2023-03-31",
        amount: "12345670000",
        content: "装机 100MW",
        listed: "f",
        aliases: "{}",
      },
      {
        code: "YX-2",
        nature: "NEW_START",
        stage: "RESERVED",
        field: "roads",
        firm: null,
        unit: "住房和城乡建设局",
        batch: "2",
        deadline: "2023-06-30",
        amount: "12000000000",
        content: null,
        listed: "f",
        aliases: "{}",
      },
    ]);
  });

  test("that come a second time change nothing, not even a version of a row", async () => {
    await settle();
    const file = await workbook([HEADER, FIRST, SECOND]);
    await bring(worksSheet, file);
    const stamps = await select("select code, xm_from from work order by code");
    const again = await bring(worksSheet, file);
    expect(again).toMatchObject({ added: 0, changedRows: 0, changed: [], unchanged: 2, created: [], problems: [], applied: true });
    expect(await select("select code, xm_from from work order by code")).toEqual(stamps);
  });

  test("that differ are changed, and every change is told as people read it; rows that the file does not name stay", async () => {
    await settle();
    await bringRows(worksSheet, [HEADER, FIRST, SECOND]);
    const outcome = await bringRows(worksSheet, [
      HEADER,
      ["YX-1", "光伏发电项目", "续建", "交通道路", "乙公司", "住建局", null, "2023/4/1", 12345.68, "装机 100MW"],
    ]);
    expect(outcome).toMatchObject({ added: 0, changedRows: 1, unchanged: 0, applied: true });
    expect(outcome.changed).toEqual(
      [
        ["建设性质", "新开工", "续建"],
        ["项目领域", "新能源", "交通道路"],
        ["建设单位", "甲能源公司", "乙公司"],
        ["责任单位", "发展和改革局", "住房和城乡建设局"],
        ["批次", "1", ""],
        ["开工时限", "2023-03-31", "2023-04-01"],
        ["总投资（万元）", "12345.67 万元", "12345.68 万元"],
      ].map(([column, before, after]) => ({ title: "光伏发电项目", key: "YX-1", column, before, after })),
    );
    expect(await select("select count(*)::text from work")).toEqual([{ count: "2" }]);
  });

  test("carry only some columns: the others stay as they are", async () => {
    await settle();
    await bringRows(worksSheet, [HEADER, FIRST, SECOND]);
    const outcome = await bringRows(worksSheet, [
      ["项目编号", "总投资（亿元）"],
      ["YX-1", 2],
    ]);
    expect(outcome).toMatchObject({ changedRows: 1, problems: [], applied: true });
    expect(await select("select amount, content, batch from work where code = 'YX-1'")).toEqual([
      { amount: "20000000000", content: "装机 100MW", batch: "1" },
    ]);
  });

  test("leave a stage or another column with a default alone where the cell is empty", async () => {
    await settle();
    await bringRows(worksSheet, [
      [...HEADER, "阶段", "是否入统"],
      [...FIRST, "已开工", "是"],
    ]);
    const outcome = await bringRows(worksSheet, [
      [...HEADER, "阶段", "是否入统"],
      [...FIRST, null, ""],
    ]);
    expect(outcome).toMatchObject({ unchanged: 1, applied: true });
    expect(await select("select stage, listed from work")).toEqual([{ stage: "STARTED", listed: "t" }]);
  });

  test("every kind of column survives the way into the table and back: the same file changes nothing", async () => {
    await settle();
    const file = await workbook([
      [...HEADER, "月份", "上报时间", "占地", "完成率（%）", "曾用名", "所属项目"],
      [...FIRST, "2023年3月", "2023-03-15 08:30", "12.50", 97.2, "甲、乙", null],
      [...SECOND, null, null, null, null, null, "YX-1"],
    ]);
    expect(await bring(worksSheet, file)).toMatchObject({ added: 2, problems: [] });
    expect(await select("select month, reported_at, area, rate, aliases from work where code = 'YX-1'")).toEqual([
      { month: "2023-03", reported_at: expect.stringContaining("2023-03-15") as string, area: "12.5", rate: "97.2", aliases: "{甲,乙}" },
    ]);
    expect(await bring(worksSheet, file)).toMatchObject({ added: 0, changed: [], unchanged: 2 });
  });

  test("of an entity whose key is made of a reference and a month are recognised by both", async () => {
    await settle();
    await bringRows(worksSheet, [HEADER, FIRST, SECOND]);
    const header = ["项目", "月份", "形象进度", "本月完成投资（万元）"];
    expect(
      await bringRows(reportsSheet, [
        header,
        ["YX-1", "2023年3月", "基础", 100],
        ["光伏发电项目", "2023-04", "主体", 200],
        ["YX-2", 202303, "路基", 50],
      ]),
    ).toMatchObject({ added: 3, problems: [] });
    const outcome = await bringRows(reportsSheet, [header, ["YX-1", "2023-03", "基础完成", 100]]);
    expect(outcome.changed).toEqual([
      { title: "基础完成", key: "光伏发电项目 · 2023-03", column: "形象进度", before: "基础", after: "基础完成" },
    ]);
  });
});

describe("what a file names", () => {
  test("within itself is found in any order of rows", async () => {
    await settle();
    expect(await select("select u.code, p.code as parent from unit u left join unit p on p.id = u.parent_id order by u.code")).toEqual([
      { code: "100", parent: null },
      { code: "101", parent: "100" },
      { code: "102", parent: "100" },
    ]);
  });

  test("and the sheet lets be created is created once, however often and however padded it is named", async () => {
    await settle();
    const outcome = await bringRows(worksSheet, [
      HEADER,
      FIRST,
      ["YX-3", "二期", "新开工", null, "甲 能源公司", "发改局", null, null, null, null],
      ["YX-4", "三期", "新开工", null, "甲能源有限公司", "发改局", null, null, null, null],
    ]);
    expect(outcome.created.map(({ title, similarTo }) => [title, similarTo])).toEqual([
      ["甲能源公司", undefined],
      ["甲能源有限公司", "甲能源公司"],
    ]);
    expect(await select("select name, short_names, listed from firm order by name")).toEqual([
      { name: "甲能源公司", short_names: "{}", listed: "f" },
      { name: "甲能源有限公司", short_names: "{}", listed: "f" },
    ]);
  });

  test("and nobody knows is reported with the nearest name", async () => {
    await settle();
    const outcome = await bringRows(worksSheet, [
      HEADER,
      ["YX-1", "甲", "新开工", "新能原", null, "发展改革局", null, null, null, null],
      ["YX-2", "乙", "续", null, null, "住建局、发改局", null, null, null, null],
    ]);
    expect(outcome.problems.map((problem) => [problem.cell, problem.code, problem.reason.zh])).toEqual([
      ["D2", "SHEET_NOT_CHOICE", "“新能原”不在可选值之中，最接近的是“新能源”"],
      ["F2", "SHEET_REFERENCE_UNKNOWN", "没有名为“发展改革局”的单位，最接近的是“发展和改革局”"],
      ["C3", "SHEET_NOT_CHOICE", "“续”不在可选值之中，最接近的是“续建”"],
      ["F3", "SHEET_REFERENCE_SEVERAL", "“住建局、发改局”写了多个单位，这一列只能有一个"],
    ]);
  });

  test("and several bear is asked about, with the codes of all", async () => {
    await settle();
    await bringRows(unitsSheet, [
      ["单位代码", "单位名称", "简称"],
      ["103", "建设服务中心", "住建局"],
    ]);
    const outcome = await bringRows(worksSheet, [HEADER, FIRST, SECOND.with(5, "住建局")]);
    expect(outcome.problems.map((problem) => problem.reason.zh)).toEqual([
      "有 2 个单位都叫“住建局”：住房和城乡建设局（102）、建设服务中心（103）",
    ]);
  });

  test("as standing above itself is refused, also through rows of the database", async () => {
    await settle();
    const outcome = await bringRows(unitsSheet, [
      ["单位代码", "单位名称", "上级单位"],
      ["100", "蔚县", "发改局"],
      ["104", "统计局", "统计局"],
    ]);
    expect(codes(outcome.problems)).toEqual([
      ["C2", "SHEET_REFERENCE_CYCLE"],
      ["C3", "SHEET_REFERENCE_CYCLE"],
    ]);
    expect(outcome.applied).toBe(false);
  });
});

describe("what keeps a file from being imported", () => {
  test("is said with sheet, row, column, cell, value, reason and remedy in both languages; nothing is written", async () => {
    await settle();
    const outcome = await bringRows(worksSheet, [
      ["任务分解表"],
      HEADER,
      FIRST,
      ["YX-2", null, "新开工", null, null, "发改局", "若干", "2023年6月", "约5000", null],
      ["YX-1", "重号", "新开工", null, null, "发改局", null, null, null, null],
      [null, "无号", "新开工", null, null, "发改局", null, null, 1, null],
    ]);
    expect(codes(outcome.problems)).toEqual([
      ["B4", "SHEET_VALUE_MISSING"],
      ["G4", "SHEET_NOT_INTEGER"],
      ["H4", "SHEET_DAY_MISSING"],
      ["I4", "SHEET_MONEY_VAGUE"],
      ["A5", "SHEET_KEY_TWICE"],
      ["A6", "SHEET_VALUE_MISSING"],
    ]);
    expect(outcome.problems[2]).toEqual({
      code: "SHEET_DAY_MISSING",
      sheet: "任务分解表",
      row: 4,
      column: "开工时限",
      cell: "H4",
      value: "2023年6月",
      reason: { zh: "“2023年6月”没有写到日", en: "“2023年6月” does not say the day" },
      remedy: {
        zh: "请写出日期；如指当月最后一天，请写 2023-06-30。",
        en: "Write the day; if the last day of the month is meant, 2023-06-30.",
      },
    });
    expect(describeProblem(outcome.problems[4]!, "zh")).toBe(
      "任务分解表!A5 项目编号：与工作表“任务分解表”第 3 行是同一记录。请合并或删除其中一行；如是不同记录，请改正编号。",
    );
    expect(outcome).toMatchObject({ applied: false, problemCount: 6 });
    expect(await select("select code from work")).toEqual([]);
    expect(await select("select name from firm")).toEqual([]);
  });

  test("is a missing column only where it is needed: the key always, the others for new records", async () => {
    await settle();
    const keyless = await bringRows(worksSheet, [
      ["项目名称", "总投资"],
      ["甲", 1],
      ["乙", 2],
    ]);
    expect(keyless.problems.map((problem) => [problem.row, problem.column, problem.code])).toEqual([
      [1, "项目编号", "SHEET_HEADER_MISSING"],
    ]);
    const added = await bringRows(worksSheet, [
      ["项目编号", "总投资"],
      ["YX-1", 1],
      ["YX-2", 2],
    ]);
    expect(added.problems.map((problem) => [problem.column, problem.code])).toEqual([
      ["项目名称", "SHEET_HEADER_MISSING"],
      ["建设性质", "SHEET_HEADER_MISSING"],
      ["责任单位", "SHEET_HEADER_MISSING"],
    ]);
  });

  test("is a column that stands in it twice", async () => {
    const outcome = await bringRows(unitsSheet, [
      ["单位代码", "单位名称", "单位名称"],
      ["1", "甲", "乙"],
    ]);
    expect(codes(outcome.problems)).toEqual([["C1", "SHEET_HEADER_TWICE"]]);
  });

  test("is a value that must be unique and is not, in the file or beside the database", async () => {
    const header = ["企业名称", "信用代码"];
    await bringRows(firmsSheet, [header, ["甲公司", "A1"]]);
    const outcome = await bringRows(firmsSheet, [header, ["甲公司", "A1"], ["乙公司", "A1"], ["丙公司", "B1"], ["丁公司", "B1"]]);
    expect(codes(outcome.problems)).toEqual([
      ["B3", "SHEET_VALUE_TAKEN"],
      ["B5", "SHEET_VALUE_TAKEN"],
    ]);
  });

  test("is counted to the last, and told up to a thousand", async () => {
    const rows = Array.from({ length: PROBLEMS_KEPT + 500 }, (_, at) => [`U${at}`, null]);
    const outcome = await bringRows(unitsSheet, [
      ["单位代码", "单位名称"],
      ["U", "蔚县"],
      ...rows.map(([code]) => [code ?? "", "#".repeat(0)]),
    ]);
    expect(outcome.problems).toHaveLength(PROBLEMS_KEPT);
    expect(outcome.problemCount).toBe(PROBLEMS_KEPT + 500);
  });
});

describe("an import", () => {
  test("run dry says the same and writes nothing", async () => {
    await settle();
    const rows = [HEADER, FIRST, SECOND];
    const dry = await bringRows(worksSheet, rows, true);
    expect(dry).toMatchObject({ added: 2, created: [{ title: "甲能源公司" }], problems: [], applied: false });
    expect(await select("select code from work union all select name from firm")).toEqual([]);
    expect({ ...(await bringRows(worksSheet, rows)), applied: false }).toEqual(dry);
  });

  test("waits for another one of the same sheet until that is committed, and then sees what it did", async () => {
    await settle();
    const file = await workbook([HEADER, FIRST, SECOND]);
    const [first, second] = await pool.use(async (connection) => {
      let waiting: Promise<ImportOutcome> | undefined;
      const outcome = await connection.transaction({ role: "xm_all" }, async (client) => {
        const imported = await importSheet({ model: county, sheet: worksSheet, file, client, clock, dryRun: false });
        waiting = bring(worksSheet, file);
        await someoneWaits();
        return imported;
      });
      return [outcome, await waiting];
    });
    expect(first).toMatchObject({ added: 2, applied: true });
    expect(second).toMatchObject({ added: 0, unchanged: 2, created: [], problems: [], applied: true });
    expect(await select("select count(*)::text from firm")).toEqual([{ count: "1" }]);
  });

  test("that fails leaves nothing behind, and lets the next one in", async () => {
    await settle();
    const file = await workbook([HEADER, FIRST, SECOND]);
    const broken = pool.use(async (connection) =>
      connection.transaction({ role: "xm_all" }, async (client) => {
        await importSheet({ model: county, sheet: worksSheet, file, client, clock, dryRun: false });
        throw new Error("the server went away");
      }),
    );
    await expect(broken).rejects.toThrow("the server went away");
    expect(await select("select code from work union all select name from firm")).toEqual([]);
    expect(await bring(worksSheet, file)).toMatchObject({ added: 2, applied: true });
  });

  test("says by which file rows came", async () => {
    await settle();
    await bringRows(worksSheet, [HEADER, FIRST]);
    const rows = await pool.use(async (connection) =>
      connection.read({ role: "xm_all" }, [{ text: "select distinct origin from xm.change where origin like 'import%'", values: [] }]),
    );
    expect(rows[0]?.rows).toEqual([["import 任务分解表.xlsx"]]);
  });

  test("of amounts without any unit reads them in 万元, and says so", async () => {
    await settle();
    const outcome = await bringRows(worksSheet, [HEADER.with(8, "总投资"), FIRST]);
    expect(outcome.notes.map((note) => note.text.zh)).toEqual(["“总投资”没有注明单位，按万元读取（单元格自带单位的除外）"]);
  });

  test("of a sheet that cannot work is refused with the plugin at fault", async () => {
    const broken: Sheet = { ...worksSheet, columns: { name: {} } };
    const error: unknown = await bringRows(broken, [HEADER, FIRST]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: "SHEET_WITHOUT_KEY" });
    const incomplete: Sheet = { ...worksSheet, columns: { code: {}, name: {} } };
    await settle();
    expect(await bringRows(incomplete, [HEADER, FIRST]).catch((reason: unknown) => reason)).toMatchObject({ code: "SHEET_INCOMPLETE" });
    const creating: Sheet = { ...worksSheet, columns: { ...worksSheet.columns, unit: { missing: "create" } } };
    expect(await bringRows(creating, [HEADER, FIRST]).catch((reason: unknown) => reason)).toMatchObject({ code: "SHEET_INCOMPLETE" });
  });
});
