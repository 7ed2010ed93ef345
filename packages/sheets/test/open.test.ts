import { Refusal } from "@xianmai/plugin-api";
import { writeXlsx } from "hucre/xlsx";
import { write as writeOther, utils } from "@e965/xlsx";
import { describe, expect, test } from "vitest";

import { openWorkbook, SHEET_REFUSALS, type OpenLimits, type SheetFile, type Workbook } from "@xianmai/sheets";
import { archiveOf, workbookParts } from "./archive.ts";

const ONE_CELL = '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>项目</t></is></c></row></sheetData></worksheet>';

function file(bytes: Uint8Array | string, name = "任务分解表.xlsx"): SheetFile {
  return { name, bytes: typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes };
}

async function refusal(opened: Promise<Workbook>): Promise<Refusal> {
  const error: unknown = await opened.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw new Error("The file was not refused.", { cause: error });
  expect(Object.keys(SHEET_REFUSALS)).toContain(error.code);
  // subject, in both languages
  for (const language of ["zh", "en"] as const) expect(error.in(language)).toContain("任务分解表.xlsx");
  return error;
}

describe("what is no .xlsx is refused by what it is, whatever it is called", () => {
  const ole = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(1024)]);
  const other = (...names: string[]) => archiveOf(names.map((name) => ({ name, content: "x" })));

  test.each<[string, SheetFile, keyof typeof SHEET_REFUSALS, RegExp]>([
    ["an empty file", file(""), "SHEET_FILE_EMPTY", /空/],
    ["an old .xls", file(ole), "SHEET_FILE_NOT_XLSX", /旧版 Excel/],
    ["a workbook with a password", file(Buffer.concat([ole, Buffer.from("EncryptedPackage", "utf16le")])), "SHEET_FILE_ENCRYPTED", /密码/],
    ["a .csv", file("项目编号,项目名称\nYX-1,示范项目\n"), "SHEET_FILE_NOT_XLSX", /文本文件（如 .csv）/],
    ["a .csv in GBK", file(Buffer.from("cfeec4bfb1e0bac52cc3fbb3c60a", "hex")), "SHEET_FILE_NOT_XLSX", /文本文件/],
    [
      "a .csv in UTF-16",
      file(Buffer.concat([Buffer.from("fffe", "hex"), Buffer.from("编号,名称\n", "utf16le")])),
      "SHEET_FILE_NOT_XLSX",
      /文本文件/,
    ],
    ["a web page", file('\n<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>1'), "SHEET_FILE_NOT_XLSX", /网页/],
    ["a bare table", file("<table border=1><tr><td>1</td></tr></table>"), "SHEET_FILE_NOT_XLSX", /网页/],
    [
      "XML Spreadsheet 2003",
      file('<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'),
      "SHEET_FILE_NOT_XLSX",
      /XML/,
    ],
    ["a PDF", file("%PDF-1.7\n"), "SHEET_FILE_NOT_XLSX", /PDF/],
    ["a Word document", file(other("[Content_Types].xml", "word/document.xml")), "SHEET_FILE_NOT_XLSX", /Word/],
    ["a presentation", file(other("[Content_Types].xml", "ppt/presentation.xml")), "SHEET_FILE_NOT_XLSX", /演示文稿/],
    ["a binary workbook", file(other("[Content_Types].xml", "xl/workbook.bin")), "SHEET_FILE_NOT_XLSX", /xlsb/],
    ["an OpenDocument spreadsheet", file(other("mimetype", "content.xml")), "SHEET_FILE_NOT_XLSX", /OpenDocument/],
    ["a ZIP archive", file(other("任务分解表.xlsx")), "SHEET_FILE_NOT_XLSX", /压缩包/],
    ["noise", file(Buffer.from("0001020304050607", "hex")), "SHEET_FILE_NOT_XLSX", /无法识别/],
  ])("%s", async (_, given, code, words) => {
    const refused = await refusal(openWorkbook(given));
    expect(refused.code).toBe(code);
    expect(refused.in("zh")).toMatch(words);
  });

  test("a file cut off anywhere", async () => {
    const whole = await writeXlsx({ sheets: [{ name: "表", rows: Array.from({ length: 50 }, (_, row) => [`项目${row}`, row]) }] });
    for (const part of [0.1, 0.5, 0.9, 0.99]) {
      expect((await refusal(openWorkbook(file(whole.subarray(0, Math.floor(whole.length * part)))))).code).toBe("SHEET_FILE_DAMAGED");
    }
  });

  test("a file with bytes changed in its cells", async () => {
    const bytes = Buffer.from(archiveOf(workbookParts(ONE_CELL)));
    const at = bytes.indexOf("xl/worksheets/sheet1.xml") + 30;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
    expect((await refusal(openWorkbook(file(bytes)))).code).toBe("SHEET_FILE_DAMAGED");
  });
});

