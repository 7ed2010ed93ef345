import type { Instant, Label } from "@xianmai/plugin-api";

/** How the number of a page reads at its foot, in Excel's codes. */
export const PAGES: Label = Object.freeze({ zh: "第 &P 页，共 &N 页", en: "Page &P of &N" });

/** The line that says of when a table is, in the county's time. */
export function cutOffLine(at: Instant, timeZone: string): Label {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(Date.parse(at));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? "";
  const time = `${part("hour")}:${part("minute")}`;
  return {
    zh: `数据截止：${part("year")}年${Number(part("month"))}月${Number(part("day"))}日 ${time}`,
    en: `As of ${part("year")}-${part("month")}-${part("day")} ${time}`,
  };
}
