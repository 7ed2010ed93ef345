import { columnOf, entityOf } from "@xianmai/plugin-api/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readCell, type ColumnContext } from "../src/cells/read-cell.ts";
import type { Value } from "../src/cells/reading.ts";
import type { MoneyUnit } from "../src/cells/money.ts";
import type { Cell } from "../src/open/workbook.ts";
import { county } from "./county.ts";

const work = entityOf(county, "Work");

function read(column: string, cell: Cell, context: Partial<ColumnContext> = {}): Value | string {
  const reading = readCell(cell, {
    column: columnOf(work, column),
    isName: false,
    unit: "万元",
    percent: false,
    from1904: false,
    timeZone: "Asia/Shanghai",
    choices: undefined,
    reference: undefined,
    ...context,
  });
  return "value" in reading ? reading.value : reading.fault.code;
}

describe("money", () => {
  const money = (cell: Cell, unit: MoneyUnit = "万元") => read("amount", cell, { unit });

  test.each<[Cell, MoneyUnit, string]>([
    [1200, "万元", "1200000000"],
    [1200.5, "万元", "1200500000"],
    ["1,200.5", "万元", "1200500000"],
    ["１２００．５", "万元", "1200500000"],
    [" 1 200 ", "万元", "1200000000"],
    ["1.2亿元", "万元", "12000000000"],
    ["1.2亿", "万元", "12000000000"],
    ["3500万", "亿元", "3500000000"],
    ["￥3,500.00元", "万元", "350000"],
    ["12345.67元整", "万元", "1234567"],
    ["人民币500万元", "元", "500000000"],
    [0, "万元", "0"],
    ["0", "万元", "0"],
    [-3.5, "万元", "-3500000"],
    ["−3.5", "万元", "-3500000"],
    [6.474, "亿元", "64740000000"],
    [1234.56, "元", "123456"],
    [0.1 + 0.2, "万元", "300000"],
    [12345.669999999998, "万元", "12345670000"],
    [12.340000000000002, "亿元", "123400000000"],
    [99.94 * 3, "万元", "299820000"],
    [5_000_000.000001, "万元", "5000000000001"],
  ])("%j in %s is %s 分", (cell, unit, fen) => {
    expect(money(cell, unit)).toBe(fen);
  });

  test.each<Cell>([null, "", "  ", "—", "－", "——", "/", "／", "\\", "无", "暂无", "　"])("%j is no amount, and not zero", (cell) => {
    expect(money(cell)).toBeNull();
  });

  test.each<[Cell, string]>([
    ["约1200", "SHEET_MONEY_VAGUE"],
    ["1200左右", "SHEET_MONEY_VAGUE"],
    ["1200-1500", "SHEET_MONEY_VAGUE"],
    ["1200～1500万元", "SHEET_MONEY_VAGUE"],
    ["1200余万元", "SHEET_MONEY_VAGUE"],
    ["500万美元", "SHEET_MONEY_FOREIGN"],
    ["$500", "SHEET_MONEY_FOREIGN"],
    ["12,34", "SHEET_NOT_MONEY"],
    ["1亿2000万", "SHEET_NOT_MONEY"],
    ["待定", "SHEET_NOT_MONEY"],
    [true, "SHEET_NOT_MONEY"],
    [{ moment: "2023-03-15T00:00:00.000" }, "SHEET_NOT_MONEY"],
    ["0.0000001", "SHEET_BELOW_FEN"],
    ["1234.5678901", "SHEET_BELOW_FEN"],
    [1234.5678901, "SHEET_BELOW_FEN"],
    [100 / 3, "SHEET_BELOW_FEN"],
    [1e16, "SHEET_MONEY_TOO_LARGE"],
    ["同上", "SHEET_VALUE_DITTO"],
    [{ error: "#REF!" }, "SHEET_CELL_ERROR"],
    [{ formula: "B3*2" }, "SHEET_CELL_UNCALCULATED"],
  ])("%j is asked about: %s", (cell, code) => {
    expect(money(cell)).toBe(code);
  });

  // The oracle shifts the decimal point in the digits of 分; it shares no arithmetic with what it checks.
  const shifted = (fen: bigint, places: number): string => {
    const digits = fen
      .toString()
      .replace("-", "")
      .padStart(places + 1, "0");
    const text = `${digits.slice(0, -places)}.${digits.slice(-places)}`;
    return (fen < 0n ? "-" : "") + text;
  };
  const places: readonly [MoneyUnit, number][] = [
    ["元", 2],
    ["千元", 5],
    ["万元", 6],
    ["百万元", 8],
    ["千万元", 9],
    ["亿元", 10],
  ];

  test("every amount of 分 written out in any unit, with or without commas, comes back to the 分", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
        fc.constantFrom(...places),
        fc.boolean(),
        (fen, [unit, shift], commas) => {
          const [whole = "", fraction = ""] = shifted(fen, shift).split(".");
          const grouped = commas ? whole.replaceAll(/\B(?=(\d{3})+$)/g, ",") : whole;
          expect(money(`${grouped}.${fraction}`, unit)).toBe(fen.toString());
          expect(money(`${grouped}.${fraction}${unit}`, "元")).toBe(fen.toString());
        },
      ),
    );
  });

  test("every amount that a double still tells apart to the 分 comes back from a number, and from one with noise behind its last digit", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }),
        fc.constantFrom(...places),
        fc.integer({ min: -3, max: 3 }),
        (fen, [unit, shift], ulps) => {
          const number = Number(shifted(fen, shift));
          const noisy = number + ulps * Math.abs(number) * 2 ** -52;
          expect(money(number, unit)).toBe(fen.toString());
          expect(money(noisy, unit)).toBe(fen.toString());
        },
      ),
    );
  });

  test("a digit below the 分 is never dropped in silence", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 11n }), fc.integer({ min: 1, max: 9 }), (fen, digit) => {
        const text = `${shifted(fen, 6)}${digit}`;
        expect(money(text)).toBe("SHEET_BELOW_FEN");
        expect(money(Number(text))).toBe("SHEET_BELOW_FEN");
      }),
    );
  });
});

