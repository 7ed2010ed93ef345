import { isPlausible } from "../cells/calendar.ts";

const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(1899, 11, 30);

/**
 * The number by which a spreadsheet counts a day, `YYYY-MM-DD`; `undefined` for one that is written as text instead: programs disagree on what lies
 * before March 1900, and a far year is more likely a slip, which should be seen as it is.
 */
export function serialOfDay(day: string): number | undefined {
  const time = Date.parse(`${day}T00:00:00.000Z`);
  return Number.isNaN(time) || !isPlausible(new Date(time).getUTCFullYear()) ? undefined : (time - FIRST_DAY) / DAY;
}

/** As `serialOfDay`, for what the clocks show, `YYYY-MM-DDTHH:MM:SS.mmm`, to the millisecond. */
export function serialOfMoment(wall: string): number | undefined {
  const day = serialOfDay(wall.slice(0, 10));
  const time = Date.parse(`${wall}Z`);
  return day === undefined || Number.isNaN(time) ? undefined : (time - FIRST_DAY) / DAY;
}
