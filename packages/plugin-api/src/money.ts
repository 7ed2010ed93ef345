import Big from "big.js";

import type { DecimalText, Money } from "./values.ts";

/** Exact decimal arithmetic (big.js), strict: numbers, `+` and `<` throw, so that no float slips in. */
export const Decimal = strictBig();

function strictBig(): typeof Big {
  const strict = Big();
  strict.strict = true;
  return strict;
}

const FEN_IN_WAN_DIGITS = 6;
const LARGEST_INT8 = 9_223_372_036_854_775_807n;

/** Reads a plain decimal (`"-12.50"`); `undefined` for anything else. Trailing zeros are dropped. */
export function decimalText(text: string): DecimalText | undefined {
  if (!/^[+-]?\d+(\.\d+)?$/.test(text)) return undefined;
  return new Decimal(text.replace(/^\+/, "")).toFixed() as DecimalText;
}

/**
 * Reads an amount in 万元, the unit of the API, into 分, the unit of the tables.
 *
 * @returns `undefined` when the text is no decimal, has digits below the 分, or does not fit an int8.
 */
export function moneyFromWan(text: string): Money | undefined {
  const decimal = decimalText(text);
  if (decimal === undefined) return undefined;
  const [whole = "0", fraction = ""] = decimal.replace("-", "").split(".");
  if (fraction.length > FEN_IN_WAN_DIGITS) return undefined;
  const fen = BigInt(whole + fraction.padEnd(FEN_IN_WAN_DIGITS, "0"));
  if (fen > LARGEST_INT8) return undefined;
  return (decimal.startsWith("-") ? -fen : fen) as Money;
}

/** Writes 分 as 万元 without trailing zeros: `12345678n` reads `"12.345678"`. */
export function wanFromMoney(fen: bigint): DecimalText {
  const sign = fen < 0n ? "-" : "";
  const digits = (fen < 0n ? -fen : fen).toString().padStart(FEN_IN_WAN_DIGITS + 1, "0");
  const whole = digits.slice(0, -FEN_IN_WAN_DIGITS);
  const fraction = digits.slice(-FEN_IN_WAN_DIGITS).replace(/0+$/, "");
  return (fraction === "" ? `${sign}${whole}` : `${sign}${whole}.${fraction}`) as DecimalText;
}
