import { Decimal, moneyFromWan } from "@xianmai/plugin-api";

import { writtenDecimal } from "./number.ts";
import { fault, type Content, type Reading } from "./reading.ts";
import { compact, shown } from "./text.ts";

type Big = InstanceType<typeof Decimal>;

/** The units in which offices write money, and how many 万元 each is. */
export const WAN_IN_UNIT = Object.freeze({
  亿元: "10000",
  千万元: "1000",
  百万元: "100",
  万元: "1",
  千元: "0.1",
  元: "0.0001",
});

/** A unit of money. */
export type MoneyUnit = keyof typeof WAN_IN_UNIT;

const UNIT = "(亿元?|千万元?|百万元?|万元?|千元|元)";
const AMOUNT = new RegExp(`^([^\\u4e00-\\u9fff]+?)${UNIT}?整?$`, "u");
const FOREIGN = /美元|美金|欧元|日元|英镑|港币|港元|澳元|加元|韩元|卢布|usd|eur|jpy|gbp|hkd|[$€£₩]/iu;
const VAGUE = /^(约|大约|近|超|超过|逾|不低于|不少于|不超过|至少|≈|~|>|<|≥|≤|预计|估)|左右|以上|以下|余|多$|[\d亿万元][-~—–至到][\d]/u;

/** Finds the unit of money that a header or a line above the table states: `总投资（万元）`, `单位：亿元`. */
export function moneyUnit(text: string): MoneyUnit | undefined {
  const match = /(亿元|千万元|百万元|万元|千元|(?<![美欧日港澳加韩])元)/u.exec(compact(text));
  return match?.[1] as MoneyUnit | undefined;
}

/**
 * Reads an amount into 分 (as PostgreSQL prints an int8). A cell's own unit goes before the column's.
 *
 * @param unit of a number that names none
 */
export function readMoney(cell: Content, unit: MoneyUnit): Reading {
  if (typeof cell === "number") return stored(withoutNoise(cell, unit), cell);
  if (typeof cell !== "string") return notMoney(cell);
  const text = compact(cell)
    .replace(/^(人民币|rmb|cny|[¥￥])/iu, "")
    .replace(/人民币$/u, "");
  if (FOREIGN.test(text)) {
    return fault(
      "SHEET_MONEY_FOREIGN",
      { zh: `“${shown(cell)}”不是人民币`, en: `“${shown(cell)}” is not in yuan` },
      { zh: "请折算为人民币后填写。", en: "Convert it into yuan." },
    );
  }
  if (VAGUE.test(text)) {
    return fault(
      "SHEET_MONEY_VAGUE",
      { zh: `“${shown(cell)}”是约数或区间`, en: `“${shown(cell)}” is approximate or a range` },
      { zh: "请填写一个确定的金额。", en: "Write one definite amount." },
    );
  }
  const match = AMOUNT.exec(text);
  const number = writtenDecimal(match?.[1] ?? "");
  if (match === null || number === undefined) return notMoney(cell);
  return stored(inWan(number, ownUnit(match[2]) ?? unit), cell);
}

function ownUnit(written: string | undefined): MoneyUnit | undefined {
  if (written === undefined) return undefined;
  return (written.endsWith("元") ? written : `${written}元`) as MoneyUnit;
}

function inWan(amount: Big, unit: MoneyUnit): Big {
  return amount.times(WAN_IN_UNIT[unit]);
}

/**
 * A number is rounded to the 分 only where what is dropped is noise of binary calculation: less than a billionth of the amount and less than a
 * hundredth of a 分, or below the precision of the number itself. A real digit below the 分 stays, and is refused.
 */
function withoutNoise(number: number, unit: MoneyUnit): Big {
  const exact = inWan(new Decimal(String(number)), unit);
  const rounded = exact.round(6, Decimal.roundHalfUp);
  const dropped = exact.minus(rounded).abs();
  const size = exact.abs();
  const hundredthOfFen = new Decimal("0.00000001");
  const billionth = size.times("0.000000001");
  const noise = billionth.lt(hundredthOfFen) ? billionth : hundredthOfFen;
  const precision = size.times("0.000000000000001");
  return dropped.lte(noise) || dropped.lte(precision) ? rounded : exact;
}

function stored(wan: Big, cell: Content): Reading {
  const money = moneyFromWan(wan.toFixed());
  if (money !== undefined) return { value: money.toString() };
  if (wan.abs().gt("90000000000000")) {
    return fault(
      "SHEET_MONEY_TOO_LARGE",
      { zh: `“${shown(cell)}”超出可存的最大金额`, en: `“${shown(cell)}” is more than can be stored` },
      { zh: "请检查单位是否写错（万元、亿元、元）。", en: "Check the unit (万元, 亿元, 元)." },
    );
  }
  return fault(
    "SHEET_BELOW_FEN",
    {
      zh: `“${shown(cell)}”折合 ${wan.toFixed()} 万元，有不足一分的尾数`,
      en: `“${shown(cell)}” is ${wan.toFixed()} 万元, with digits below the fen`,
    },
    { zh: "请四舍五入到分（公式可用 ROUND），或检查单位。", en: "Round it to the fen (ROUND in a formula), or check the unit." },
  );
}

function notMoney(cell: Content): Reading {
  return fault(
    "SHEET_NOT_MONEY",
    { zh: `“${shown(cell)}”不是金额`, en: `“${shown(cell)}” is no amount` },
    { zh: "请填写数字，可带单位，如 1200、1,200.5、1.2亿元。", en: "Write a number, with a unit if need be: 1200, 1,200.5, 1.2亿元." },
  );
}
