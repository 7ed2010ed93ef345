import { Decimal, decimalText } from "@xianmai/plugin-api";

type Big = InstanceType<typeof Decimal>;

/** Excel calculates in binary and shows 15 digits: what lies beyond them is noise of the calculation, never something a clerk typed. */
const SHOWN_DIGITS = 15;

/** The exact decimal that a spreadsheet number stands for, without the noise behind its fifteenth digit. */
export function shownDecimal(number: number): Big {
  return new Decimal(String(number)).prec(SHOWN_DIGITS);
}

/** Reads a number written with thousands separators, as people write it: `-1,234.50`. `undefined` for anything else. */
export function writtenDecimal(text: string): Big | undefined {
  if (!/^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(text)) return undefined;
  const decimal = decimalText(text.replaceAll(",", ""));
  return decimal === undefined ? undefined : new Decimal(decimal);
}
