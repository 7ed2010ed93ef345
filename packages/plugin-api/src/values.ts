declare const brand: unique symbol;

/** A string or bigint that only its own parser hands out, so that two meanings of `string` never mix. */
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** The key of a row: a bare, random UUID that remembers which entity it belongs to. Only GraphQL speaks the global id (`Project:<uuid>`). */
export type Id<Entity extends string> = string & { readonly [brand]: { readonly id: Entity } };

/** Money in 分 (0.01 yuan): exact, comparable, summable. The API speaks 万元; see `money.ts`. */
export type Money = Branded<bigint, "money">;

/** An exact decimal without trailing zeros, as text: `"97.16"`. Calculate with `Decimal`, never with `Number`. */
export type DecimalText = Branded<string, "decimal">;

/** A calendar date in the county's time zone, `YYYY-MM-DD`. */
export type CalendarDate = Branded<string, "date">;

/** A calendar month, `YYYY-MM`. */
export type YearMonth = Branded<string, "yearMonth">;

/** A moment: RFC 3339 in UTC with three decimals, `2023-11-20T01:00:00.000Z`, so that text order is time order. */
export type Instant = Branded<string, "instant">;

/** The days of a month of the proleptic Gregorian calendar; `month` counts from 1. */
function daysInMonth(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return leap ? 29 : 28;
}

/** Reads `YYYY-MM-DD`; `undefined` for anything that is not a day of the calendar. */
export function calendarDate(text: string): CalendarDate | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return text as CalendarDate;
}

/** Reads `YYYY-MM`; `undefined` for anything that is not a month. */
export function yearMonth(text: string): YearMonth | undefined {
  return /^(?!0000)\d{4}-(0[1-9]|1[0-2])$/.test(text) ? (text as YearMonth) : undefined;
}

/** Reads an RFC 3339 date-time with an offset; `undefined` for anything else, and for a moment outside the years 1 to 9999 of UTC. */
export function instant(text: string): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  if (calendarDate(text.slice(0, 10)) === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) return undefined;
  const moment = new Date(time).toISOString();
  return /^(?!0000)\d{4}-/.test(moment) ? (moment as Instant) : undefined;
}

/** Whether `text` is a UUID in the one spelling that PostgreSQL prints. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
