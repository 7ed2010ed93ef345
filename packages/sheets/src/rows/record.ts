import type { Fault, Value } from "../cells/reading.ts";
import { shown } from "../cells/text.ts";
import type { SheetProblem } from "../outcome.ts";
import { cellName } from "../locate/grid.ts";
import type { FoundColumn } from "../locate/header.ts";
import type { Table, TableRow } from "../locate/table.ts";

/** A row of the file on its way into the database. */
export interface SheetRecord {
  readonly table: Table;
  readonly row: TableRow;
  /** By place in the sheet's columns. `undefined`: the file says nothing about it, or what it says cannot be read. */
  readonly values: (Value | undefined)[];
  /** The natural key; `undefined` where part of it is missing or unreadable. */
  key: readonly Value[] | undefined;
  /** The row's id: the existing one, or one made for it. */
  id: string;
  isNew: boolean;
}

/** A problem of a cell. */
export function cellProblem(table: Table, row: TableRow, column: FoundColumn, { code, reason, remedy }: Fault): SheetProblem {
  return {
    code,
    sheet: table.worksheet,
    row: row.at + 1,
    column: column.header,
    cell: cellName(row.at, column.at),
    value: quotable(shown(row.cells[table.header.columns.indexOf(column)] ?? null)),
    reason,
    remedy,
  };
}

const LONGEST_QUOTE = 80;

function quotable(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
