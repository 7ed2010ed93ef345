export { importSheet, type ImportOrder } from "./import-sheet.ts";
export { exportSheet, type ExportedSheet, type ExportOrder } from "./write/export-sheet.ts";
export type { ImportOutcome, SheetChange, SheetCreation, SheetNote, SheetProblem } from "./outcome.ts";
export { momentInZone } from "./cells/calendar.ts";
export { describeNote, describeProblem } from "./describe.ts";
export { SHEET_PROBLEMS, SHEET_REFUSALS, type SheetProblemCode } from "./codes.ts";
export { PROBLEMS_KEPT } from "./rows/collect.ts";
export { openWorkbook, OPEN_LIMITS, type OpenLimits } from "./open/open-workbook.ts";
export type {
  Cell,
  CellError,
  CellFormula,
  CellMoment,
  CellPercent,
  MergedRange,
  SheetFile,
  Workbook,
  Worksheet,
} from "./open/workbook.ts";
export { gatherTable, type GatheredTable } from "./write/gather.ts";
export { readCounty } from "./write/list.ts";
export type { CellFormat, TableFrame, Totals, WrittenCell, WrittenCells, WrittenColumn } from "./write/table.ts";
export { cutOffLine, PAGES } from "./write/words.ts";
export { writeWorkbook } from "./write/workbook.ts";
