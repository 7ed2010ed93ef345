import { writeXlsx } from "hucre/xlsx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";

type Days = { calendarDays: { nodes: { date: string; kind: string; zh: string }[] } };

/** The days from `first` to `last` that are worked otherwise than their weekday says, as `2023-01-28 MAKE_UP`. */
async function daysOf(platform: TestPlatform, first: string, last: string): Promise<readonly string[]> {
  const { calendarDays } = await platform.query<Days>(
    "query ($first: Date!, $last: Date!) { calendarDays(filter: { date: { gte: $first, lte: $last } }) { nodes { date kind } } }",
    { first, last },
  );
  return calendarDays.nodes.map(({ date, kind }) => `${date} ${kind}`);
}

describe("a county's work calendar", () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await createTestPlatform({ plugins: [organization] });
  });
  afterAll(async () => platform[Symbol.asyncDispose]());

  test("begins with the holidays and make-up workdays that were published, in both languages", async () => {
    expect(await daysOf(platform, "2023-01-16", "2023-02-05")).toEqual([
      "2023-01-21 HOLIDAY",
      "2023-01-22 HOLIDAY",
      "2023-01-23 HOLIDAY",
      "2023-01-24 HOLIDAY",
      "2023-01-25 HOLIDAY",
      "2023-01-26 HOLIDAY",
      "2023-01-27 HOLIDAY",
      "2023-01-28 MAKE_UP",
      "2023-01-29 MAKE_UP",
    ]);
    const { calendarDay } = await platform.query<{ calendarDay: object }>('{ calendarDay(date: "2024-02-18") { kind zh en } }');
    expect(calendarDay).toEqual({ kind: "MAKE_UP", zh: "春节调休上班", en: "Spring Festival: make-up workday" });
  });

  test.each([
    ["2022", 32, 7],
    ["2023", 26, 7],
    ["2024", 28, 8],
    ["2025", 28, 5],
    ["2026", 33, 6],
  ])("holds the whole of %s: %i days off and %i make-up workdays", async (year, off, madeUp) => {
    const days = await daysOf(platform, `${year}-01-01`, `${year}-12-31`);
    expect([days.filter((day) => day.endsWith("HOLIDAY")).length, days.filter((day) => day.endsWith("MAKE_UP")).length]).toEqual([
      off,
      madeUp,
    ]);
  });

  test("is edited by the county alone", async () => {
    const create = `mutation { createCalendarDay(input: { date: "2023-07-06", kind: MORNING_ONLY, zh: "本县", en: "Local" }) { calendarDay { date } problems { code } } }`;
    const asTownship = await platform.as("role=township").ask<object>(create);
    expect(JSON.stringify(asTownship)).toContain("PERMISSION_DENIED");
    expect(await platform.query(create)).toEqual({ createCalendarDay: { calendarDay: { date: "2023-07-06" }, problems: [] } });
    expect(await platform.query(create)).toMatchObject({ createCalendarDay: { problems: [{ code: "UNIQUE_TAKEN" }] } });
  });

  test.each([
    ["8:30", "12:00", "14:30", "18:00"],
    ["08:30", "12:00", "14:30", "24:00"],
    ["08:30", "15:00", "14:30", "18:00"],
    ["12:00", "12:00", "14:30", "18:00"],
  ])("refuses office hours that are none: %s–%s, %s–%s", async (...times) => {
    const [morningOpens, morningCloses, afternoonOpens, afternoonCloses] = times;
    const { createOfficeSchedule } = await platform.query<{ createOfficeSchedule: object }>(
      "mutation ($input: CreateOfficeScheduleInput!) { createOfficeSchedule(input: $input) { problems { code } } }",
      { input: { validFrom: "2023-06-01", name: "夏令", morningOpens, morningCloses, afternoonOpens, afternoonCloses } },
    );
    expect(createOfficeSchedule).toEqual({ problems: [{ code: "VALUE_INVALID" }] });
  });

  test("takes the holidays of another year from a sheet, as a notice lists them", async () => {
    const rows = [
      ["放假日期", "安排", "节日", "英文名称"],
      ["2027-01-01", "休", "元旦", "New Year's Day"],
      ["2027-01-03", "班", "元旦调休上班", "New Year's Day: make-up workday"],
    ];
    const file = { name: "放假安排.xlsx", bytes: await writeXlsx({ sheets: [{ name: "表", rows }] }) };
    expect(await platform.import("calendar", file)).toMatchObject({ added: 2, problems: [], applied: true });
    expect(await daysOf(platform, "2027-01-01", "2027-12-31")).toEqual(["2027-01-01 HOLIDAY", "2027-01-03 MAKE_UP"]);
  });
});
