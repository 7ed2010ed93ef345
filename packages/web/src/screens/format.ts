import Big from "big.js";

/** Money as the API speaks it: an exact decimal in 万元. */
export type Wan = string;

/** 万元 as 亿元 with two decimals, rounded half up once, and thousands separators: `"1234567.5"` → `"123.46"`; null reads `"0.00"`. */
export function yi(wan: Wan | null): string {
  return grouped(
    Big(wan ?? "0")
      .times("0.0001")
      .toFixed(2, Big.roundHalfUp),
  );
}

/** A count with thousands separators. */
export function counted(count: number): string {
  return grouped(String(count));
}

/** A share of a whole in per cent with one decimal, half up; a whole of nothing has no share: `"—"`. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "—" : `${Big(part).times(100).div(whole).toFixed(1, Big.roundHalfUp)}%`;
}

/** `"2023-03-31"` → `"3月31日"`. */
export function monthDay(date: string): string {
  const [, month, day] = date.split("-");
  return `${Number(month)}月${Number(day)}日`;
}

/** Days from one date to another, negative when the other is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** A moment as people read it, in the offset it is written in: `"2023-11-20T09:00:00.000+08:00"` → `{ date: "2023年11月20日", time: "09:00" }`. */
export function readMoment(moment: string): { readonly date: string; readonly time: string } {
  const [date = "", rest = ""] = moment.split("T");
  return { date: `${Number(date.slice(0, 4))}年${monthDay(date)}`, time: rest.slice(0, 5) };
}

/** The moment so many milliseconds later, in the same offset. */
export function later(moment: string, milliseconds: number): string {
  return inOffsetOf(moment, Date.parse(moment) + milliseconds);
}

/** Milliseconds of this machine's clock, to the second, in the offset that a moment of the server is written in: `"11月24日 14:03:22"`. */
export function readMachine(milliseconds: number, moment: string): string {
  const [date = "", time = ""] = inOffsetOf(moment, milliseconds).split("T");
  return `${monthDay(date)} ${time.slice(0, 8)}`;
}

/** A moment without an offset is in UTC. */
function inOffsetOf(moment: string, milliseconds: number): string {
  const offset = /([+-]\d\d:\d\d)$/.exec(moment)?.[1] ?? "+00:00";
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  const shift = (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  return new Date(milliseconds + shift).toISOString().replace("Z", offset);
}

function grouped(digits: string): string {
  const [whole = "", ...decimals] = digits.split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...decimals].join(".");
}
