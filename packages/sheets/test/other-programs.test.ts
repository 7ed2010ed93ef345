import { readFile } from "node:fs/promises";

import { createWritePool, migrate } from "@xianmai/database";
import { createTestDatabase } from "@xianmai/database/testing";
import { systemClock, type Sheet } from "@xianmai/plugin-api";
import { importSheet, openWorkbook, type ImportOutcome, type SheetFile } from "@xianmai/sheets";
import { read, utils, type CellObject } from "@e965/xlsx";
import { expect, test } from "vitest";

import { county, unitsSheet, worksSheet } from "./county.ts";
import { workbook } from "./workbooks.ts";

async function fixture(name: string): Promise<SheetFile> {
  return { name, bytes: await readFile(new URL(`../../../test/sheets/${name}`, import.meta.url)) };
}

/** Imports a file into a county of its own, twice, and hands back the first outcome with the rows that came of it. */
async function imported(name: string): Promise<{ readonly outcome: ImportOutcome; readonly rows: unknown }> {
  const database = await createTestDatabase({
    name: "sheets county",
    prepare: async ({ owner }) => {
      await migrate({ owner, model: county, log: () => undefined });
    },
  });
  const pool = createWritePool(database.app, { size: 1 });
  const bring = async (sheet: Sheet, file: SheetFile): Promise<ImportOutcome> =>
    pool.use(async (connection) =>
      connection.transaction({ role: "xm_all" }, async (client) =>
        importSheet({ model: county, sheet, file, client, clock: systemClock("Asia/Shanghai"), dryRun: false }),
      ),
    );
  try {
    await bring(
      unitsSheet,
      await workbook([
        ["单位代码", "单位名称", "简称"],
        ["1", "发展和改革局", "发改局"],
        ["2", "住房和城乡建设局", "住建局"],
      ]),
    );
    const file = await fixture(name);
    const outcome = await bring(worksSheet, file);
    expect(await bring(worksSheet, file)).toMatchObject({ added: 0, changed: [], unchanged: outcome.added });
    const [found] = await pool.use(async (connection) =>
      connection.read({ role: "xm_all" }, [
        {
          text: `select w.code, w.name, w.nature, e.code, u.name, w.amount::text, w.deadline::text, w.batch::text, w.month, w.rate::text, w.listed::text
                 from work w join unit u on u.id = w.unit_id left join dictionary_entry e on e.id = w.field_id order by w.code`,
          values: [],
        },
      ]),
    );
    return { outcome, rows: found?.rows };
  } finally {
    await pool.close();
    await database.drop();
  }
}

test.each(["openpyxl-task-table.xlsx", "libreoffice-task-table.xlsx"])("a table as offices lay it out is read whole: %s", async (name) => {
  const { outcome, rows } = await imported(name);
  expect(outcome.problems).toEqual([]);
  expect(outcome).toMatchObject({ rows: 4, added: 4, applied: true, ignored: ["序号", "累计完成", "备注"] });
  expect(rows).toEqual([
    [
      "YX-2023-001",
      "黄梅乡100MW农光互补项目",
      "NEW_START",
      "new-energy",
      "发展和改革局",
      "45678900000",
      "2023-03-31",
      "1",
      null,
      null,
      "false",
    ],
    ["YX-2023-002", "西合营冷链物流园", "NEW_START", null, "发展和改革局", "3200000000", "2023-06-30", "2", null, null, "false"],
    ["YX-2023-003", "国道改线工程", "CONTINUING", "roads", "住房和城乡建设局", "15000000000", null, null, null, null, "false"],
    ["YX-2023-004", "暖泉古镇保护（二期）", "CONTINUING", null, "发展和改革局", "0", "2023-09-30", "3", null, null, "false"],
  ]);
  expect(outcome.notes.map(({ sheet, row }) => [sheet, row])).toEqual([
    ["填表说明", undefined],
    ["上年", undefined],
    ["任务分解表", 5],
    ["任务分解表", 6],
    ["任务分解表", 9],
    ["任务分解表", 12],
    ["任务分解表", 15],
    ["任务分解表", undefined],
  ]);
});

test("days from 1904, rich text, results of formulas and percentages are read as they are shown", async () => {
  const { outcome, rows } = await imported("xlsxwriter-1904.xlsx");
  expect(outcome).toMatchObject({ problems: [], notes: [], rows: 2, added: 2 });
  expect(rows).toEqual([
    ["YX-1", "光伏发电项目", "NEW_START", null, "发展和改革局", "3000000000", "2023-03-15", null, "2023-03", "97.2", "true"],
    ["YX-2", "道路工程", "CONTINUING", null, "住房和城乡建设局", "125000000000", "2023-03-31", null, "2023-10", "100", "false"],
  ]);
});

test.each(["openpyxl-task-table.xlsx", "libreoffice-task-table.xlsx", "xlsxwriter-1904.xlsx"])(
  "another library sees the same texts and numbers in the same cells: %s",
  async (name) => {
    const file = await fixture(name);
    const other = read(file.bytes, { cellDates: false, sheetRows: 100 });
    const { worksheets } = await openWorkbook(file);
    expect(worksheets.map((worksheet) => worksheet.name)).toEqual(other.SheetNames);
    for (const { name: title, rows } of worksheets) {
      const ours = rows.flatMap((row, at) =>
        row.flatMap((cell, column) => (typeof cell === "object" ? [] : [[utils.encode_cell({ r: at, c: column }), cell] as const])),
      );
      const theirs = ours.map(([cell]) => [cell, (other.Sheets[title]?.[cell] as CellObject | undefined)?.v]);
      expect(ours.length).toBeGreaterThan(1);
      expect(ours).toEqual(theirs);
    }
  },
);