describe("dates", () => {
  test.each<[Cell, string]>([
    ["2023年3月15日", "2023-03-15"],
    ["2023-03-15", "2023-03-15"],
    ["2023.3.15", "2023-03-15"],
    ["2023/3/5", "2023-03-05"],
    ["２０２３年３月１５号", "2023-03-15"],
    ["2023 年 3 月 15 日", "2023-03-15"],
    ["20230315", "2023-03-15"],
    [20230315, "2023-03-15"],
    [45000, "2023-03-15"],
    [45000.75, "2023-03-15"],
    [{ moment: "2023-03-15T00:00:00.000" }, "2023-03-15"],
    ["2024年2月29日", "2024-02-29"],
    ["2023-03-15 00:00:00", "2023-03-15"],
  ])("%j is %s", (cell, date) => {
    expect(read("deadline", cell)).toBe(date);
  });

  test("a serial number of a workbook that counts from 1904 is that day", () => {
    expect(read("deadline", 43538, { from1904: true })).toBe("2023-03-15");
  });

  test.each<[Cell, string]>([
    ["2023年3月", "SHEET_DAY_MISSING"],
    ["2023.3", "SHEET_DAY_MISSING"],
    [2023.3, "SHEET_DAY_MISSING"],
    ["202303", "SHEET_DAY_MISSING"],
    [202303, "SHEET_DAY_MISSING"],
    ["3月底", "SHEET_DAY_MISSING"],
    ["一季度", "SHEET_DAY_MISSING"],
    ["2023年3月上旬", "SHEET_DAY_MISSING"],
    [2023.1, "SHEET_DATE_UNCLEAR"],
    [2023, "SHEET_DATE_UNCLEAR"],
    ["23.3.15", "SHEET_DATE_UNCLEAR"],
    [{ moment: "1905-07-15T00:00:00.000" }, "SHEET_DATE_UNCLEAR"],
    ["2023年2月30日", "SHEET_NOT_DATE"],
    ["2023-13-01", "SHEET_NOT_DATE"],
    ["0203-03-15", "SHEET_NOT_DATE"],
    [3, "SHEET_NOT_DATE"],
    ["尽快", "SHEET_NOT_DATE"],
    [true, "SHEET_NOT_DATE"],
  ])("%j is asked about: %s", (cell, code) => {
    expect(read("deadline", cell)).toBe(code);
  });

  const dates = fc.date({ min: new Date("1960-01-01T00:00:00Z"), max: new Date("2199-12-31T00:00:00Z"), noInvalidDate: true });

  test("every day comes back from each way to write it and from its serial number", () => {
    fc.assert(
      fc.property(dates, (date) => {
        const day = date.toISOString().slice(0, 10);
        const [year, month, number] = day.split("-").map(Number);
        for (const text of [
          `${year}年${month}月${number}日`,
          `${year}.${month}.${number}`,
          `${year}/${month}/${number}`,
          day,
          day.replaceAll("-", ""),
        ]) {
          expect(read("deadline", text)).toBe(day);
        }
        // counted by the calendar: 2000-01-01 is day 36526, in 1904 workbooks 35064
        const since = Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse("2000-01-01T00:00:00Z")) / 86_400_000);
        expect(read("deadline", 36526 + since)).toBe(day);
        expect(read("deadline", 35064 + since, { from1904: true })).toBe(day);
      }),
    );
  });

  test.each<[Cell, string]>([
    ["2023年3月", "2023-03"],
    ["2023-03", "2023-03"],
    ["2023.10", "2023-10"],
    ["202303", "2023-03"],
    [202303, "2023-03"],
    [2023.03, "2023-03"],
    [2023.3, "2023-03"],
    [{ moment: "2023-03-01T00:00:00.000" }, "2023-03"],
    [45000, "2023-03"],
    [2023.1, "SHEET_DATE_UNCLEAR"],
    ["3月", "SHEET_NOT_MONTH"],
    ["2023年13月", "SHEET_NOT_MONTH"],
  ])("as a month, %j is %s", (cell, month) => {
    expect(read("month", cell)).toBe(month);
  });

  test.each<[Cell, string]>([
    [{ moment: "2023-03-15T08:30:00.000" }, "2023-03-15T00:30:00.000Z"],
    ["2023-03-15 08:30", "2023-03-15T00:30:00.000Z"],
    ["2023年3月15日 8:30:05", "2023-03-15T00:30:05.000Z"],
    ["2023-03-15T08:30:00+08:00", "2023-03-15T00:30:00.000Z"],
    ["2023-03-15", "SHEET_NOT_MOMENT"],
    ["2023-03-15 25:00", "SHEET_NOT_MOMENT"],
  ])("as a moment on the county's clocks, %j is %s", (cell, moment) => {
    expect(read("reportedAt", cell)).toBe(moment);
  });
});

