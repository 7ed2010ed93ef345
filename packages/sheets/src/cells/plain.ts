import { shownDecimal, writtenDecimal } from "./number.ts";
import { wholeNumber } from "./numerals.ts";
import { fault, type Content, type Reading } from "./reading.ts";
import { cleanName, cleanText, compact, shown } from "./text.ts";

const LARGEST_INTEGER = 2_147_483_647;
/** Spreadsheet programs keep fifteen digits of a number and write zeros for the rest. */
const DIGITS_KEPT = 1e15;

/** Reads text. Numbers are codes typed without an apostrophe; a date in a text column has lost how it was written. */
export function readText(cell: Content, isName: boolean): Reading {
  if (typeof cell === "string") return { value: isName ? cleanName(cell) : cleanText(cell) };
  if (typeof cell === "boolean") return { value: shown(cell) };
  if (typeof cell === "number") {
    if (Math.abs(cell) < DIGITS_KEPT) return { value: shownDecimal(cell).toFixed() };
    return fault(
      "SHEET_DIGITS_LOST",
      {
        zh: `${shown(cell)} 超过 15 位，被存成数字后末位已丢失`,
        en: `${shown(cell)} has more than 15 digits and, stored as a number, has lost the last`,
      },
      { zh: "请把单元格设为文本格式，重新填写完整编号。", en: "Format the cell as text and type the whole number again." },
    );
  }
  return fault(
    "SHEET_NOT_TEXT",
    {
      zh: `“${shown(cell)}”被存成日期或百分数，原来的写法已丢失`,
      en: `“${shown(cell)}” is stored as a date or percentage; how it was written is lost`,
    },
    { zh: "请把单元格设为文本格式后重新填写。", en: "Format the cell as text and type it again." },
  );
}

/** Reads a list of texts, separated by 、 ， ； or line breaks; doubles are kept once. */
export function readTexts(cell: Content): Reading {
  const reading = readText(cell, false);
  if (typeof cell !== "string" || !("value" in reading)) return reading;
  const texts = cell
    .split(/[、，,；;\n]/u)
    .map(cleanName)
    .filter((text) => text !== "");
  return { value: [...new Set(texts)] };
}

/** Reads a whole number of 32 bits, also as people count: 第一批, 一, Ⅰ. */
export function readInteger(cell: Content): Reading {
  const number = typeof cell === "number" ? cell : typeof cell === "string" ? wholeNumber(compact(cell)) : undefined;
  if (number !== undefined && Number.isInteger(number) && Math.abs(number) <= LARGEST_INTEGER) return { value: String(number) };
  return fault(
    "SHEET_NOT_INTEGER",
    { zh: `“${shown(cell)}”不是整数`, en: `“${shown(cell)}” is no whole number` },
    { zh: "请填写整数，如 3（也可写 第三批、三）。", en: "Write a whole number such as 3 (第三批 and 三 are understood too)." },
  );
}

/** Reads an exact decimal. */
export function readDecimal(cell: Content): Reading {
  const decimal = decimalOf(cell);
  if (decimal !== undefined) return { value: decimal.toFixed() };
  return fault(
    "SHEET_NOT_DECIMAL",
    { zh: `“${shown(cell)}”不是数字`, en: `“${shown(cell)}” is no number` },
    { zh: "请填写数字，如 12.5。", en: "Write a number such as 12.5." },
  );
}

function decimalOf(cell: Content): ReturnType<typeof writtenDecimal> {
  if (typeof cell === "number") return shownDecimal(cell);
  if (typeof cell === "string") return writtenDecimal(compact(cell));
  return typeof cell === "object" && "fraction" in cell ? shownDecimal(cell.fraction) : undefined;
}

/**
 * Reads a percentage into its number of percent: a cell formatted as one, text with %, or a plain number of percent. A plain number up to one is
 * asked about: 0.97 may be 0.97 % or 97 %.
 *
 * @param inPercent the header says %
 */
export function readPercent(cell: Content, inPercent: boolean): Reading {
  if (typeof cell === "object" && "fraction" in cell) return { value: shownDecimal(cell.fraction).times("100").toFixed() };
  const text = typeof cell === "string" ? compact(cell) : "";
  const decimal = typeof cell === "string" ? writtenDecimal(text.replace(/%$/, "")) : decimalOf(cell);
  if (decimal === undefined) return readDecimal(cell);
  const isFraction = !decimal.eq("0") && decimal.abs().lte("1");
  if (inPercent || text.endsWith("%") || !isFraction) return { value: decimal.toFixed() };
  return fault(
    "SHEET_PERCENT_UNCLEAR",
    {
      zh: `“${shown(cell)}”可能是百分之${shown(cell)}，也可能是它的一百倍`,
      en: `“${shown(cell)}” may be meant in percent or as a fraction`,
    },
    { zh: "请写明百分号，如 97%。", en: "Write the percent sign: 97%." },
  );
}

const YES = /^(是|有|对|真|√|✓|✔|☑|y|yes|true|1|已)$/iu;
const NO = /^(否|无|不|不是|没有|错|假|×|✗|✘|x|n|no|false|0|未)$/iu;

/** Reads yes or no. 无 is a no here; whoever calls does not ask `saysNothing` first. */
export function readBoolean(cell: Content): Reading {
  if (typeof cell === "boolean") return { value: String(cell) };
  const text = typeof cell === "string" || typeof cell === "number" ? compact(String(cell)) : "";
  if (YES.test(text)) return { value: "true" };
  if (NO.test(text)) return { value: "false" };
  return fault(
    "SHEET_NOT_BOOLEAN",
    { zh: `“${shown(cell)}”不是“是”或“否”`, en: `“${shown(cell)}” is neither yes nor no` },
    { zh: "请填写 是 或 否。", en: "Write 是 (yes) or 否 (no)." },
  );
}
