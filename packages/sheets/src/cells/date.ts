import { calendarDate, instant, yearMonth } from "@xianmai/plugin-api";

import { dayOf, isPlausible, momentInZone, serialDay } from "./calendar.ts";
import { fault, type Content, type Reading } from "./reading.ts";
import { compact, shown } from "./text.ts";

/** What a workbook says about its dates. */
export interface DateSystem {
  readonly from1904: boolean;
}

const DAY = /^(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})[日号]?(?:星期.|周.|\([一二三四五六日]\))?(?:T?00:00(?::00(?:\.0+)?)?)?$/u;
const PLAIN_DAY = /^(\d{4})(\d{2})(\d{2})$/;
const MONTH = /^(\d{4})(?:年|[-./])(\d{1,2})月?(?:份)?$/u;
const PLAIN_MONTH = /^(\d{4})(\d{2})$/;
const VAGUE = /(底|初|末|中|上旬|中旬|下旬|季度|上半年|下半年|年内|前|后)$/u;
/** No office writes of earlier years; a smaller number is a slip (0203 for 2023). */
const FIRST_WRITTEN_YEAR = 1900;
const SHORT_YEAR = /^(\d{2})(?:年|[-./])\d{1,2}(?:月|[-./])\d{1,2}日?$/u;

/**
 * Reads a calendar date, `YYYY-MM-DD`. A month, a quarter, 月底 is no date: which day is meant is asked, never guessed, since a deadline hangs on it.
 */
export function readDate(cell: Content, { from1904 }: DateSystem): Reading {
  if (typeof cell === "number") return numberAsDate(cell, from1904);
  if (typeof cell === "object" && "moment" in cell) return believed(cell.moment.slice(0, 10), cell);
  if (typeof cell !== "string") return notDate(cell);
  const text = compact(cell);
  const day = DAY.exec(text) ?? PLAIN_DAY.exec(text);
  if (day !== null) {
    const [, year = "", month = "", date = ""] = day;
    return written(dayOf(year, month, date), cell);
  }
  if (monthOf(text) !== undefined || VAGUE.test(text)) return dayMissing(cell, text);
  if (SHORT_YEAR.test(text)) return unclear(cell, { zh: "年份只有两位", en: "its year has two digits" });
  return notDate(cell);
}

/** Reads a month, `YYYY-MM`. */
export function readMonth(cell: Content, { from1904 }: DateSystem): Reading {
  if (typeof cell === "object" && "moment" in cell) {
    return isPlausible(yearOf(cell.moment)) ? { value: cell.moment.slice(0, 7) } : notMonth(cell);
  }
  if (typeof cell === "number") {
    if (isTenthOfYear(cell)) return januaryOrOctober(cell);
    const month = monthOf(String(cell)) ?? serialDay(cell, from1904)?.slice(0, 7);
    return month === undefined ? notMonth(cell) : { value: month };
  }
  if (typeof cell !== "string") return notMonth(cell);
  const month = monthOf(compact(cell));
  return month === undefined ? notMonth(cell) : { value: month };
}

/** Reads a date with its time, as the clocks of `timeZone` showed it, into a moment in UTC. */
export function readMoment(cell: Content, timeZone: string): Reading {
  if (typeof cell === "object" && "moment" in cell) return { value: momentInZone(cell.moment, timeZone) };
  if (typeof cell === "string") {
    const text = cell.normalize("NFKC").trim();
    const exact = instant(text);
    if (exact !== undefined) return { value: exact };
    const match = /^(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})日?[T\s]*(\d{1,2})[:时](\d{2})(?:[:分](\d{2})?秒?)?$/u.exec(text);
    const [, year = "", month = "", date = "", hour = "", minute = "", second = "00"] = match ?? [];
    const day = calendarDate(dayOf(year, month, date));
    if (day !== undefined && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60) {
      return { value: momentInZone(`${day}T${hour.padStart(2, "0")}:${minute}:${second}.000`, timeZone) };
    }
  }
  return fault(
    "SHEET_NOT_MOMENT",
    { zh: `“${shown(cell)}”不是日期时间`, en: `“${shown(cell)}” is no date with a time` },
    { zh: "请写成 2023-03-15 08:30。", en: "Write it as 2023-03-15 08:30." },
  );
}

