import { createWritePool, migrate, settingsOf, type WritePool } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { countyViewer, fixedClock, Refusal, viewerOf, type Instant, type Sheet, type Viewer } from "@xianmai/plugin-api";
import { exportSheet, importSheet, type ExportOrder } from "@xianmai/sheets";
import { read, type WorkSheet } from "@e965/xlsx";
import { Client } from "pg";
import { afterEach, assert, beforeEach, expect, test } from "vitest";

import { county, unitsSheet, worksSheet } from "./county.ts";
import { whole } from "./workbooks.ts";

const clock = fixedClock("2023-11-20T01:00:00.000Z" as Instant, "Asia/Shanghai");

let database: TestDatabase;
let pool: WritePool;
let owner: Client;

beforeEach(async () => {
  database = await createTestDatabase({
    name: "sheets county",
    prepare: async (draft) => {
      await migrate({ owner: draft.owner, model: county, log: () => undefined });
    },
  });
  pool = createWritePool(database.app, { size: 1 });
  owner = new Client(database.owner);
  await owner.connect();
  await owner.query(`
    insert into app.unit (code, name) values ('0', '蔚县'), ('E', '东镇'), ('W', '西镇');
    update app.unit set parent_id = (select id from app.unit where code = '0') where code <> '0';
    insert into app.work (code, name, nature, stage, unit_id, field_id, deadline, month, reported_at, amount, area, rate, listed, aliases)
      select w.code, w.name, 'NEW_START', 'STARTED', u.id, e.id, '2023-03-15', '2023-10', '2023-10-31T08:00Z', w.amount, 12.5, 97.16, true, '{甲,乙}'
      from (values ('W1', '打包项目', 'W', 1234567890), ('E1', '东路', 'E', 50000000), ('E2', '子项目', 'E', 234567890)) w(code, name, unit, amount)
        join app.unit u on u.code = w.unit left join app.dictionary_entry e on e.code = 'new-energy';
    update app.work set parent_id = (select id from app.work where code = 'W1') where code = 'E2'`);
});
afterEach(async () => {
  await Promise.all([pool.close(), owner.end()]);
  await database.drop();
});

interface Exported {
  readonly fileName: string;
  readonly bytes: Buffer;
}

async function exported(sheet: Sheet, more: Partial<ExportOrder> = {}, viewer: Viewer = countyViewer): Promise<Exported> {
  return pool.use(async (connection) =>
    connection.transaction(settingsOf(viewer), async (client) => {
      await using made = await exportSheet({ model: county, sheet, client, clock, ...more });
      return { fileName: made.fileName, bytes: await whole(made.bytes()) };
    }),
  );
}

/** The worksheet as another program reads it. */
function worksheet({ bytes }: Exported): WorkSheet {
  const book = read(bytes, { cellNF: true, cellStyles: true, cellFormula: true });
  return book.Sheets[book.SheetNames[0]!]!;
}

/** A cell as the other program has it. */
interface ReadCell {
  readonly v?: string | number | boolean;
  /** As it is shown. */
  readonly w?: string;
  readonly f?: string;
}

const cellsOf = (sheet: WorkSheet): ReadCell[] => Object.values(sheet) as ReadCell[];
const shown = (sheet: WorkSheet, name: string): string | undefined => (sheet[name] as ReadCell | undefined)?.w;

/** The cells of a column by its header, from the header on, as they are shown. */
function column(sheet: WorkSheet, header: string): (string | undefined)[] {
  const [, last = ""] = sheet["!ref"]!.split(":");
  const bottom = Number(last.replace(/\D+/, ""));
  const at = Object.keys(sheet).find((name) => shown(sheet, name) === header)!;
  const [letter, top] = [at.replace(/\d+/, ""), Number(at.replace(/\D+/, ""))];
  return Array.from({ length: bottom - top + 1 }, (_, row) => {
    return shown(sheet, `${letter}${top + row}`);
  });
}

