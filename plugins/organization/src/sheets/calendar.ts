import { sheet } from "@xianmai/plugin-api";

import { CalendarDay } from "../entities/calendar-day.ts";

/** Holidays and make-up workdays as a notice lists them (放假安排), recognised by date. */
export const calendarSheet = sheet(
  CalendarDay,
  "calendar",
  { zh: "放假安排", en: "Holidays and make-up workdays" },
  {
    date: { headers: ["时间", "放假日期"] },
    kind: {
      headers: ["安排", "类型"],
      values: {
        休: "HOLIDAY",
        休息: "HOLIDAY",
        节假日: "HOLIDAY",
        班: "MAKE_UP",
        上班: "MAKE_UP",
        调休: "MAKE_UP",
        补班: "MAKE_UP",
        上午: "MORNING_ONLY",
        下午: "AFTERNOON_ONLY",
      },
    },
    zh: { headers: ["名称", "节日", "节日名称"] },
    en: {},
  },
);
