import { Refusal } from "@xianmai/plugin-api";
import { openWorkbook, type SheetFile } from "@xianmai/sheets";
import { describe, expect, test } from "vitest";

import { planSheet } from "../src/locate/expected.ts";
import { locateTables } from "../src/locate/locate.ts";
import type { Table } from "../src/locate/table.ts";
import { county, worksSheet } from "./county.ts";
import { merged, workbook } from "./workbooks.ts";

const plan = planSheet(county, worksSheet);

async function tables(file: SheetFile): Promise<readonly Table[]> {
  return locateTables(await openWorkbook(file), plan, file.name).tables;
}

async function table(file: SheetFile): Promise<Table> {
  const [first, ...others] = await tables(file);
  expect(others).toEqual([]);
  return first!;
}

/** The declared columns that were found, by name. */
function columns({ header }: Table): Record<string, string> {
  return Object.fromEntries(header.columns.map((column) => [column.expected.column.name, column.header]));
}

/** Excel's numbers of the rows of data. */
function rows(found: Table): number[] {
  return found.rows.map((row) => row.at + 1);
}

const HEADER = ["序号", "项目编号", "项目名称", "总投资"];
const ONE = [1, "YX-1", "示范项目", 1200];
const TWO = [2, "YX-2", "续建项目", 800];

describe("the header", () => {
  test("is found below title rows and a unit line, and what nothing declares is named", async () => {
    const found = await table(
      await workbook([["蔚县2023年重点项目任务分解表"], ["填报单位：发改局", null, null, "单位：亿元"], HEADER, ONE], {
        merges: [merged("A1", "D1")],
      }),
    );
    expect(columns(found)).toEqual({ code: "项目编号", name: "项目名称", amount: "总投资" });
    expect(found.header.columns.find((column) => column.header === "总投资")?.unit).toBe("亿元");
    expect(found.header.ignored).toEqual(["序号"]);
    expect(rows(found)).toEqual([4]);
  });

  test.each([
    ["white space and line breaks", ["编 号", "项目\n名称", "总　投资"]],
    ["brackets and a unit", ["项目编号", "项目名称(全称)", "总投资（万元）"]],
    ["other brackets", ["【项目编号】", "项目名称", "总投资[万元]"]],
    ["marks of what must be filled in", ["*项目编号", "项目名称*：", "★总投资"]],
    ["a unit without brackets", ["项目编号", "项目名称", "总投资/万元"]],
    ["synonyms", ["编号", "项目", "计划总投资（万元）"]],
    ["full-width letters and the English labels", ["Ｃｏｄｅ", "name", "Total Investment"]],
  ])("is recognised whatever its %s", async (_, header) => {
    expect(Object.keys(columns(await table(await workbook([header, ["YX-1", "示范项目", 1200]]))))).toEqual(["code", "name", "amount"]);
  });

  test("of two lines with groups is read with its groups, and their unit", async () => {
    const found = await table(
      await workbook(
        [
          ["项目编号", "项目名称", "投资情况（亿元）", null, "计划", null],
          [null, null, "总投资", "累计完成", "开工时间", "竣工"],
          ["YX-1", "示范项目", 1.2, 0.5, "2023-03-15", null],
        ],
        { merges: [merged("A1", "A2"), merged("B1", "B2"), merged("C1", "D1"), merged("E1", "F1")] },
      ),
    );
    expect(columns(found)).toEqual({ code: "项目编号", name: "项目名称", amount: "总投资", deadline: "开工时间" });
    expect(found.header.columns.find((column) => column.header === "总投资")?.unit).toBe("亿元");
    expect(found.header.ignored).toEqual(["累计完成", "竣工"]);
    expect(rows(found)).toEqual([3]);
  });

  test("merged downwards ends with its last line, though only the first names columns", async () => {
    const found = await table(
      await workbook(
        [
          ["项目编号", "项目名称", "备注", null],
          [null, null, "甲", "乙"],
          ["YX-1", "示范项目", 1, 2],
        ],
        {
          merges: [merged("A1", "A2"), merged("B1", "B2"), merged("C1", "D1")],
        },
      ),
    );
    expect(rows(found)).toEqual([3]);
  });

  test("that names one column twice says so, unless one of the two names it exactly", async () => {
    const twice = await table(
      await workbook([
        ["项目编号", "项目名称", "总投资（万元）", "总投资（亿元）"],
        ["YX-1", "示范", 1, 2],
      ]),
    );
    expect(twice.header.doubled.map(({ first, second }) => [first.header, second.header])).toEqual([["总投资（万元）", "总投资（亿元）"]]);
    const exact = await table(
      await workbook([
        ["项目编号", "项目名称", "总投资（其中自筹）", "总投资"],
        ["YX-1", "示范", 1, 2],
      ]),
    );
    expect(exact.header.doubled).toEqual([]);
    expect(exact.header.columns.find((column) => column.expected.column.name === "amount")?.at).toBe(3);
  });

  test("after empty rows and columns is found", async () => {
    const found = await table(await workbook([[], [], [null, null, ...HEADER], [], [null, null, ...ONE]]));
    expect(rows(found)).toEqual([5]);
    expect(found.rows[0]?.cells).toEqual(["YX-1", "示范项目", 1200]);
  });

  test("that is nowhere is a refusal that names the worksheets and the headers", async () => {
    const file = await workbook([
      ["姓名", "电话"],
      ["贾例", "0313"],
    ]);
    const error: unknown = await tables(file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: "SHEET_TABLE_NOT_FOUND" });
    expect((error as Refusal).in("zh")).toContain("任务分解表");
    expect((error as Refusal).in("zh")).toContain("项目编号、项目名称");
  });
});

