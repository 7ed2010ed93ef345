import type { CellValue, MergeRange, WriteSheet } from "hucre";
import { writeXlsx } from "hucre/xlsx";

import type { SheetFile } from "@xianmai/sheets";

/** Rows of cells as people see them. */
export type Rows = CellValue[][];

/** Writes a workbook of one worksheet, 任务分解表, or of several. */
export async function workbook(rows: Rows | WriteSheet[], more: Omit<WriteSheet, "name"> = {}): Promise<SheetFile> {
  const sheets = rows.every((row): row is CellValue[] => Array.isArray(row))
    ? [{ name: "任务分解表", rows, ...more }]
    : (rows as WriteSheet[]);
  return { name: "任务分解表.xlsx", bytes: await writeXlsx({ sheets }) };
}

/** A merged range by its corners as Excel names them: `B3`, `C3`. */
export function merged(from: string, to: string): MergeRange {
  const [startCol, startRow] = corner(from);
  const [endCol, endRow] = corner(to);
  return { startRow, startCol, endRow, endCol };
}

function corner(name: string): [number, number] {
  return [name.charCodeAt(0) - 65, Number(name.slice(1)) - 1];
}

/** All of what comes piece by piece. */
export async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
