import { serialOfDay, serialOfMoment } from "./dates.ts";
import { fractionOf, isKept } from "./numbers.ts";
import type { CellFormat, WrittenCell } from "./table.ts";

/** What XML cannot hold, or would not give back, and what already looks like the way in which Excel writes such characters. */
// oxlint-disable-next-line no-control-regex -- these are the characters that are meant
const UNSAFE = /[&<>]|[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;
const NAMED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", _: "_x005F_" };

/** A cell of a worksheet in XML. A text is a text, whatever it looks like: nothing in it is ever calculated. @param style the index of its style */
export function cellXml(name: string, style: string, format: CellFormat, cell: WrittenCell): string {
  const opening = `<c r="${name}"${style === "" ? "" : ` s="${style}"`}`;
  if (cell === null) return `${opening}/>`;
  const number = numberOf(format, cell);
  if (number !== undefined) return `${opening}><v>${number}</v></c>`;
  return `${opening} t="inlineStr"><is><t xml:space="preserve">${escaped(textOf(format, cell))}</t></is></c>`;
}

/** Text as XML holds it and Excel reads it. */
function escaped(text: string): string {
  return text.replaceAll(
    UNSAFE,
    (character) => NAMED[character] ?? `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
  );
}

/** The number that stands for a cell; `undefined` for one that is text. */
function numberOf(format: CellFormat, cell: string): string | undefined {
  switch (format) {
    case "text":
    case "word":
      return undefined;
    case "integer":
    case "decimal":
      return isKept(cell) ? cell : undefined;
    case "percent":
      return isKept(cell) ? fractionOf(cell) : undefined;
    case "date":
      return serialOfDay(cell)?.toString();
    case "month":
      return serialOfDay(`${cell}-01`)?.toString();
    case "moment":
      return serialOfMoment(cell)?.toString();
  }
}

/** How a cell reads whose value is no number to a spreadsheet program. */
function textOf(format: CellFormat, cell: string): string {
  if (format === "percent") return `${cell}%`;
  return cell;
}
