import { matchingForm } from "../cells/text.ts";

/** What a row below the header is. */
export type RowKind = "blank" | "header" | "total" | "note" | "heading" | "data";

const TOTAL = /^(本页|全县|全市|总)?(合计|小计|总计|共计|累计|总合计|其中)(\(.*\))?[:]?$/u;
const TOTAL_AT_END = /(合计|小计|总计)(\(.*\))?[:]?$/u;
const NOTE =
  /^[*※]?(注|备注|说明|填表说明|填报说明|附注|填表人|制表人?|填报人|审核人?|复核人?|负责人|单位负责人|分管领导|主管领导|联系人|联系电话|电话|填报单位|填报日期|填报时间|制表日期|制表时间|填表日期|填表时间|报送时间|日期)\d?[:.、]/u;
const HEADING = /^(\(?[一二三四五六七八九十]+[、.)]|第[一二三四五六七八九十]+(部分|批|类)|\([一二三四五六七八九十]+\))/u;
const ORDINAL = /^[甲乙丙丁戊己庚辛壬癸]$|^\(?\d{1,3}\)?$/u;

/** A row as far as its kind depends on it. */
export interface RowTexts {
  /** Every cell that is not empty, from the left; merged cells once. */
  readonly all: readonly string[];
  /** The cells of the declared columns, by their place in the header's columns; "" where empty. */
  readonly declared: readonly string[];
  /** The cells of the natural key. */
  readonly key: readonly string[];
  /** It stands below the last row that has a key, and something other than data lies between. */
  readonly afterTable: boolean;
}

/** Tells the rows of data from what offices put around and between them. */
export function rowKind(row: RowTexts, headers: readonly string[]): RowKind {
  const [first] = row.all;
  if (first === undefined) return "blank";
  const keyless = row.key.every((text) => text === "");
  if (repeatsHeader(row.declared, headers)) return "header";
  if (row.key.some((text) => TOTAL.test(matchingForm(text)))) return "total";
  if (keyless || row.all.length === 1) {
    const form = matchingForm(first);
    if (TOTAL.test(form) || row.declared.some((text) => TOTAL.test(matchingForm(text)))) return "total";
    if (NOTE.test(form)) return "note";
    if (keyless && TOTAL_AT_END.test(form)) return "total";
    if (keyless && HEADING.test(form)) return "heading";
  }
  if (!keyless) return "data";
  const filled = row.declared.filter((text) => text !== "").length;
  if (filled < 2) return row.all.length === 1 ? "heading" : "note";
  // signatures stand in a few cells below the table; anywhere else a row of data lacks its key
  return row.afterTable && filled * 3 <= row.declared.length ? "note" : "data";
}

/** 甲 乙 1 2 3 or 1 2 3 4 right below the header. */
export function numbersColumns(texts: readonly string[]): boolean {
  if (texts.length < 3 || !texts.every((text) => ORDINAL.test(matchingForm(text)))) return false;
  const numbers = texts.map((text) => Number(matchingForm(text).replaceAll(/[()]/g, ""))).filter((number) => !Number.isNaN(number));
  return numbers.every((number, at) => at === 0 || number === (numbers[at - 1] ?? 0) + 1);
}

function repeatsHeader(declared: readonly string[], headers: readonly string[]): boolean {
  const filled = declared.filter((text) => text !== "");
  const same = declared.filter((text, at) => text !== "" && matchingForm(text) === matchingForm(headers[at] ?? ""));
  // the second line of a header repeats some of it only
  return same.length >= 2 && same.length * 2 >= filled.length;
}
