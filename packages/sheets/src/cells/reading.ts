import type { Label } from "@xianmai/plugin-api";

import type { SheetProblemCode } from "../codes.ts";
import type { Cell } from "../open/workbook.ts";
import { saysNothing, shown } from "./text.ts";

/** A value in the text form that PostgreSQL prints for its column; a list for `texts`; null for nothing. */
export type Value = string | null | readonly string[];

/** Why a cell cannot be read, and what to do about it. */
export interface Fault {
  readonly code: SheetProblemCode;
  readonly reason: Label;
  readonly remedy: Label;
}

/** A cell, read: its value, or why not. */
export type Reading = { readonly value: Value } | { readonly fault: Fault };

/** A cell that holds a value: no nothing, no error, no formula without result. */
export type Content = Exclude<Cell, null | { readonly error: string } | { readonly formula: string }>;

/** Builds the reading of a cell that is at fault. */
export function fault(code: SheetProblemCode, reason: Label, remedy: Label): { readonly fault: Fault } {
  return { fault: { code, reason, remedy } };
}

/** What goes before reading any kind of cell: nothing, errors and formulas without result, and 同上. `undefined`: the cell has content. */
export function beforeContent(cell: Cell): Reading | undefined {
  if (saysNothing(cell)) return { value: null };
  if (typeof cell === "object" && cell !== null && "error" in cell) {
    return fault(
      "SHEET_CELL_ERROR",
      { zh: `单元格显示公式错误 ${cell.error}`, en: `the cell shows the formula error ${cell.error}` },
      { zh: "请改正公式，或直接填写数值。", en: "Correct the formula, or type the value." },
    );
  }
  if (typeof cell === "object" && cell !== null && "formula" in cell) {
    return fault(
      "SHEET_CELL_UNCALCULATED",
      { zh: "公式没有保存计算结果", en: "the formula has no stored result" },
      { zh: "请用 Excel 或 WPS 打开文件，保存一次后再导入。", en: "Open the file in Excel or WPS, save it once and import it again." },
    );
  }
  if (typeof cell === "string" && /^(同上|〃|″|")$/u.test(cell.trim())) {
    return fault(
      "SHEET_VALUE_DITTO",
      { zh: `单元格写的是“${shown(cell)}”`, en: `the cell says “${shown(cell)}” (ditto)` },
      { zh: "请填写具体内容，或把同值的单元格上下合并。", en: "Write the value itself, or merge the cells that share it." },
    );
  }
  return undefined;
}

/** Whether a cell has content that a reader of a kind may look at. */
export function isContent(cell: Cell): cell is Content {
  return cell !== null && !(typeof cell === "object" && ("error" in cell || "formula" in cell));
}
