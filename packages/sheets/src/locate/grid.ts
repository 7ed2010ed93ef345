import { shown } from "../cells/text.ts";
import type { Cell, MergedRange, Worksheet } from "../open/workbook.ts";

/** Excel has no more columns than this. */
const MOST_COLUMNS = 16_384;

/** Tells the merged range that a cell belongs to. */
export type MergeIndex = (row: number, column: number) => MergedRange | undefined;

/** Indexes the merged ranges of the rows before `end`. Ranges may not overlap in a sound file, so that no more cells are indexed than there are. */
export function indexMerges(worksheet: Worksheet, end: number): MergeIndex {
  const width = Math.max(0, ...worksheet.rows.slice(0, end).map((row) => row.length));
  const ranges = new Map<number, MergedRange>();
  let cellsLeft = end * width;
  for (const range of worksheet.merged) {
    const [bottom, right] = [Math.min(range.bottom, end - 1), Math.min(range.right, width - 1)];
    cellsLeft -= Math.max(0, bottom - range.top + 1) * Math.max(0, right - range.left + 1);
    if (cellsLeft < 0) break;
    for (let row = range.top; row <= bottom; row += 1) {
      for (let column = range.left; column <= right; column += 1) ranges.set(row * MOST_COLUMNS + column, range);
    }
  }
  return (row, column) => ranges.get(row * MOST_COLUMNS + column);
}

/** The text that a cell shows, through the range that it is merged into. */
export function textThroughMerge(worksheet: Worksheet, mergedAt: MergeIndex, row: number, column: number): string {
  const range = mergedAt(row, column);
  return shown(cellAt(worksheet, range?.top ?? row, range?.left ?? column));
}

/** A cell; null where the sheet has none. */
export function cellAt(worksheet: Worksheet, row: number, column: number): Cell {
  return worksheet.rows[row]?.[column] ?? null;
}

/** The name of a cell as Excel shows it: `D12`. Both count from 0. */
export function cellName(row: number, column: number): string {
  return `${columnLetters(column)}${row + 1}`;
}

function columnLetters(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnLetters(Math.floor(column / 26) - 1) + letter;
}
