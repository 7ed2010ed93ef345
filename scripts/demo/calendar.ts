/** Days since 1970, so that dates can be counted with and never meet a time zone. */
export type Day = number;

const DAY = 86_400_000;

/** Reads `YYYY-MM-DD`. */
export function day(text: string): Day {
  return Date.parse(`${text}T00:00:00Z`) / DAY;
}

/** What a cell is written from. */
export function dateOf(at: Day): Date {
  return new Date(at * DAY);
}

/** The year of a day. */
export function yearOf(at: Day): number {
  return dateOf(at).getUTCFullYear();
}

/** The last day of the month that lies `months` after the month of `from`. */
export function monthEnd(from: Day, months: number): Day {
  const start = dateOf(from);
  return Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months + 1, 0) / DAY;
}

/** The same day, or one of the next spring's months where it falls in winter: nobody finishes works on frozen ground. */
export function outOfWinter(at: Day, monthsAfterMay: number): Day {
  const month = dateOf(at).getUTCMonth() + 1;
  if (month >= 5 && month <= 11) return at;
  return monthEnd(day(`${month === 12 ? yearOf(at) + 1 : yearOf(at)}-05-01`), monthsAfterMay);
}
