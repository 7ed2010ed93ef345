import type { Label, Refusal } from "@xianmai/plugin-api";
import { bilingual } from "@xianmai/plugin-api";

/** Where a command writes. Progress and complaints go beside the answer, so that the answer can be piped. */
export interface Terminal {
  /** The answer. */
  readonly out: (text: string) => void;
  /** Progress and complaints. */
  readonly note: (text: string) => void;
  /** Whether `out` is a person's terminal. */
  readonly interactive: boolean;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  out: (text) => process.stdout.write(text),
  note: (text) => process.stderr.write(text),
  interactive: process.stdout.isTTY,
};

/** One line of progress in both languages, set in beneath the phase that it belongs to. */
export function progressLine(line: Label): string {
  return `    ${bilingual(line)}\n`;
}

/** A refusal as a person reads it: Chinese, then English, with the code to look up. */
export function refusalText(refusal: Refusal): string {
  return [
    "",
    `✗ ${refusal.what.zh}`,
    `  ${refusal.remedy.zh}`,
    `  ${refusal.what.en}`,
    `  ${refusal.remedy.en}`,
    `  [${refusal.code}]`,
    "",
  ].join("\n");
}

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** The columns that a text takes on a terminal, where a Chinese character takes two. */
function width(text: string): number {
  return text.length + (text.match(wide)?.length ?? 0);
}

/** Fills a text up to a width. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}
