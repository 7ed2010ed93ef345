import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { calendarDate, Decimal, decimalText, instant, moneyFromWan, wanFromMoney, yearMonth } from "@xianmai/plugin-api";

const LARGEST = 9_223_372_036_854_775_807n;

describe("money", () => {
  test("every amount of 分 reads back the same from 万元", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -LARGEST, max: LARGEST }), (fen) => {
        expect(moneyFromWan(wanFromMoney(fen))).toBe(fen);
      }),
    );
  });

  test("万元 is 分 divided by a million, exactly and without trailing zeros", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -LARGEST, max: LARGEST }), (fen) => {
        expect(wanFromMoney(fen)).toBe(new Decimal(fen.toString()).times("0.000001").toFixed());
      }),
    );
  });

  test("an amount below the 分, too large, or no number is refused, never rounded", () => {
    for (const text of ["0.0000001", "1e3", "1,000", "", "abc", "9223372036854.775808", "１２"]) expect(moneyFromWan(text)).toBeUndefined();
    expect(moneyFromWan("9223372036854.775807")).toBe(LARGEST);
    expect(moneyFromWan("+12.50")).toBe(12_500_000n);
    expect(moneyFromWan("-0")).toBe(0n);
  });

  test("arithmetic on decimals refuses floats", () => {
    expect(() => new Decimal(0.1)).toThrow("Invalid value");
  });
});

describe("decimals", () => {
  test("are written plainly, without trailing zeros", () => {
    expect(decimalText("0012.3400")).toBe("12.34");
    expect(decimalText("1000")).toBe("1000");
    expect(decimalText("1.")).toBeUndefined();
    expect(decimalText(" 1")).toBeUndefined();
  });
});

describe("dates", () => {
  test("every day that the calendar has is read, and no other", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: 0, max: 14 }),
        fc.integer({ min: 0, max: 33 }),
        (year, month, day) => {
          const text = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
          const real = new Date(0);
          real.setUTCFullYear(year, month - 1, day);
          const exists = real.toISOString().slice(0, 10) === text;
          expect(calendarDate(text)).toBe(exists ? text : undefined);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("a month and a moment are read in one spelling", () => {
    expect(yearMonth("2023-10")).toBe("2023-10");
    expect(yearMonth("2023-13")).toBeUndefined();
    expect(instant("2023-11-20T09:00:00+08:00")).toBe("2023-11-20T01:00:00.000Z");
    expect(instant("2023-02-30T09:00:00Z")).toBeUndefined();
    expect(instant("2023-11-20 09:00")).toBeUndefined();
    expect(instant("9999-12-31T23:59:59-14:00")).toBeUndefined();
    expect(instant("0001-01-01T00:00:00+14:00")).toBeUndefined();
  });
});