function monthOf(text: string): string | undefined {
  const match = MONTH.exec(text) ?? PLAIN_MONTH.exec(text);
  const [, year = "", month = ""] = match ?? [];
  return Number(year) < FIRST_WRITTEN_YEAR ? undefined : yearMonth(`${year}-${month.padStart(2, "0")}`);
}

/** A number in a date column: 20230315, a serial number, or one of the numbers that Excel makes of a month. */
function numberAsDate(number: number, from1904: boolean): Reading {
  const text = String(number);
  const plain = PLAIN_DAY.exec(text);
  if (plain !== null) {
    const [, year = "", month = "", date = ""] = plain;
    return written(dayOf(year, month, date), number);
  }
  if (isTenthOfYear(number)) return januaryOrOctober(number);
  if (monthOf(text) !== undefined) return dayMissing(number, text);
  if (/^\d{4}$/.test(text)) return unclear(number, { zh: "只有年份", en: "it is a year alone" });
  const day = serialDay(number, from1904);
  return day === undefined ? notDate(number) : { value: day };
}

/** 2023.1 typed as a number is January, or October whose zero Excel dropped. */
function isTenthOfYear(number: number): boolean {
  return /^\d{4}\.1$/.test(String(number));
}

function januaryOrOctober(cell: Content): Reading {
  return unclear(cell, {
    zh: "可能是 1 月，也可能是 10 月（末尾的 0 会被表格软件去掉）",
    en: "it may be January, or October whose last zero was dropped",
  });
}

/** A date that someone wrote out. */
function written(day: string, cell: Content): Reading {
  const found = calendarDate(day);
  return found === undefined || yearOf(day) < FIRST_WRITTEN_YEAR ? notDate(cell) : { value: found };
}

function yearOf(date: string): number {
  return Number(date.slice(0, 4));
}

/** A date that the spreadsheet program made of a number. */
function believed(day: string, cell: Content): Reading {
  const found = calendarDate(day);
  if (found !== undefined && isPlausible(yearOf(day))) return { value: found };
  return unclear(cell, { zh: "像是把数字设成了日期格式", en: "it looks like a number formatted as a date" });
}

function dayMissing(cell: Content, text: string): Reading {
  const month = monthOf(text);
  const example = month === undefined ? "2023-03-31" : `${month}-${lastDay(month)}`;
  return fault(
    "SHEET_DAY_MISSING",
    { zh: `“${shown(cell)}”没有写到日`, en: `“${shown(cell)}” does not say the day` },
    { zh: `请写出日期；如指当月最后一天，请写 ${example}。`, en: `Write the day; if the last day of the month is meant, ${example}.` },
  );
}

function lastDay(month: string): number {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
}

function unclear(cell: Content, why: { readonly zh: string; readonly en: string }): Reading {
  return fault(
    "SHEET_DATE_UNCLEAR",
    { zh: `“${shown(cell)}”不能确定是哪一天：${why.zh}`, en: `“${shown(cell)}” is no definite date: ${why.en}` },
    { zh: "请写成 2023-10-31 这样的完整日期。", en: "Write a full date such as 2023-10-31." },
  );
}

function notDate(cell: Content): Reading {
  return fault(
    "SHEET_NOT_DATE",
    { zh: `“${shown(cell)}”不是日期`, en: `“${shown(cell)}” is no date` },
    { zh: "请写成 2023-03-15 或 2023年3月15日。", en: "Write it as 2023-03-15 or 2023年3月15日." },
  );
}

function notMonth(cell: Content): Reading {
  return fault(
    "SHEET_NOT_MONTH",
    { zh: `“${shown(cell)}”不是年月`, en: `“${shown(cell)}” is no month` },
    { zh: "请写成 2023-03 或 2023年3月。", en: "Write it as 2023-03 or 2023年3月." },
  );
}
