import { choices, column, entity } from "@xianmai/plugin-api";

/** How a day departs from its week, in which Monday to Friday are worked. */
const CalendarDayKind = choices(
  "CalendarDayKind",
  { zh: "日历日类别", en: "Kind of a calendar day" },
  {
    HOLIDAY: { zh: "放假", en: "Holiday" },
    MAKE_UP: { zh: "调休上班", en: "Make-up workday" },
    MORNING_ONLY: {
      zh: "仅上午上班",
      en: "Morning only",
      description: { zh: "是工作日，期限到中午截止。", en: "A working day, whose limits end at noon." },
    },
    AFTERNOON_ONLY: { zh: "仅下午上班", en: "Afternoon only" },
  },
);
/** A day of the work calendar (工作日历) that is not what its weekday says: a holiday, a make-up workday, half a day. */
export class CalendarDay extends entity(
  "CalendarDay",
  {
    zh: "日历日",
    en: "Calendar day",
    description: {
      zh: "工作日历中与周一至周五上班不同的日子，各时限按它计算。修改后，未到期的时限随之重新计算。",
      en: "A day on which the county works otherwise than from Monday to Friday. Limits are counted by it; where it is corrected, they follow.",
    },
    title: "zh",
    key: "date",
    scope: "everyone",
    create: "calendar.edit",
    update: "calendar.edit",
    delete: "calendar.edit",
  },
  {
    date: column.date({ zh: "日期", en: "Date" }),
    kind: column.choice(CalendarDayKind, { zh: "类别", en: "Kind" }),
    zh: column.text({ zh: "中文名称", en: "Chinese name" }),
    en: column.text({ zh: "英文名称", en: "English name" }),
  },
) {}
