import { Decimal } from "@xianmai/plugin-api";

/** An exact decimal. */
export type Big = InstanceType<typeof Decimal>;

/** Spreadsheet programs keep fifteen digits of a number. */
const DIGITS_KEPT = 15;

/** Whether a spreadsheet program keeps a number as it is; one with more digits is written as text, which loses none. */
export function isKept(number: string): boolean {
  if (number.length <= DIGITS_KEPT) return true;
  return number.replace(/^-?0*\.?0*/, "").replace(".", "").length <= DIGITS_KEPT;
}

/** How many decimals a number is written with. */
export function decimalsOf(number: string): number {
  const point = number.indexOf(".");
  return point < 0 ? 0 : number.length - point - 1;
}

/** A number with thousands separators and a number of decimals, as its format shows it. */
export function shownNumber(number: string, decimals: number): string {
  const [whole = "", part = ""] = number.split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return decimals === 0 ? grouped : `${grouped}.${part.padEnd(decimals, "0")}`;
}

/** The fraction that a percentage is, exactly. */
export function fractionOf(percent: string): string {
  const [, sign = "", whole = "", part = ""] = /^(-?)(\d*)\.?(\d*)$/.exec(percent) ?? [];
  const digits = whole.padStart(3, "0");
  return new Decimal(`${sign}${digits.slice(0, -2)}.${digits.slice(-2)}${part}`).toFixed();
}
