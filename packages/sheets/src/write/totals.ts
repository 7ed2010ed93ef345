import { colToLetter } from "hucre/xlsx";

import { cellXml } from "./cell-xml.ts";
import type { GatheredTable } from "./gather.ts";

/** Where the row of totals stands, and how it looks. */
export interface TotalsPlace {
  /** The table's rows, counted from 1. */
  readonly first: number;
  readonly last: number;
  /** The column that says what the row is. */
  readonly label: number;
  readonly styles: readonly string[];
}

/**
 * The row of totals: formulas, so that it follows whoever changes a number, with their values, so that it reads right before anything is calculated.
 * A sum that a spreadsheet program could not calculate exactly is the value alone.
 */
export function totalsRow({ frame, measures }: GatheredTable, { first, last, label, styles }: TotalsPlace): string {
  const row = Math.max(first - 1, last) + 1;
  const cells = frame.columns.map(({ total, format }, at) => {
    const [name, style] = [`${colToLetter(at)}${row}`, styles[at] ?? ""];
    if (at === label) return cellXml(name, style, "word", frame.totals?.label ?? "");
    const { sum, summable = false } = measures[at] ?? {};
    if (!total || sum === undefined) return cellXml(name, style, format, null);
    if (!summable || last < first) return cellXml(name, style, format, sum);
    return `<c r="${name}" s="${style}"><f>${formula(at, first, last, frame.totals?.onlyWithout)}</f><v>${sum}</v></c>`;
  });
  return `<row r="${row}" ht="20">${cells.join("")}</row>`;
}

function formula(column: number, first: number, last: number, onlyWithout: number | undefined): string {
  const range = (at: number): string => `${colToLetter(at)}${first}:${colToLetter(at)}${last}`;
  return onlyWithout === undefined ? `SUM(${range(column)})` : `SUMIF(${range(onlyWithout)},"=",${range(column)})`;
}
