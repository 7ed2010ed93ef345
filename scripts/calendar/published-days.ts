import chineseDays from "chinese-days";

/** The file that is written, from the root of the repository. */
export const PUBLISHED_DAYS = "plugins/organization/src/calendar/published-days.ts";

/** The years for which the package was held against what the State Council published. */
const YEARS = [2022, 2023, 2024, 2025, 2026];

/** The file's text: the public holidays and make-up workdays of those years. */
export function publishedDaysSource(): string {
  const rows = YEARS.flatMap((year) => daysOf(year)).flatMap((date) => {
    const { work, name } = chineseDays.getDayDetail(date);
    // a day that is what its weekday says is named after the weekday alone
    const [en, zh] = name.split(",");
    if (en === undefined || zh === undefined) return [];
    const row = work ? ["MAKE_UP", `${zh}调休上班`, `${en}: make-up workday`] : ["HOLIDAY", zh, en];
    return [`  [${[date, ...row].map((cell) => JSON.stringify(cell)).join(", ")}],\n`];
  });
  return `// Made by scripts/calendar.ts, not by hand.
import type { DayKind } from "@xianmai/plugin-api";

/** Public holidays and make-up workdays as they were published for ${YEARS[0]} to ${YEARS.at(-1)}: date, kind, and the name in both languages. */
export const PUBLISHED_DAYS: readonly (readonly [date: string, kind: DayKind, zh: string, en: string])[] = [
${rows.join("")}];
`;
}

function daysOf(year: number): readonly string[] {
  const first = Date.UTC(year, 0, 1);
  const count = (Date.UTC(year + 1, 0, 1) - first) / 86_400_000;
  return Array.from({ length: count }, (_, day) => new Date(first + day * 86_400_000).toISOString().slice(0, 10));
}
