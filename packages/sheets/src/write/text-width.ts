import { eastAsianWidth } from "get-east-asian-width";

const PLAIN = /^[\x20-\x7e]*$/;

/** How wide a text is, in the digits that Excel measures columns by: its widest line, with Chinese characters and punctuation two wide. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return Math.max(...text.split("\n").map(lineWidth));
}

/** How many lines a text takes in a column of a width, in digits. */
export function lineCount(text: string, width: number): number {
  if (text.length * 2 <= width && !text.includes("\n")) return 1;
  let lines = 0;
  for (const line of text.split("\n")) lines += Math.max(1, Math.ceil(lineWidth(line) / width));
  return lines;
}

/** Heights in points: of a line, of what is above and below it, and the most that Excel takes. */
const LINE = 14;
const AROUND = 4;
const HIGHEST = 409;

/** How high a row of a number of lines is, in points. */
export function rowHeight(lines: number): number {
  return Math.min(lines * LINE + AROUND, HIGHEST);
}

function lineWidth(line: string): number {
  if (PLAIN.test(line)) return line.length;
  let width = 0;
  for (const character of line) width += eastAsianWidth(character.codePointAt(0) ?? 0, { ambiguousAsWide: true });
  return width;
}
