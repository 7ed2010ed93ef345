/** Years in which a serial number is believed; outside, a number was formatted as a date by mistake (2023 shows as 1905-07-15). */
const PLAUSIBLE_YEARS = Object.freeze({ first: 1950, last: 2199 });

const DAY = 86_400_000;
const FIRST_DAY_1900 = Date.UTC(1899, 11, 30);
const FIRST_DAY_1904 = Date.UTC(1904, 0, 1);

/**
 * The day of a serial number, `YYYY-MM-DD`; `undefined` where no plausible day comes out.
 *
 * @param from1904 days count from 1904-01-01 rather than from 1899-12-30 (which is right for every day after February 1900)
 */
export function serialDay(serial: number, from1904: boolean): string | undefined {
  const day = new Date((from1904 ? FIRST_DAY_1904 : FIRST_DAY_1900) + Math.floor(serial) * DAY);
  return !Number.isNaN(day.getTime()) && isPlausible(day.getUTCFullYear()) ? day.toISOString().slice(0, 10) : undefined;
}

/** Whether a year is one that an office means. */
export function isPlausible(year: number): boolean {
  return year >= PLAUSIBLE_YEARS.first && year <= PLAUSIBLE_YEARS.last;
}

/** Puts the parts of a date together, `YYYY-MM-DD`, unchecked. */
export function dayOf(year: string, month: string, day: string): string {
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/**
 * The moment (UTC, three decimals) at which clocks in a time zone show `wall`, `YYYY-MM-DDTHH:MM:SS.mmm`. A time that a change of clocks skips is
 * read with the offset before it.
 */
export function momentInZone(wall: string, timeZone: string): string {
  const asUtc = Date.parse(`${wall}Z`);
  const first = asUtc - offsetAt(asUtc, timeZone);
  return new Date(asUtc - offsetAt(first, timeZone)).toISOString();
}

/** How far a zone's clocks are ahead of UTC at a moment, in milliseconds. */
function offsetAt(milliseconds: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const name = format.formatToParts(milliseconds).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const match = /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  return (match[1] === "-" ? -seconds : seconds) * 1000;
}