describe("rows", () => {
  test("of column numbers, totals, groups, notes and signatures are left out, and all but the first are named", async () => {
    const found = await table(
      await workbook([
        HEADER,
        ["甲", 1, 2, 3],
        [null, "合计", null, 2000],
        ["一、新开工项目（1个）"],
        ONE,
        ["小计（1个）", null, null, 1200],
        [null, null, "二、续建项目", null],
        TWO,
        ["总计", null, null, 2000],
        [],
        ["注：1. 总投资以可行性研究报告为准。"],
        ["2. 时限为最迟开工日期。"],
        ["填表人：贾例", null, "审核人：郝实", "电话：0313"],
        ["蔚县发展和改革局", null, "2023年3月15日"],
      ]),
    );
    expect(rows(found)).toEqual([5, 8]);
    expect(found.notes.map((note) => note.row)).toEqual([3, 4, 6, 7, 9, 11, 12, 13, 14]);
    expect(found.notes[0]?.text.zh).toContain("合计行");
  });

  test("without a key among the data stay data, so that the missing key is reported", async () => {
    const found = await table(await workbook([HEADER, ONE, [2, null, "无号项目", 800], [3, "YX-3", "项目", 1]]));
    expect(rows(found)).toEqual([2, 3, 4]);
  });

  test("whose name only sounds like a total stay data", async () => {
    const found = await table(
      await workbook([HEADER, [1, "YX-1", "合计划建设项目", 1], [2, "YX-2", "注：塑车间项目", 1], [3, "YX-3", "一、二期厂房", 1]]),
    );
    expect(rows(found)).toEqual([2, 3, 4]);
  });

  test("that repeat the header on a new page are no data", async () => {
    const found = await table(await workbook([HEADER, ONE, HEADER, TWO]));
    expect(rows(found)).toEqual([2, 4]);
  });

  test("share what is merged downwards over them", async () => {
    const found = await table(
      await workbook(
        [
          ["项目编号", "项目名称", "责任单位"],
          ["YX-1", "甲", "住建局"],
          ["YX-2", "乙", null],
          ["YX-3", "丙", null],
        ],
        {
          merges: [merged("C2", "C3")],
        },
      ),
    );
    expect(found.rows.map((row) => row.cells.at(-1))).toEqual(["住建局", "住建局", null]);
  });

  test("that are hidden are data too, and that is said", async () => {
    const found = await table(await workbook([HEADER, ONE, TWO], { rowDefs: new Map([[2, { hidden: true }]]) }));
    expect(rows(found)).toEqual([2, 3]);
    expect(found.notes.map((note) => note.text.zh)).toEqual(["有 1 行被隐藏或筛选掉，同样导入"]);
  });
});

describe("among several worksheets", () => {
  test("the one with the table is taken, the others are named, hidden ones too", async () => {
    const file = await workbook([
      { name: "说明", rows: [["填表说明"], ["请逐项填写"]] },
      { name: "明细", rows: [HEADER, ONE] },
      { name: "旧版", rows: [HEADER, TWO], hidden: true },
      { name: "空白", rows: [] },
    ]);
    const located = locateTables(await openWorkbook(file), plan, file.name);
    expect(located.tables.map((found) => found.worksheet)).toEqual(["明细"]);
    expect(located.notes.map((note) => [note.sheet, note.text.zh])).toEqual([
      ["说明", "没有相应的表头，未导入"],
      ["旧版", "隐藏的工作表，未导入"],
    ]);
  });

  test("all that have the table are taken", async () => {
    const file = await workbook([
      { name: "一季度", rows: [["一季度"], HEADER, ONE] },
      { name: "二季度", rows: [HEADER, TWO] },
    ]);
    expect((await tables(file)).map((found) => [found.worksheet, rows(found)])).toEqual([
      ["一季度", [3]],
      ["二季度", [2]],
    ]);
  });
});
