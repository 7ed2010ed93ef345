import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";

import { gatherTable, writeWorkbook, type TableFrame, type WrittenCells } from "@xianmai/sheets";
import { read } from "@e965/xlsx";
import { strFromU8, unzipSync } from "fflate";
import { readXlsx } from "hucre/xlsx";
import { describe, expect, test } from "vitest";

import { whole } from "./workbooks.ts";

const frame: TableFrame = {
  name: "项目（一） 汇总",
  title: "重点项目",
  info: "数据截止：2023年11月20日 09:00",
  unit: "单位：万元",
  remarks: [],
  columns: [
    { header: ["编号"], format: "text", total: false },
    { header: ["投资情况", "总投资"], format: "decimal", total: true },
    { header: ["投资情况", "计划", "本年"], format: "decimal", total: true },
    { header: ["投资情况", "计划", "下年"], format: "decimal", total: true },
    { header: ["备注"], format: "text", total: false },
  ],
  totals: { label: "合计" },
  pages: "第 &P 页，共 &N 页",
};

async function written(rows: readonly WrittenCells[], more: Partial<TableFrame> = {}): Promise<Buffer> {
  await using table = await gatherTable({ ...frame, ...more }, rows);
  return await whole(writeWorkbook([table]));
}

const part = (bytes: Buffer, name: string): string => strFromU8(unzipSync(bytes)[name]!);

describe("a workbook", () => {
  test("has headers of as many lines as groups lie within groups, merged over and down", async () => {
    const { sheets } = await readXlsx(await written([["1", "1", "2", "3", "x"]]));
    const [sheet] = sheets;
    expect(sheet!.rows.slice(2, 5)).toEqual([
      ["编号", "投资情况", null, null, "备注"],
      [null, "总投资", "计划", null, null],
      [null, null, "本年", "下年", null],
    ]);
    const merged = sheet!.merges!.map(({ startRow, startCol, endRow, endCol }) => [startRow, startCol, endRow, endCol]);
    expect(merged).toEqual(
      expect.arrayContaining([
        [2, 0, 4, 0],
        [2, 1, 2, 3],
        [3, 1, 4, 1],
        [3, 2, 3, 3],
        [2, 4, 4, 4],
      ]),
    );
    expect(merged).toHaveLength(8);
    expect(sheet!.freezePane).toMatchObject({ rows: 5 });
  });

  test("prints as wide as the paper, its header on every page, whatever its worksheet is called", async () => {
    const bytes = await written([["1", "1", "2", "3", "x"]], { name: "It's 2023 (一)" });
    expect(part(bytes, "xl/workbook.xml")).toContain(">'It''s 2023 (一)'!$3:$5<");
    const sheet = part(bytes, "xl/worksheets/sheet1.xml");
    expect(sheet).toContain('fitToPage="1"');
    expect(sheet).toMatch(/<pageSetup paperSize="9" orientation="portrait" fitToWidth="1" fitToHeight="0"\/>/);
    expect(sheet).toContain("第 &amp;P 页，共 &amp;N 页");
  });

  test("has columns as wide as what stands in them, where a Chinese character is two wide", async () => {
    const bytes = await written([["一二三四五六七八九十", "123456789.25", "2", "3", "字".repeat(200)]]);
    const { sheets } = await readXlsx(bytes);
    expect(sheets[0]!.columns!.map(({ width }) => width)).toEqual([22, 16, 8, 8, 46]);
    // 400 digits in a column of 45 are nine lines
    expect(part(bytes, "xl/worksheets/sheet1.xml")).toMatch(/<row r="6" ht="130">/);
  });

  test("shows sums to be calculated, and their values as they stand", async () => {
    const bytes = await written([
      ["1", "0.1", "5", null, null],
      ["2", "0.2", null, null, null],
    ]);
    const { Sheets, SheetNames } = read(bytes, { cellFormula: true, cellNF: true });
    const sheet = Sheets[SheetNames[0]!]!;
    expect(sheet["A8"]).toMatchObject({ v: "合计" });
    expect(sheet["B8"]).toMatchObject({ f: "SUM(B6:B7)", v: 0.3, w: "0.3" });
    expect(sheet["C8"]).toMatchObject({ f: "SUM(C6:C7)", v: 5, w: "5" });
    expect(sheet["D8"]).toMatchObject({ f: "SUM(D6:D7)", v: 0 });
  });

  test("without rows is a header, and sums of nothing", async () => {
    const { sheets } = await readXlsx(await written([]));
    expect(sheets[0]!.rows.slice(5)).toEqual([["合计", 0, 0, 0, null]]);
  });

  test("may hold characters that XML has no place for", async () => {
    const odd = "\u0000\u0001\u001f\ufffe\uffff_x0041_<&>\"'\n😀";
    const { sheets } = await readXlsx(await written([[odd, "1", "2", "3", "x"]]));
    expect(sheets[0]!.rows[5]![0]).toBe(odd);
    const { Sheets, SheetNames } = read(await written([["_x0041_", "1", "2", "3", "x"]]));
    expect(Sheets[SheetNames[0]!]!["A6"]).toMatchObject({ v: "_x0041_" });
  });

  test("has names for its worksheets that Excel takes, each its own", async () => {
    const names = ["a/b:c", "A B C", "a b c", "History", "''", "很".repeat(40), "很".repeat(41)];
    const tables = await Promise.all(names.map(async (name) => gatherTable({ ...frame, name }, [])));
    const { sheets } = await readXlsx(await whole(writeWorkbook(tables)));
    await Promise.all(tables.map(async (table) => table[Symbol.asyncDispose]()));
    expect(sheets.map(({ name }) => name)).toEqual([
      "a b c",
      "A B C_2",
      "a b c_3",
      "Sheet4",
      "Sheet5",
      "很".repeat(31),
      `${"很".repeat(29)}_2`,
    ]);
  });
});

test("very many rows are kept in their order, and leave nothing behind", async () => {
  const left = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("xianmai-rows"));
  const rows = Array.from({ length: 6000 }, (_, at): WrittenCells => [String(at), String(at), null, null, "很长的一行\u2028".repeat(200)]);
  await using table = await gatherTable(frame, rows);
  expect(left()).toEqual([]);
  const seen: WrittenCells[] = [];
  for await (const row of table.rows()) seen.push(row);
  expect(seen).toEqual(rows);
  expect(table.measures[1]).toMatchObject({ sum: String((5999 * 6000) / 2), summable: true });
});

test("a table that is closed is not written without its rows", async () => {
  const table = await gatherTable(frame, [["1", null, null, null, null]]);
  await table[Symbol.asyncDispose]();
  await expect(whole(writeWorkbook([table]))).rejects.toThrow("closed before they were written");
});

test("a table that nobody waits for any more is given up", async () => {
  const abandoned = new AbortController();
  const rows = function* (): Generator<WrittenCells> {
    for (let at = 0; ; at += 1) {
      if (at === 1000) abandoned.abort();
      yield [String(at), null, null, null, null];
    }
  };
  await expect(gatherTable(frame, rows(), abandoned.signal)).rejects.toThrow(/abort/i);
});