describe("a file that would fill the memory is refused before it does", () => {
  const MEBIBYTE = 1024 * 1024;

  test("one entry that unpacks to four hundred times its size", async () => {
    const bomb = archiveOf([...workbookParts(ONE_CELL), { name: "xl/media/a.bin", content: Buffer.alloc(400 * MEBIBYTE) }]);
    expect(bomb.length).toBeLessThan(MEBIBYTE);
    const before = process.memoryUsage().arrayBuffers;
    expect((await refusal(openWorkbook(file(bomb)))).code).toBe("SHEET_FILE_TOO_LARGE");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300 * MEBIBYTE);
  });

  const limits: Partial<OpenLimits> = { unpackedBytes: MEBIBYTE };
  const large = (part: object) => archiveOf([...workbookParts(ONE_CELL), { name: "a.xml", content: Buffer.alloc(2 * MEBIBYTE), ...part }]);

  test.each([
    ["that claims to be small", large({ claimedSize: 100 }), limits, "SHEET_FILE_TOO_LARGE"],
    ["that does not say its size", large({ sizeless: true }), limits, "SHEET_FILE_DAMAGED"],
    ["within the limit whose size is a lie", large({ claimedSize: 100 }), {}, "SHEET_FILE_DAMAGED"],
    ["many times under one name", archiveOf([...workbookParts(ONE_CELL), ...workbookParts(ONE_CELL)]), {}, "SHEET_FILE_DAMAGED"],
    ["as one of too many", large({}), { entries: 5 }, "SHEET_FILE_TOO_LARGE"],
    ["in a file that is too large as it is", large({}), { fileBytes: 100 }, "SHEET_FILE_TOO_LARGE"],
  ])("an entry %s", async (_, bytes, set, code) => {
    expect((await refusal(openWorkbook(file(bytes), { limits: set }))).code).toBe(code);
  });

  test("cells that need more memory than the reader may take", async () => {
    const rows = Array.from(
      { length: 60_000 },
      (_, row) => `<row r="${row + 1}"><c r="A${row + 1}" t="str"><v>项目${row}${"填".repeat(200)}</v></c></row>`,
    );
    const bytes = archiveOf(workbookParts(`<worksheet><sheetData>${rows.join("")}</sheetData></worksheet>`));
    expect((await refusal(openWorkbook(file(bytes), { limits: { heapMebibytes: 16 } }))).code).toBe("SHEET_FILE_TOO_LARGE");
  });

  test("reading that takes longer than it may", async () => {
    const bytes = archiveOf(workbookParts(ONE_CELL));
    const refused = await refusal(openWorkbook(file(bytes), { limits: { milliseconds: 1 } }));
    expect(refused.code).toBe("SHEET_FILE_TOO_LARGE");
    expect(refused.in("zh")).toContain("读取时间过长");
  });

  test("a cell at the far corner of the sheet costs nothing", async () => {
    const bytes = archiveOf(
      workbookParts(
        '<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>项目</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData></worksheet>',
      ),
    );
    const { worksheets } = await openWorkbook(file(bytes));
    expect(worksheets[0]?.rows).toEqual([["项目"]]);
  });

  test("a reference to a cell outside of any sheet", async () => {
    const bytes = archiveOf(
      workbookParts('<worksheet><sheetData><row r="1"><c r="ZZZZ99999999" t="str"><v>x</v></c></row></sheetData></worksheet>'),
    );
    expect((await refusal(openWorkbook(file(bytes)))).code).toBe("SHEET_FILE_DAMAGED");
  });

  test("entities of the XML's own are not expanded", async () => {
    const lol = '<!DOCTYPE x [<!ENTITY a "哈哈"><!ENTITY b "&a;&a;&a;">]>';
    const bytes = archiveOf(
      workbookParts(`${lol}<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>`),
    );
    const opened = await openWorkbook(file(bytes)).catch((error: unknown) => error);
    expect(JSON.stringify(opened)).not.toContain("哈哈");
  });
});

