import type { Label } from "@xianmai/plugin-api";

import { shown } from "../cells/text.ts";
import type { Cell, Worksheet } from "../open/workbook.ts";
import type { SheetNote } from "../outcome.ts";
import { cellAt } from "./grid.ts";
import type { FoundHeader } from "./header.ts";
import { numbersColumns, rowKind, type RowKind } from "./row-kind.ts";

/** One row of data. */
export interface TableRow {
  /** Counts from 0. */
  readonly at: number;
  /** One cell for each column of the header, in its order. */
  readonly cells: readonly Cell[];
}

/** The table of a worksheet: its header, its rows of data, and what was left out of it. */
export interface Table {
  readonly worksheet: string;
  readonly header: FoundHeader;
  readonly rows: readonly TableRow[];
  readonly notes: readonly SheetNote[];
}

/** What is said of a row that is not imported. */
const LEFT_OUT: Readonly<Partial<Record<RowKind, Label>>> = {
  total: { zh: "合计行，未作为记录导入", en: "a row of totals, not imported as a record" },
  note: { zh: "说明或签字行，未导入", en: "a note or signature, not imported" },
  heading: { zh: "分组标题或附注行，未导入", en: "a group heading or remark, not imported" },
};

/**
 * Takes the rows of data below a header. Cells merged downwards stand for each of their rows.
 *
 * @param key the places of the natural key among the header's columns
 */
export function readTable(worksheet: Worksheet, header: FoundHeader, key: ReadonlySet<number>): Table {
  const filled = filledDownwards(worksheet, header);
  const headers = header.columns.map((column) => column.header);
  const rows: TableRow[] = [];
  const notes: SheetNote[] = [];
  const lastKeyed = worksheet.rows.findLastIndex((_, at) =>
    header.columns.some((column, place) => key.has(place) && textAt(worksheet, at, column.at) !== ""),
  );
  let gapBelow = false;
  for (let at = header.bottom + 1; at < worksheet.rows.length; at += 1) {
    const own = header.columns.map((column) => cellAt(worksheet, at, column.at));
    const all = (worksheet.rows[at] ?? []).map(shown).filter((text) => text !== "");
    if (at === header.bottom + 1 && numbersColumns(all)) continue;
    const declared = own.map(shown);
    const keys = declared.filter((_, place) => key.has(place));
    const kind = rowKind({ all, declared, key: keys, afterTable: at > lastKeyed && gapBelow }, headers);
    gapBelow ||= at > lastKeyed && kind !== "data";
    if (kind === "data") rows.push({ at, cells: own.map((cell, place) => cell ?? filled.get(at)?.get(place) ?? null) });
    const leftOut = LEFT_OUT[kind];
    if (leftOut !== undefined) notes.push({ sheet: worksheet.name, row: at + 1, text: quoted(leftOut, all[0] ?? "") });
  }
  return { worksheet: worksheet.name, header, rows, notes: [...notes, ...hiddenNote(worksheet, rows)] };
}

function textAt(worksheet: Worksheet, row: number, column: number): string {
  return shown(cellAt(worksheet, row, column));
}

function quoted(text: Label, first: string): Label {
  const short = first.length > 20 ? `${first.slice(0, 20)}…` : first;
  return { zh: `“${short}”：${text.zh}`, en: `“${short}”: ${text.en}` };
}

/** The value of each cell that lies in a range merged downwards over rows of one column, by row and place in the header. */
function filledDownwards(worksheet: Worksheet, header: FoundHeader): ReadonlyMap<number, ReadonlyMap<number, Cell>> {
  const filled = new Map<number, Map<number, Cell>>();
  for (const range of worksheet.merged) {
    if (range.left !== range.right || range.top <= header.bottom) continue;
    const place = header.columns.findIndex((column) => column.at === range.left);
    if (place < 0) continue;
    const cell = cellAt(worksheet, range.top, range.left);
    for (let row = range.top + 1; row <= Math.min(range.bottom, worksheet.rows.length - 1); row += 1) {
      const cells = filled.get(row) ?? new Map<number, Cell>();
      filled.set(row, cells.set(place, cell));
    }
  }
  return filled;
}

function hiddenNote(worksheet: Worksheet, rows: readonly TableRow[]): SheetNote[] {
  const hidden = new Set(worksheet.hiddenRows);
  const imported = rows.filter((row) => hidden.has(row.at)).length;
  if (imported === 0) return [];
  return [
    {
      sheet: worksheet.name,
      row: undefined,
      text: { zh: `有 ${imported} 行被隐藏或筛选掉，同样导入`, en: `${imported} hidden or filtered rows are imported too` },
    },
  ];
}
