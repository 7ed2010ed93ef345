/** A moment of the sheet's own calendar, which knows no time zone: `2023-03-15T00:00:00.000`. */
export interface CellMoment {
  readonly moment: string;
}

/** A number shown as a percentage: `fraction` 0.125 shows 12.5 %. */
export interface CellPercent {
  readonly fraction: number;
}

/** An error of the spreadsheet program, such as `#REF!`. */
export interface CellError {
  readonly error: string;
}

/** A formula without a stored result: the program that wrote the file never calculated it. */
export interface CellFormula {
  readonly formula: string;
}

/** What one cell holds. Plain values stay plain, since a file has a million of them. */
export type Cell = string | number | boolean | null | CellMoment | CellPercent | CellError | CellFormula;

/** Cells that stand as one. All bounds count from 0 and belong to the range. */
export interface MergedRange {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** One sheet (工作表) of a workbook; trailing empty rows and cells are cut off. */
export interface Worksheet {
  readonly name: string;
  readonly hidden: boolean;
  /** Row `n` of Excel is `rows[n - 1]`. */
  readonly rows: readonly (readonly Cell[])[];
  readonly merged: readonly MergedRange[];
  /** Rows that Excel does not show, counted from 0. */
  readonly hiddenRows: readonly number[];
}

/** A file as the importer sees it. */
export interface Workbook {
  readonly worksheets: readonly Worksheet[];
  /** Days are counted from 1904 (old Macintosh files) rather than 1900. */
  readonly from1904: boolean;
  /** It carries macros. They are never run. */
  readonly macros: boolean;
}

/** A file as it arrived. */
export interface SheetFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
