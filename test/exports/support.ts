import type { Cell, Sheet } from "hucre";
import { readXlsx } from "hucre/xlsx";

/** A worksheet as a person sees it: its name, the texts of its cells, which cells stand as one. */
export interface SeenSheet {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
  /** `A4:B4` */
  readonly merged: readonly string[];
  /** Formulas by their cells' places, `row,column`. */
  readonly formulas: ReadonlyMap<string, string>;
}

/** The worksheets of a workbook. */
export async function seen(bytes: Uint8Array): Promise<readonly SeenSheet[]> {
  const { sheets } = await readXlsx(bytes, { readStyles: true });
  return sheets.map(seenSheet);
}

function seenSheet({ name, rows, merges = [], cells }: Sheet): SeenSheet {
  const formulas = [...(cells ?? new Map<string, Cell>())].flatMap(([place, { formula }]) =>
    formula === undefined ? [] : [[place, formula] as const],
  );
  return {
    name,
    rows: rows.map((row) => row.map((cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? "")))),
    merged: merges.map(({ startRow, startCol, endRow, endCol }) => `${cellName(startRow, startCol)}:${cellName(endRow, endCol)}`),
    formulas: new Map(formulas),
  };
}

function cellName(row: number, column: number): string {
  return `${String.fromCharCode(65 + column)}${row + 1}`;
}
