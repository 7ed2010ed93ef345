import fc from "fast-check";
import { expect, test } from "vitest";

import { counted, daysBetween, later, monthDay, percent, readMachine, readMoment, yi } from "../src/screens/format.ts";

test("万元 are shown as 亿元 with two decimals, half up, exactly, with thousands separators", () => {
  expect(yi("10000")).toBe("1.00");
  expect(yi("1234567.5")).toBe("123.46");
  expect(yi("50")).toBe("0.01");
  expect(yi("49.999999")).toBe("0.00");
  // as binary floating point this would round down
  expect(yi("10050")).toBe("1.01");
  expect(yi("90071992547409930000.01")).toBe("9,007,199,254,740,993.00");
  expect(yi(null)).toBe("0.00");
});

test("a shown sum is never more than half a hundredth of 亿元 away from the exact one", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (fen) => {
      const wan = `${fen / 1_000_000n}.${String(fen % 1_000_000n).padStart(6, "0")}`;
      const shown = BigInt(yi(wan).replace(/[,.]/g, ""));
      const difference = shown * 100_000_000n - fen;
      expect(difference > -50_000_000n && difference <= 50_000_000n).toBe(true);
    }),
  );
});

test("counts have thousands separators, shares one decimal, and a share of nothing is a dash", () => {
  expect(counted(146)).toBe("146");
  expect(counted(1234567)).toBe("1,234,567");
  expect(percent(80, 98)).toBe("81.6%");
  expect(percent(1, 8)).toBe("12.5%");
  expect(percent(1, 16)).toBe("6.3%");
  expect(percent(0, 0)).toBe("—");
});

test("dates and moments read as in a Chinese office, in the offset they are written in", () => {
  expect(monthDay("2023-03-31")).toBe("3月31日");
  expect(daysBetween("2023-11-20", "2023-12-31")).toBe(41);
  expect(daysBetween("2024-03-01", "2024-02-28")).toBe(-2);
  expect(readMoment("2023-11-20T09:00:00.000+08:00")).toEqual({ date: "2023年11月20日", time: "09:00" });
});

test("a clock that goes on stays in its own offset, whatever the machine's time zone", () => {
  expect(later("2023-12-31T23:59:30.000+08:00", 45_000)).toBe("2024-01-01T00:00:15.000+08:00");
  expect(later("2023-06-01T10:00:00.000-03:30", 3_600_000)).toBe("2023-06-01T11:00:00.000-03:30");
  expect(later("2023-06-01T10:00:00.000Z", 1000)).toBe("2023-06-01T10:00:01.000+00:00");
});

test("how old the figures are is said in the county's time, whatever the machine's time zone", () => {
  expect(readMachine(Date.UTC(2026, 10, 24, 11, 58, 35), "2023-11-20T09:00:00.000+08:00")).toBe("11月24日 19:58:35");
});
