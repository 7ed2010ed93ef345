import { colToLetter } from "hucre/xlsx";

import { cellXml } from "./cell-xml.ts";
import type { GatheredTable } from "./gather.ts";
import { lineCount, rowHeight } from "./text-width.ts";

/** Where the row of totals stands, and how it looks. */
export interface TotalsPlace {
  /** The table's rows, counted from 1. */
  readonly first: number;
  readonly last: number;
  /** The column that says what the row is. */
  readonly label: number;
  /** How wide that is. */
  readonly width: number;
  readonly styles: readonly string[];
}

/**
 * The row of totals: formulas, so that it follows whoever changes a number, with their values, so that it reads right before anything is calculated.
 * A sum that a spreadsheet program could not calculate exactly is the value alone.
 */
export function totalsRow({ frame, measures }: GatheredTable, { first, last, label, width, styles }: TotalsPlace): string {
  const row = Math.max(first - 1, last) + 1;
  const name = totalsLabel({ frame, measures });
  const parts = frame.totals?.parts;
  const without = parts === undefined || (measures[parts.column]?.longest ?? 0) === 0 ? undefined : parts.column;
  const cells = frame.columns.map(({ total, format }, at) => {
    const [place, style] = [`${colToLetter(at)}${row}`, styles[at] ?? ""];
    if (at === label) return cellXml(place, style, "word", name);
    const { sum, summable = false } = measures[at] ?? {};
    if (!total || sum === undefined) return cellXml(place, style, format, null);
    if (!summable || last < first) return cellXml(place, style, format, sum);
    return `<c r="${place}" s="${style}"><f>${formula(at, first, last, without)}</f><v>${sum}</v></c>`;
  });
  return `<row r="${row}" ht="${rowHeight(lineCount(name, width))}">${cells.join("")}</row>`;
}

/** What the row is called: another name where parts are left out. */
function totalsLabel({ frame: { totals }, measures }: Pick<GatheredTable, "frame" | "measures">): string {
  const { parts, label = "" } = totals ?? {};
  return parts !== undefined && (measures[parts.column]?.longest ?? 0) > 0 ? parts.label : label;
}

function formula(column: number, first: number, last: number, onlyWithout: number | undefined): string {
  const range = (at: number): string => `${colToLetter(at)}${first}:${colToLetter(at)}${last}`;
  return onlyWithout === undefined ? `SUM(${range(column)})` : `SUMIF(${range(onlyWithout)},"=",${range(column)})`;
}
