import { expect, test } from "vitest";

import { migrate } from "@xianmai/database";
import { choices, column, definePlugin, entity, workCalendar, type PublishedDay } from "@xianmai/plugin-api";
import type { Model } from "@xianmai/plugin-api/model";

import { emptyDatabase, type County } from "./county.ts";
import { migrated } from "./sample.ts";

const Kind = choices(
  "DayKind",
  { zh: "类别", en: "Kind" },
  {
    HOLIDAY: { zh: "放假", en: "Holiday" },
    MAKE_UP: { zh: "调休上班", en: "Make-up workday" },
    MORNING_ONLY: { zh: "仅上午", en: "Morning only" },
    AFTERNOON_ONLY: { zh: "仅下午", en: "Afternoon only" },
  },
);
const text = column.text({ zh: "文本", en: "Text" });
class Day extends entity(
  "Day",
  { zh: "日", en: "Day", title: "zh", key: "date", scope: "everyone" },
  { date: column.date({ zh: "日期", en: "Date" }), kind: column.choice(Kind, { zh: "类别", en: "Kind" }), zh: text, en: text },
) {}
class Hours extends entity(
  "Hours",
  { zh: "作息", en: "Hours", title: "morningOpens", key: "validFrom", plural: "allHours", scope: "everyone" },
  {
    validFrom: column.date({ zh: "起始", en: "From" }),
    morningOpens: text,
    morningCloses: text,
    afternoonOpens: text,
    afternoonCloses: text,
  },
) {}

/** A county whose calendar begins with some days. */
const calendarOf = (published: readonly PublishedDay[]): Model =>
  migrated(
    definePlugin({
      name: "calendar",
      version: "1.0.0",
      label: { zh: "日历", en: "Calendar" },
      url: import.meta.url,
      entities: [Day, Hours],
      provides: { calendar: workCalendar(Day, Hours, published) },
    }),
  );

const of2023: readonly PublishedDay[] = [
  ["2023-01-02", "HOLIDAY", "元旦", "New Year's Day"],
  ["2023-01-28", "MAKE_UP", "春节调休上班", "Spring Festival: make-up workday"],
];
const of2024: readonly PublishedDay[] = [["2024-01-01", "HOLIDAY", "元旦", "New Year's Day"]];

const start = async ({ database }: County, model: Model): Promise<readonly string[]> => {
  const lines: string[] = [];
  await migrate({ owner: database.owner, model, log: ({ en }) => lines.push(en) });
  return lines.filter((line) => line.includes("work calendar"));
};

test("a work calendar begins with the published days of each year, once: what the county changed stays, and a new year is added", async () => {
  const county = await emptyDatabase();
  const days = async () =>
    (await county.owner.query<{ day: string }>("select concat_ws(' ', date, kind, zh) as day from app.day order by date")).rows.map(
      ({ day }) => day,
    );
  expect(await start(county, calendarOf(of2023))).toEqual(["The work calendar begins with what is published for 2023"]);
  expect(await days()).toEqual(["2023-01-02 HOLIDAY 元旦", "2023-01-28 MAKE_UP 春节调休上班"]);
  expect((await county.owner.query("select origin from xm.change c join xm.tbl t on t.id = c.tbl where t.name = 'day'")).rows).toEqual([
    { origin: "work calendar" },
  ]);

  await county.owner.query("delete from app.day where date = '2023-01-28'");
  expect(await start(county, calendarOf([...of2023, ...of2024]))).toEqual(["The work calendar begins with what is published for 2024"]);
  expect(await days()).toEqual(["2023-01-02 HOLIDAY 元旦", "2024-01-01 HOLIDAY 元旦"]);
  expect(await start(county, calendarOf([...of2023, ...of2024]))).toEqual([]);
});