describe("numbers, texts and answers", () => {
  test.each<[Cell, Value | string]>([
    [1, "1"],
    ["3", "3"],
    ["第一批", "1"],
    ["一", "1"],
    ["Ⅲ", "3"],
    ["第4批次", "4"],
    ["十二", "12"],
    ["二十一", "21"],
    ["1,200", "1200"],
    [2.5, "SHEET_NOT_INTEGER"],
    ["二三", "SHEET_NOT_INTEGER"],
    [3e9, "SHEET_NOT_INTEGER"],
  ])("as a whole number, %j is %s", (cell, value) => {
    expect(read("batch", cell)).toBe(value);
  });

  test.each<[Cell, boolean, string]>([
    [{ fraction: 0.972 }, false, "97.2"],
    ["97.2%", false, "97.2"],
    ["97.2％", false, "97.2"],
    ["0.5%", false, "0.5"],
    [97.2, false, "97.2"],
    [0.97, true, "0.97"],
    [0, false, "0"],
    [0.97, false, "SHEET_PERCENT_UNCLEAR"],
    ["0.97", false, "SHEET_PERCENT_UNCLEAR"],
    ["很高", false, "SHEET_NOT_DECIMAL"],
  ])("as a percentage, %j (header says %%: %s) is %s", (cell, percent, value) => {
    expect(read("rate", cell, { percent })).toBe(value);
  });

  test.each<[Cell, string]>([
    ["  示范项目 ", "示范项目"],
    ["ＹＸ－２０２３－００１", "YX-2023-001"],
    ["蔚县（北部）１００ＭＷ光伏", "蔚县（北部）100MW光伏"],
    ["贾　例", "贾例"],
    ["古城\n保护", "古城保护"],
    ["Phase\nOne", "Phase One"],
    ["零\u200b宽", "零宽"],
    ["半\ud800个\u0000字", "半个字"],
    [130726001, "130726001"],
    [3.1, "3.1"],
    [911307260000000000, "SHEET_DIGITS_LOST"],
    [{ moment: "2023-03-01T00:00:00.000" }, "SHEET_NOT_TEXT"],
  ])("as a name, %j is stored as %s", (cell, value) => {
    expect(read("name", cell, { isName: true })).toBe(value);
  });

  test("a text that is no name keeps its lines", () => {
    expect(read("content", "一期：厂房\r\n二期：仓库 ")).toBe("一期：厂房\n二期：仓库");
  });

  test.each<[Cell, Value]>([
    ["住建局、建设局，原建委;住建局", ["住建局", "建设局", "原建委"]],
    ["—", []],
    [null, []],
  ])("as a list, %j is %j", (cell, value) => {
    expect(read("aliases", cell)).toEqual(value);
  });

  test.each<[Cell, string | null]>([
    ["是", "true"],
    ["√", "true"],
    [true, "true"],
    ["否", "false"],
    ["无", "false"],
    ["×", "false"],
    ["", null],
    ["—", null],
    ["也许", "SHEET_NOT_BOOLEAN"],
  ])("as an answer, %j is %s", (cell, value) => {
    expect(read("listed", cell)).toBe(value);
  });
});
