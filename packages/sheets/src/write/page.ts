import type { WriteSheet } from "hucre";

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

/** Where the header stands, in rows counted from 1. */
export interface HeaderRows {
  readonly headerTop: number;
  readonly headerBottom: number;
}

/** How a table is printed: as wide as the paper, its header on every page, and the number of the page. */
export function pageSetup(
  { title, pages }: TableFrame,
  widths: readonly number[],
  { headerTop, headerBottom }: HeaderRows,
): Pick<WriteSheet, "pageSetup" | "headerFooter"> {
  const total = widths.reduce((sum, width) => sum + width, 0);
  return {
    pageSetup: {
      paperSize: total <= LANDSCAPE_A4 ? "a4" : "a3",
      orientation: total <= PORTRAIT_A4 ? "portrait" : "landscape",
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      horizontalCentered: true,
      printTitlesRow: `$${headerTop}:$${headerBottom}`,
      margins: { top: 0.6, bottom: 0.7, left: 0.4, right: 0.4, header: 0.3, footer: 0.3 },
    },
    // an ampersand begins a code there
    headerFooter: { oddFooter: `&L${title.replaceAll("&", "&&")}&C${pages}` },
  };
}
