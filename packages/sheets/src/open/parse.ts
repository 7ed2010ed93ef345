// Runs inside the worker: it must import nothing of the workspace, whose packages a bare worker could not resolve from source.
import { HucreError, ParseError, type Cell as ParsedCell, type CellValue, type ReadOptions, type Sheet } from "hucre";
import { colToLetter, readXlsx, streamXlsxRows } from "hucre/xlsx";

import type { Cell, MergedRange, Workbook, Worksheet } from "./workbook.ts";

/** What the worker answers: the workbook, or why there is none. */
export type Parsed = { readonly workbook: Workbook } | { readonly failure: "damaged" | "tooLarge"; readonly detail: string };

/**
 * Reads the cells of an .xlsx.
 *
 * @param formats whether number formats are looked at, which costs memory: only they tell 12.5 % from 0.125
 */
export async function parseWorkbook(bytes: Uint8Array, options: { readonly formats: boolean; readonly macros: boolean }): Promise<Parsed> {
  try {
    const parsed = await read(bytes, { readStyles: options.formats });
    return {
      workbook: {
        worksheets: parsed.sheets.map(worksheetOf),
        from1904: parsed.dateSystem === "1904",
        macros: options.macros,
      },
    };
  } catch (error) {
    if (isOversize(error)) return { failure: "tooLarge", detail: error.message };
    if (error instanceof HucreError) return { failure: "damaged", detail: error.message };
    throw error;
  }
}

function isOversize(error: unknown): error is ParseError {
  return error instanceof ParseError && / over the \d+ limit/.test(error.message);
}

/** Reads whole sheets; where formatting reaches down to the last row, only the part that holds something. */
async function read(bytes: Uint8Array, options: ReadOptions): ReturnType<typeof readXlsx> {
  try {
    return await readXlsx(bytes, options);
  } catch (error) {
    if (!isOversize(error)) throw error;
  }
  const directory = await readXlsx(bytes, { ...options, range: "A1:A1" });
  let [rows, columns] = [1, 1];
  for (const index of directory.sheets.keys()) {
    for await (const row of streamXlsxRows(bytes, { sheet: index })) {
      const last = row.values.findLastIndex((value) => value !== null && value !== "");
      if (last < 0) continue;
      rows = Math.max(rows, row.index + 1);
      columns = Math.max(columns, last + 1);
    }
  }
  return readXlsx(bytes, { ...options, range: `A1:${colToLetter(columns - 1)}${rows}` });
}

function worksheetOf(sheet: Sheet): Worksheet {
  const rows: Cell[][] = [];
  sheet.rows.forEach((values, row) => {
    const cells = values.map((value, column) => cellOf(value, sheet.cells?.get(`${row},${column}`)));
    const last = cells.findLastIndex((cell) => cell !== null && cell !== "");
    rows.push(cells.slice(0, last + 1));
  });
  while (rows.at(-1)?.length === 0) rows.pop();
  return {
    name: sheet.name,
    hidden: sheet.hidden === true || sheet.veryHidden === true,
    rows,
    merged: (sheet.merges ?? []).map((merge): MergedRange => ({
      top: merge.startRow,
      bottom: merge.endRow,
      left: merge.startCol,
      right: merge.endCol,
    })),
    hiddenRows: [...(sheet.rowDefs ?? [])]
      .filter(([row, definition]) => definition.hidden === true && row < rows.length)
      .map(([row]) => row),
  };
}

function cellOf(value: CellValue, detail: ParsedCell | undefined): Cell {
  if (detail?.type === "error") return { error: String(value) };
  if (value === null) return detail?.formula === undefined ? null : { formula: detail.formula };
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? { error: "#NUM!" } : { moment: value.toISOString().slice(0, -1) };
  if (typeof value === "number") {
    return detail?.style?.numFmt?.includes("%") === true ? { fraction: value } : value;
  }
  return value;
}