test("an export carries title, cut-off, unit and header, and its rows as a clerk reads them", async () => {
  const file = await exported(worksSheet);
  const sheet = worksheet(file);
  expect(file.fileName).toBe("蔚县重点项目任务分解表.xlsx");
  expect(shown(sheet, "A1")).toBe("蔚县重点项目任务分解表");
  expect(shown(sheet, "A2")).toBe("数据截止：2023年11月20日 09:00");
  expect(cellsOf(sheet).some(({ v }) => v === "单位：万元")).toBe(true);
  expect(column(sheet, "项目编号")).toEqual(["项目编号", "E1", "E2", "W1", "合计（下级不重复计）"]);
  expect(column(sheet, "建设性质")).toEqual(["建设性质", "新开工", "新开工", "新开工", undefined]);
  expect(column(sheet, "项目领域")[1]).toBe("新能源");
  expect(column(sheet, "责任单位")).toEqual(["责任单位", "东镇", "东镇", "西镇", undefined]);
  expect(column(sheet, "开工时限")[1]).toBe("2023-03-15");
  expect(column(sheet, "月份")[1]).toBe("2023年10月");
  expect(column(sheet, "上报时间")[1]).toBe("2023-10-31 16:00:00");
  expect(column(sheet, "完成率")[1]).toBe("97.16%");
  expect(column(sheet, "是否入统")[1]).toBe("是");
  expect(column(sheet, "曾用名")[1]).toBe("甲、乙");
});

test("amounts stand in 万元 with separators and as many decimals as the column needs; parts are not summed twice", async () => {
  const sheet = worksheet(await exported(worksSheet));
  expect(column(sheet, "总投资")).toEqual(["总投资", "50.00000", "234.56789", "1,234.56789", "1,284.56789"]);
  const total = cellsOf(sheet).find(({ f }) => f !== undefined);
  // the value is stored beside the formula, for whoever looks without calculating
  expect(total).toMatchObject({ f: 'SUMIF(I4:I6,"=",N4:N6)', v: 1284.56789 });
});

test("a sum that a spreadsheet program cannot calculate exactly is written as what it is", async () => {
  await owner.query("update app.work set amount = 9007199254740993111 where code = 'E1'");
  const sheet = worksheet(await exported(worksSheet));
  expect(column(sheet, "总投资")).toEqual(["总投资", "9007199254740.993111", "234.567890", "1,234.567890", "9007199255975.561001"]);
  expect(cellsOf(sheet).some(({ f }) => f !== undefined)).toBe(false);
});

test("text that looks like a formula is text", async () => {
  await owner.query("update app.work set name = '=1+1', content = '@SUM(1)' where code = 'E1'");
  const sheet = worksheet(await exported(worksSheet));
  expect(column(sheet, "项目名称")[1]).toBe("=1+1");
  const cells = cellsOf(sheet).filter(({ v }) => v === "=1+1");
  expect(cells).toMatchObject([{ t: "s" }]);
});

test("whoever sees the rows of some units alone exports those; a part whose whole they do not see counts", async () => {
  const eastern = viewerOf([], { role: "township", units: ["E"] });
  expect(column(worksheet(await exported(worksSheet, {}, eastern)), "项目编号")).toEqual(["项目编号", "E1", "E2", "合计"]);
});

test("what whoever exports does not see stays as it is when they import the file again", async () => {
  const eastern = viewerOf([], { role: "township", units: ["E"] });
  const { fileName, bytes } = await exported(worksSheet, {}, eastern);
  const outcome = await pool.use(async (connection) =>
    connection.transaction(settingsOf(eastern), async (client) =>
      importSheet({ model: county, sheet: worksSheet, file: { name: fileName, bytes }, client, clock, dryRun: false }),
    ),
  );
  expect(outcome).toMatchObject({ rows: 2, unchanged: 2, changed: [], problems: [] });
  const { rows } = await owner.query("select parent_id is not null as kept from app.work where code = 'E2'");
  expect(rows).toEqual([{ kept: true }]);
});

test("a workbook of invented data says so, and of when it is", async () => {
  const demo = { zh: "演示数据，均为虚构", en: "invented" };
  const sheet = worksheet(await exported(unitsSheet, { demo, at: "2023-06-30T16:00:00.000Z" as Instant }));
  expect([shown(sheet, "A1"), shown(sheet, "A2"), shown(sheet, "A3")]).toEqual([
    "蔚县单位名录",
    "数据截止：2023年7月1日 00:00",
    "演示数据，均为虚构 invented",
  ]);
});

test("a text that no cell holds is refused with its place, and the remedy", async () => {
  await owner.query("update app.work set content = repeat('长', 32768) where code = 'E2'");
  const refusal: unknown = await exported(worksSheet).catch((error: unknown) => error);
  assert(refusal instanceof Refusal);
  expect(refusal.code).toBe("EXPORT_TEXT_TOO_LONG");
  expect(refusal.in("zh")).toMatch(/第 2 行（E2）的“建设内容”有 32768 个字符.*请缩短/s);
  expect(refusal.in("en")).toMatch(/“建设内容” in row 2 \(E2\).*Shorten it/s);
});
