import { moneyUnit, type MoneyUnit } from "../cells/money.ts";
import { compact, matchingForm } from "../cells/text.ts";

/** A header as the comparison sees it. */
export interface HeaderName {
  /** All of it, brackets dropped: 总投资万元. */
  readonly full: string;
  /** Without a unit at its end, in brackets or not: 总投资. */
  readonly stem: string;
  /** Without anything that stands in brackets. */
  readonly bare: string;
  /** The unit of money that it states. */
  readonly unit: MoneyUnit | undefined;
  /** It says that its numbers are percent. */
  readonly percent: boolean;
}

const BRACKETED = /\(([^()]*)\)/g;
const TRAILING_UNIT = /[/:,]?(单位:)?(亿元|千万元|百万元|万元|千元|(?<=[/:])元)$/u;
const DECORATION = /^[*★※☆]+|[*★※☆:]+$/gu;

/** Takes a header apart. White space, line breaks, width, case and brackets do not matter. */
export function headerName(text: string): HeaderName {
  const plain = matchingForm(text).replaceAll(DECORATION, "");
  const notes = [...plain.matchAll(BRACKETED)].map((match) => match[1] ?? "");
  const outside = plain.replaceAll(BRACKETED, "");
  const full = plain.replaceAll(/[()]/g, "");
  const trailing = TRAILING_UNIT.exec(outside)?.[0];
  const unit = [...notes, trailing ?? ""].map(moneyUnit).find((found) => found !== undefined);
  return {
    full,
    stem: full.replace(TRAILING_UNIT, "").replaceAll(DECORATION, ""),
    bare: outside.replace(TRAILING_UNIT, "").replaceAll(DECORATION, ""),
    unit,
    percent: /%|百分/u.test(compact(text)),
  };
}

/** The unit of money that a line above the table states for all of it: 单位：万元. */
export function statedUnit(text: string): MoneyUnit | undefined {
  const match = /单位[:为]?\(?([^()]*)/u.exec(matchingForm(text));
  return match === null ? undefined : moneyUnit(match[1] ?? "");
}