describe("what a workbook holds is read as it is shown", () => {
  test("texts, numbers, dates, answers, empty cells, and errors", async () => {
    const bytes = archiveOf(
      workbookParts(
        '<worksheet><sheetData><row r="2"><c r="B2" t="str"><v>项目</v></c><c r="C2"><v>0.30000000000000004</v></c><c r="D2" t="b"><v>1</v></c>' +
          '<c r="E2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="F2"><f>A1+1</f></c><c r="G2"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>',
      ),
    );
    const { worksheets } = await openWorkbook(file(bytes));
    expect(worksheets[0]?.rows).toEqual([[], [null, "项目", 0.30000000000000004, true, { error: "#DIV/0!" }, { formula: "A1+1" }, 2]]);
  });

  test("a workbook of another program reads the same, with its merged cells, hidden sheets and days from 1904", async () => {
    const sheet = utils.aoa_to_sheet([["任务分解表"], ["编号", "日期"], ["YX-1"]]);
    sheet["B3"] = { t: "n", v: 43538, z: 'yyyy"年"m"月"d"日"' };
    sheet["!ref"] = "A1:B3";
    sheet["!merges"] = [{ s: { r: 0, c: 0 }, e: { r: 0, c: 1 } }];
    sheet["!rows"] = [{}, {}, { hidden: true }];
    const book = utils.book_new();
    utils.book_append_sheet(book, sheet, "任务");
    utils.book_append_sheet(book, utils.aoa_to_sheet([["x"]]), "隐藏");
    book.Workbook = { WBProps: { date1904: true }, Sheets: [{ Hidden: 0 }, { Hidden: 1 }] };
    const bytes = new Uint8Array(writeOther(book, { type: "array", bookType: "xlsx", cellDates: false }) as ArrayBuffer);
    const { worksheets, from1904 } = await openWorkbook(file(bytes));
    expect(from1904).toBe(true);
    expect(worksheets.map(({ name, hidden }) => [name, hidden])).toEqual([
      ["任务", false],
      ["隐藏", true],
    ]);
    expect(worksheets[0]).toMatchObject({ merged: [{ top: 0, bottom: 0, left: 0, right: 1 }], hiddenRows: [2] });
    expect(worksheets[0]?.rows[2]).toEqual(["YX-1", { moment: "2023-03-15T00:00:00.000" }]);
  });

  test("percentages are told by their format where a sheet needs it", async () => {
    const bytes = await writeXlsx({
      sheets: [{ name: "表", rows: [[0.972, 97.2]], cells: new Map([["0,0", { style: { numFmt: "0.0%" } }]]) }],
    });
    expect((await openWorkbook(file(bytes), { formats: true })).worksheets[0]?.rows[0]).toEqual([{ fraction: 0.972 }, 97.2]);
    expect((await openWorkbook(file(bytes))).worksheets[0]?.rows[0]).toEqual([0.972, 97.2]);
  });
});
