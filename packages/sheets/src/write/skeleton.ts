import type { Cell, CellStyle, MergeRange, NamedRange, RowDef, WriteSheet } from "hucre";

import { headerLines } from "./header-lines.ts";
import type { GatheredTable } from "./gather.ts";
import { pageSetup, repeatedHeader, widthsOf } from "./page.ts";
import { bodyStyle, HEADER, INFO, REMARK, TITLE, TOTAL_LABEL, totalStyle, UNIT } from "./styles.ts";
import type { TableFrame } from "./table.ts";
import { textWidth } from "./text-width.ts";

/** A worksheet as far as it is made at once: all but its rows, for which one of each kind stands in the place of the first. */
export interface Skeleton {
  readonly sheet: WriteSheet;
  /** The row of the first of the table's rows, counted from 1; the row of totals stands in for itself below it. */
  readonly first: number;
  /** The column in which the row of totals says what it is; `undefined` where there is no such row. */
  readonly label: number | undefined;
  /** What repeats the header in print. */
  readonly header: NamedRange;
}

/** Height of a line of text, in points. */
const LINE = 16;
/** Widths, in digits, that the unit on the right needs. */
const UNIT_WIDTH = 14;

/** Lays out the worksheet of a table. @param name what it is called, sound and unlike the others */
export function skeletonOf({ frame, measures }: GatheredTable, name: string): Skeleton {
  const { columns } = frame;
  const last = columns.length - 1;
  const widths = widthsOf(columns, measures);
  const cells = new Map<string, Partial<Cell>>();
  const merges: MergeRange[] = [];
  const heights = new Map<number, RowDef>();
  let row = 0;
  const put = (at: number, value: string | null, style: CellStyle): void => {
    cells.set(`${row},${at}`, { value, style });
  };
  const line = (from: number, to: number, value: string, style: CellStyle, height: number): void => {
    put(from, value, style);
    if (to > from) merges.push({ startRow: row, startCol: from, endRow: row, endCol: to });
    heights.set(row, { height });
  };

  line(0, last, frame.title, TITLE, 32);
  row += 1;
  for (const [left, right] of infoLines(frame, last)) {
    const split = right === undefined ? last : splitFor(widths, UNIT_WIDTH);
    line(0, split, left, INFO, LINE + 4);
    if (right !== undefined) line(split + 1, last, right, UNIT, LINE + 4);
    row += 1;
  }
  for (const remark of frame.remarks) {
    line(0, last, remark, REMARK, LINE + 4);
    row += 1;
  }

  const header = headerLines(columns, row);
  merges.push(...header.merges);
  const headerTop = row;
  for (const texts of header.lines) {
    texts.forEach((text, at) => put(at, text, HEADER));
    const own = header.lines.length > 1 ? [] : texts.map((text, at) => Math.ceil(textWidth(text ?? "") / ((widths[at] ?? 1) - 1)));
    heights.set(row, { height: Math.max(LINE + 6, Math.max(1, ...own) * LINE + 6) });
    row += 1;
  }

  const first = row + 1;
  columns.forEach(({ format }, at) => put(at, null, bodyStyle(format, measures[at] ?? NOTHING)));
  row += 1;
  const summed = columns.some(({ total }) => total);
  // the first column that is not summed: a code or a name, which the label may stand in
  const label = frame.totals !== undefined && summed ? columns.findIndex(({ total }) => !total) : undefined;
  if (label !== undefined) {
    columns.forEach(({ format }, at) => put(at, null, at === label ? TOTAL_LABEL : totalStyle(format, measures[at] ?? NOTHING)));
  }
  return {
    first,
    label: label === -1 ? undefined : label,
    header: repeatedHeader(name, headerTop + 1, first - 1),
    sheet: {
      name,
      cells,
      merges,
      rows: [],
      rowDefs: heights,
      columns: widths.map((width) => ({ width })),
      freezePane: { rows: first - 1, columns: frozenColumns(widths) },
      ...pageSetup(frame, widths),
    },
  };
}

const NOTHING = Object.freeze({ width: 0, longest: 0, decimals: 0, sum: undefined, summable: false });

/** What stands below the title: the cut-off on the left and the unit on the right, below each other where there is one column alone. */
function infoLines({ info, unit }: TableFrame, last: number): (readonly [string, string | undefined])[] {
  if (unit === undefined) return [[info, undefined]];
  return last > 0 ? [[info, unit]] : [[info, undefined] as const, [unit, undefined] as const];
}

/** The last column of the left part, so that the right one is at least so wide. */
function splitFor(widths: readonly number[], needed: number): number {
  let [right, at] = [0, widths.length - 1];
  while (at > 0 && right < needed) {
    right += widths[at] ?? 0;
    at -= 1;
  }
  return Math.min(at, widths.length - 2);
}

/** Columns that stay in sight in a wide table: the leading two, where they leave room for others. */
function frozenColumns(widths: readonly number[]): number {
  const [one = 0, two = 0] = widths;
  return widths.length > 8 && one + two <= 60 ? 2 : 0;
}
