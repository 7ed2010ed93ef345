import type { BorderStyle, CellStyle } from "hucre";

import type { ColumnMeasure } from "./measure.ts";
import type { CellFormat } from "./table.ts";

/** The fonts of official tables; where a machine lacks them its own stand in. */
const BODY = { name: "宋体", size: 11 } as const;
const HEADING = { name: "黑体", size: 11 } as const;
const LINE = { style: "thin" } as const;
const BORDER: BorderStyle = { top: LINE, bottom: LINE, left: LINE, right: LINE };
/** Older programs show longer texts as ### in a cell formatted as text. */
const SHORT_TEXT = 255;

/** The font that a workbook is written in unless a cell says otherwise. */
export const DEFAULT_FONT = BODY;

/** The title above a table. */
export const TITLE: CellStyle = {
  font: { name: "黑体", size: 18 },
  alignment: { horizontal: "center", vertical: "center", wrapText: true },
};
/** What stands between the title and the table. */
export const INFO: CellStyle = { font: BODY, alignment: { horizontal: "left", vertical: "center" } };
/** The unit, on the right. */
export const UNIT: CellStyle = { font: BODY, alignment: { horizontal: "right", vertical: "center" } };
/** That data is invented and the like: it must be seen. */
export const REMARK: CellStyle = {
  font: { ...BODY, color: { rgb: "C00000" } },
  alignment: { horizontal: "left", vertical: "center", wrapText: true },
};
/** A cell of the header. */
export const HEADER: CellStyle = {
  font: HEADING,
  border: BORDER,
  fill: { type: "pattern", pattern: "solid", fgColor: { rgb: "EDEDED" } },
  alignment: { horizontal: "center", vertical: "center", wrapText: true },
};

/** The style of a column's cells. */
export function bodyStyle(format: CellFormat, measure: ColumnMeasure): CellStyle {
  return { font: BODY, border: BORDER, numFmt: numberFormat(format, measure), alignment: alignmentOf(format) };
}

/** The style of a column's cell in the row of totals. */
export function totalStyle(format: CellFormat, measure: ColumnMeasure): CellStyle {
  return { ...bodyStyle(format, measure), font: HEADING };
}

/** The style of what the row of totals is called. */
export const TOTAL_LABEL: CellStyle = {
  font: HEADING,
  border: BORDER,
  numFmt: "@",
  alignment: { horizontal: "center", vertical: "center", wrapText: true },
};

/** With as many decimals as the column needs, all alike, so that the points stand below each other. */
function numberFormat(format: CellFormat, { decimals, longest }: ColumnMeasure): string {
  const behind = decimals === 0 ? "" : `.${"0".repeat(decimals)}`;
  switch (format) {
    case "text":
    case "word":
      return longest > SHORT_TEXT ? "General" : "@";
    case "integer":
      return "0";
    case "decimal":
      return `#,##0${behind}`;
    case "percent":
      return `0${behind}%`;
    case "date":
      return "yyyy-mm-dd";
    case "month":
      return 'yyyy"年"m"月"';
    case "moment":
      return "yyyy-mm-dd hh:mm:ss";
  }
}

function alignmentOf(format: CellFormat): NonNullable<CellStyle["alignment"]> {
  switch (format) {
    case "text":
      return { horizontal: "left", vertical: "center", wrapText: true };
    case "decimal":
    case "percent":
      return { horizontal: "right", vertical: "center" };
    case "word":
    case "integer":
    case "date":
    case "month":
    case "moment":
      return { horizontal: "center", vertical: "center", wrapText: format === "word" };
  }
}
