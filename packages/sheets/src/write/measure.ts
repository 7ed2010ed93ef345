import { Decimal } from "@xianmai/plugin-api";

import { decimalsOf, isKept, shownNumber, type Big } from "./numbers.ts";
import type { CellFormat, TableFrame, Totals, WrittenCells, WrittenColumn } from "./table.ts";
import { textWidth } from "./text-width.ts";

/** What is known of a column when all its cells have been seen. */
export interface ColumnMeasure {
  /** The widest cell, in digits. */
  readonly width: number;
  /** The most characters that one cell has. */
  readonly longest: number;
  /** The most decimals that a number has. */
  readonly decimals: number;
  /** The exact sum, where the column is summed. */
  readonly sum: string | undefined;
  /** Whether a formula gives that sum: every number is one to a spreadsheet program too, and so is the sum. */
  readonly summable: boolean;
}

/** Looks at rows as they come. */
export interface Measuring {
  look(row: WrittenCells): void;
  columns(): readonly ColumnMeasure[];
}

/** How wide the formats are that say so themselves. */
const WIDTHS: Readonly<Partial<Record<CellFormat, number>>> = { date: 10, month: 9, moment: 19 };

interface Draft {
  width: number;
  longest: number;
  decimals: number;
  sum: Big;
  kept: boolean;
  readonly column: WrittenColumn;
}

/** Begins to measure the rows of a table. */
export function measure({ columns, totals }: TableFrame): Measuring {
  const drafts = columns.map((column): Draft => ({
    column,
    width: WIDTHS[column.format] ?? 0,
    longest: 0,
    decimals: 0,
    sum: new Decimal("0"),
    kept: true,
  }));
  const counts = ({ parts }: Totals, row: WrittenCells): boolean => parts === undefined || (row[parts.column] ?? null) === null;
  return {
    look: (row) => {
      const counted = totals !== undefined && counts(totals, row);
      drafts.forEach((draft, at) => {
        const cell = row[at] ?? null;
        if (cell !== null) look(draft, cell, counted);
      });
    },
    columns: () => drafts.map(measured),
  };
}

function look(draft: Draft, cell: string, counted: boolean): void {
  const { format, total } = draft.column;
  draft.longest = Math.max(draft.longest, cell.length);
  if (format === "text" || format === "word") {
    // wider than any column becomes, and a long text need not be looked through
    draft.width = Math.max(draft.width, cell.length > 500 ? 500 : textWidth(cell));
    return;
  }
  if (format === "integer" || format === "decimal" || format === "percent") {
    draft.decimals = Math.max(draft.decimals, decimalsOf(cell));
    draft.width = Math.max(draft.width, shownNumber(cell, 0).length);
    if (!total || !counted) return;
    draft.sum = draft.sum.plus(cell);
    draft.kept &&= isKept(cell);
    return;
  }
  draft.width = Math.max(draft.width, cell.length);
}

function measured({ column, width, longest, decimals, sum, kept }: Draft): ColumnMeasure {
  const total = column.total ? sum.toFixed() : undefined;
  const whole = Math.max(width, total === undefined ? 0 : shownNumber(total, 0).length);
  return {
    width: whole + (decimals === 0 ? 0 : decimals + 1) + (column.format === "percent" ? 1 : 0),
    longest,
    decimals,
    sum: total,
    summable: kept && total !== undefined && isKept(total),
  };
}
