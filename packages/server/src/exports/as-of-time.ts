import { calendarDate, instant, Refusal, type Clock, type Instant } from "@xianmai/plugin-api";
import { momentInZone } from "@xianmai/sheets";

/**
 * The time that a text names: a moment (RFC 3339), or a day, which stands for its end; `undefined` for today, which is the present.
 *
 * @throws Refusal AS_OF_INVALID
 */
export function asOfTime(text: string, clock: Clock): Instant | undefined {
  const day = calendarDate(text);
  if (day !== undefined) return day === clock.today() ? undefined : (momentInZone(`${day}T23:59:59.999`, clock.timeZone) as Instant);
  // a plus sign that nobody encoded is a blank in an address
  const moment = instant(text.replace(" ", "+"));
  if (moment !== undefined) return moment;
  throw new Refusal(
    "AS_OF_INVALID",
    { zh: `“${text}”不是时点。`, en: `“${text}” is no point in time.` },
    {
      zh: "请写日期，如 2023-06-30（指当天结束时），或时刻，如 2023-06-30T12:00:00+08:00。",
      en: "Write a day such as 2023-06-30, which means its end, or a moment such as 2023-06-30T12:00:00+08:00.",
    },
  );
}
