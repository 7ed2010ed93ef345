import { yearMonth, type CalendarDate, type YearMonth } from "@xianmai/plugin-api";

/** The length of the periods of a series. */
export type Period = "MONTH" | "QUARTER" | "YEAR";

/** Business time that is counted: months, both included. A year column counts the year of `through`. */
export interface Window {
  readonly from: YearMonth;
  readonly through: YearMonth;
}

const MONTHS: Readonly<Record<Period, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };

/** Months since the beginning of the calendar, so that one can count with them. */
function indexOf(month: YearMonth): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
}

function monthAt(index: number): YearMonth {
  const found = yearMonth(`${String(Math.floor(index / 12)).padStart(4, "0")}-${String((index % 12) + 1).padStart(2, "0")}`);
  if (found === undefined) throw new RangeError(`Month ${index} is outside the calendar.`);
  return found;
}

/** The year of a month. */
export function yearOf(month: YearMonth): number {
  return Number(month.slice(0, 4));
}

/** How many months of its year have gone by at the end of a month: 1 to 12. */
export function monthsGone(month: YearMonth): number {
  return Number(month.slice(5));
}

/** The month that a day lies in. */
export function monthOf(day: CalendarDate): YearMonth {
  return day.slice(0, 7) as YearMonth;
}

/** A month so many months later, or earlier. @throws RangeError outside the years 1 to 9999 */
export function monthsLater(month: YearMonth, count: number): YearMonth {
  return monthAt(indexOf(month) + count);
}

/** January of the year of a month. */
export function january(month: YearMonth): YearMonth {
  return `${month.slice(0, 4)}-01` as YearMonth;
}

/** The first day of a month, `YYYY-MM-DD`. */
export function firstDay(month: YearMonth): CalendarDate {
  return `${month}-01` as CalendarDate;
}

/** The first day after a month. */
export function dayAfter(month: YearMonth): CalendarDate {
  return firstDay(monthsLater(month, 1));
}

function beginning(month: YearMonth, period: Period): YearMonth {
  const index = indexOf(month);
  return monthAt(index - (index % MONTHS[period]));
}

function end(month: YearMonth, period: Period): YearMonth {
  return monthsLater(beginning(month, period), MONTHS[period] - 1);
}

/** How a period is called: `2023-03`, `2023-Q1`, `2023`. */
export function periodName(month: YearMonth, period: Period): string {
  if (period === "YEAR") return month.slice(0, 4);
  return period === "MONTH" ? month : `${month.slice(0, 4)}-Q${Math.ceil(monthsGone(month) / 3)}`;
}

/** The months of a period by its name; `undefined` for what is no name of one. */
export function monthsOf(name: string, period: Period): readonly YearMonth[] | undefined {
  const first =
    period === "MONTH"
      ? yearMonth(name)
      : period === "YEAR"
        ? yearMonth(`${name}-01`)
        : yearMonth(
            name.replace(
              /^(\d{4})-Q([1-4])$/,
              (_, year: string, quarter: string) => `${year}-${String(Number(quarter) * 3 - 2).padStart(2, "0")}`,
            ),
          );
  if (first === undefined || periodName(first, period) !== name) return undefined;
  return Array.from({ length: MONTHS[period] }, (_, at) => monthsLater(first, at));
}

/** A period of a series. */
export interface Point {
  readonly name: string;
  readonly window: Window;
}

/**
 * The periods between two months, both included; the last one ends with `to`.
 *
 * @param cumulative whether each counts from January, or by itself
 */
export function pointsBetween(from: YearMonth, to: YearMonth, period: Period, cumulative: boolean): readonly Point[] {
  const points: Point[] = [];
  for (let month = from; month <= to; month = monthsLater(end(month, period), 1)) {
    points.push({ name: periodName(month, period), window: windowOf(month, to, period, cumulative) });
    if (end(month, period) >= to) break;
  }
  return points;
}

/** The period that a month lies in, which ends with `to` at the latest. @param cumulative whether it is counted from January */
export function windowOf(month: YearMonth, to: YearMonth, period: Period, cumulative: boolean): Window {
  const last = end(month, period);
  return { from: cumulative ? january(month) : beginning(month, period), through: last < to ? last : to };
}
