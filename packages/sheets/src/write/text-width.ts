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

function lineWidth(line: string): number {
  if (PLAIN.test(line)) return line.length;
  let width = 0;
  for (const character of line) width += eastAsianWidth(character.codePointAt(0) ?? 0, { ambiguousAsWide: true });
  return width;
}
