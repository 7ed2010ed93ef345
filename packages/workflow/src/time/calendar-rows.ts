import { Refusal, type CalendarDate, type DayKind } from "@xianmai/plugin-api";

/** One day that departs from its week. */
export interface CalendarDayRow {
  readonly date: CalendarDate;
  readonly kind: DayKind;
}

/** Office hours from a day on, until the next row's day. Times are `HH:MM` in the county's time zone, in the order of the day. */
export interface OfficeHoursRow {
  readonly validFrom: CalendarDate;
  readonly morningOpens: string;
  readonly morningCloses: string;
  readonly afternoonOpens: string;
  readonly afternoonCloses: string;
}

/** What a county says of its working time. */
export interface CalendarRows {
  /** IANA name of the county's time zone. */
  readonly timeZone: string;
  readonly days: readonly CalendarDayRow[];
  readonly hours: readonly OfficeHoursRow[];
}

/** A stretch of office hours, in minutes after midnight. */
export type Stretch = readonly [opens: number, closes: number];

/** The two stretches of a working day, from a day on. */
export interface Hours {
  readonly validFrom: CalendarDate;
  readonly morning: Stretch;
  readonly afternoon: Stretch;
}

/** The office hours of a county that has said nothing: 08:30–12:00, 14:30–18:00. */
export const DEFAULT_HOURS: Omit<Hours, "validFrom"> = { morning: [510, 720], afternoon: [870, 1080] };

/**
 * Reads office hours, the latest first.
 *
 * @throws Refusal CALENDAR_INVALID for a time that is none, and for hours that do not follow each other
 */
export function readHours(rows: readonly OfficeHoursRow[]): readonly Hours[] {
  return rows.map(hoursOf).sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1));
}

function hoursOf(row: OfficeHoursRow): Hours {
  const given = [row.morningOpens, row.morningCloses, row.afternoonOpens, row.afternoonCloses] as const;
  const [opens, noon, afternoon, closes] = given.map(minutesOf);
  if (opens === undefined || noon === undefined || afternoon === undefined || closes === undefined) throw invalid(row, given);
  if (opens >= noon || noon > afternoon || afternoon >= closes) throw invalid(row, given);
  return { validFrom: row.validFrom, morning: [opens, noon], afternoon: [afternoon, closes] };
}

function minutesOf(text: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

function invalid({ validFrom }: OfficeHoursRow, given: readonly string[]): Refusal {
  const [opens, noon, afternoon, closes] = given;
  const hours = `${opens}–${noon}, ${afternoon}–${closes}`;
  return new Refusal(
    "CALENDAR_INVALID",
    {
      zh: `自 ${validFrom} 起的办公时间 ${hours} 无效，期限无法计算。`,
      en: `The office hours from ${validFrom} on, ${hours}, are none, so no time limit can be worked out.`,
    },
    {
      zh: "请写成 08:30–12:00, 14:30–18:00 的形式，先后相接。",
      en: "Give four times of the day in their order, like 08:30–12:00, 14:30–18:00.",
    },
  );
}
