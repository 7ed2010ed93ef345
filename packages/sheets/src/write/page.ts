import type { NamedRange, WriteSheet } from "hucre";

import type { ColumnMeasure } from "./measure.ts";
import type { TableFrame, WrittenColumn } from "./table.ts";
import { textWidth } from "./text-width.ts";

/** Widths, in digits. A longer text goes on in the next line, a longer header too. */
const NARROWEST = 6;
const WIDEST = 44;
const HEADER_WIDTH = 12;
const MARGIN = 2;

/** What fits on a page at full size, in digits, in print. */
const PORTRAIT_A4 = 88;
const LANDSCAPE_A4 = 190;

/** How wide the columns are: by what stands in them. */
export function widthsOf(columns: readonly WrittenColumn[], measures: readonly ColumnMeasure[]): readonly number[] {
  return columns.map(({ header, format }, at) => {
    const { width = 0 } = measures[at] ?? {};
    // a number that does not fit is not shown at all
    const content = format === "text" || format === "word" ? Math.min(width, WIDEST) : width;
    return Math.max(NARROWEST, content, Math.min(textWidth(header.at(-1) ?? ""), HEADER_WIDTH)) + MARGIN;
  });
}

/**
 * The name by which a worksheet repeats its header on every page. The library writes it for itself without quotes, which Excel takes for damage where a
 * worksheet is called by more than plain letters.
 *
 * @param top the first line of the header, counted from 1; `bottom` its last
 */
export function repeatedHeader(worksheet: string, top: number, bottom: number): NamedRange {
  return { name: "_xlnm.Print_Titles", range: `'${worksheet.replaceAll("'", "''")}'!$${top}:$${bottom}`, scope: worksheet };
}

/** How a table is printed: as wide as the paper, with the number of the page. */
export function pageSetup({ title, pages }: TableFrame, widths: readonly number[]): Pick<WriteSheet, "pageSetup" | "headerFooter"> {
  const total = widths.reduce((sum, width) => sum + width, 0);
  return {
    pageSetup: {
      paperSize: total <= LANDSCAPE_A4 ? "a4" : "a3",
      orientation: total <= PORTRAIT_A4 ? "portrait" : "landscape",
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      horizontalCentered: true,
      margins: { top: 0.6, bottom: 0.7, left: 0.4, right: 0.4, header: 0.3, footer: 0.3 },
    },
    // an ampersand begins a code there
    headerFooter: { oddFooter: `&L${title.replaceAll("&", "&&")}&C${pages}` },
  };
}
