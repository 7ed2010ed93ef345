import { column, entity } from "@xianmai/plugin-api";

/** Office hours (作息时间): they hold from a day on, until the next ones do. Without any, offices are open 08:30–12:00 and 14:30–18:00. */
export class OfficeSchedule extends entity(
  "OfficeSchedule",
  {
    zh: "作息时间",
    en: "Office schedule",
    description: {
      zh: "自某日起的办公时间，到下一条起为止；没有时为 08:30–12:00、14:30–18:00。时间写作 08:30。",
      en: "Office hours from a day on, until the next ones hold; without any, 08:30–12:00 and 14:30–18:00. Times are written 08:30.",
    },
    title: "name",
    key: "validFrom",
    scope: "everyone",
    create: "calendar.edit",
    update: "calendar.edit",
    delete: "calendar.edit",
  },
  {
    validFrom: column.date({ zh: "起始日期", en: "Valid from" }),
    name: column.text({ zh: "名称", en: "Name" }),
    morningOpens: column.text({ zh: "上午上班", en: "Morning opens" }),
    morningCloses: column.text({ zh: "上午下班", en: "Morning closes" }),
    afternoonOpens: column.text({ zh: "下午上班", en: "Afternoon opens" }),
    afternoonCloses: column.text({ zh: "下午下班", en: "Afternoon closes" }),
  },
) {}
