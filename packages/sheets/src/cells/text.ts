import type { Cell } from "../open/workbook.ts";

/** Control characters, zero widths, and halves of surrogate pairs, which PostgreSQL refuses. */
const INVISIBLE = /[\p{Cf}\p{Cs}]|(?![\t\n\r])\p{Cc}/gu;
const FULL_WIDTH = /[Ａ-Ｚａ-ｚ０-９]/g;
const BETWEEN_LATIN_WORDS = /(?<=[\x21-\x7e])\s*\n\s*(?=[\x21-\x7e])/gu;
const PADDED_NAME = /^(\p{Script=Han}) +(\p{Script=Han})$/u;

/** Most cells hold nothing that needs any of this, and a file has a million of them: plain ASCII without blanks, and everyday characters. */
const PLAIN = /^[\x21-\x7e\u4e00-\u9fff]*$/;
const PLAIN_NAME = /^[a-z0-9\u4e00-\u9fff-]*$/;

/** Text as the comparison of names sees it: width, white space, brackets and case do not matter. */
export function matchingForm(text: string): string {
  if (PLAIN_NAME.test(text)) return text;
  return compact(text)
    .toLowerCase()
    .replaceAll(/[【〔〖[{]/gu, "(")
    .replaceAll(/[】〕〗\]}]/gu, ")");
}

/** Text of one line without white space, full-width forms made plain, minus signs made one: what numbers and dates are read from. */
export function compact(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.normalize("NFKC").replaceAll(INVISIBLE, "").replaceAll(/\s+/gu, "").replaceAll("−", "-");
}

/** Text as it is stored: trimmed, full-width letters and digits made plain, Chinese punctuation as it was. Line breaks stay. */
export function cleanText(text: string): string {
  if (PLAIN.test(text)) return text;
  const clean = text.replaceAll(/\r\n?|\u2028|\u2029/gu, "\n").replaceAll(INVISIBLE, "");
  const plain = clean.normalize("NFKC");
  // a code typed with full-width hyphens and digits is meant in plain ones; in a sentence they are punctuation
  const folded = /^[\x20-\x7e\n]*$/.test(plain) ? plain : clean.replaceAll(FULL_WIDTH, (letter) => letter.normalize("NFKC"));
  return folded
    .split("\n")
    .map((line) => line.replaceAll(/[\p{Zs}\t]+/gu, " ").trim())
    .join("\n")
    .trim();
}

/** A name or code as it is stored: `cleanText` on one line, with the padding within a name of two characters (贾 例) taken out. */
export function cleanName(text: string): string {
  return cleanText(text)
    .replaceAll(BETWEEN_LATIN_WORDS, " ")
    .replaceAll(/\s*\n\s*/gu, "")
    .replace(PADDED_NAME, "$1$2");
}

/** Whether the cell says that there is nothing: empty, dashes, slashes, 无. Zero is something. */
export function saysNothing(cell: Cell): boolean {
  if (cell === null) return true;
  if (typeof cell !== "string") return false;
  return /^([-–—―─_/\\]*|无|暂无|n\/a|na|null)$/iu.test(compact(cell));
}

/** The cell as a person would quote it. */
export function shown(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell.trim();
  if (typeof cell === "number") return String(cell);
  if (typeof cell === "boolean") return cell ? "TRUE" : "FALSE";
  if ("moment" in cell) return cell.moment.replace(/T00:00:00\.000$/, "").replace("T", " ");
  if ("fraction" in cell) return `${cell.fraction} (%)`;
  return "error" in cell ? cell.error : `=${cell.formula}`;
}
