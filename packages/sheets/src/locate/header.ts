import type { MoneyUnit } from "../cells/money.ts";
import { shown } from "../cells/text.ts";
import type { Worksheet } from "../open/workbook.ts";
import type { ExpectedColumn } from "./expected.ts";
import { indexMerges, textThroughMerge, type MergeIndex } from "./grid.ts";
import { headerName, statedUnit } from "./header-name.ts";
import { better, headerCell, matchHeaders, type Candidate, type HeaderCell } from "./match.ts";

/** A column of the file that a declared one was found for. */
export interface FoundColumn {
  readonly expected: ExpectedColumn;
  /** Counts from 0. */
  readonly at: number;
  /** As the file writes it, on one line. */
  readonly header: string;
  /** The unit of money of this column: its own, its group's, or the table's. */
  readonly unit: MoneyUnit | undefined;
  readonly percent: boolean;
}

/** Two columns of the file that mean the same declared one. */
export interface DoubledColumn {
  readonly expected: ExpectedColumn;
  readonly first: { readonly at: number; readonly header: string };
  readonly second: { readonly at: number; readonly header: string };
}

/** The header of a table, found. */
export interface FoundHeader {
  /** The last row of the header, counted from 0. */
  readonly bottom: number;
  readonly columns: readonly FoundColumn[];
  readonly doubled: readonly DoubledColumn[];
  /** Headers that no declared column goes by. */
  readonly ignored: readonly string[];
}

/** A table begins within the first rows, and its header has up to three lines. */
const ROWS_SEARCHED = 100;
const HEADER_LINES = [1, 2, 3];
/** No table that people fill in is wider. */
const COLUMNS_SEARCHED = 512;

/** Finds the rows that name the most declared columns; `undefined` where none names enough to be a header. */
export function findHeader(worksheet: Worksheet, expected: readonly ExpectedColumn[]): FoundHeader | undefined {
  const mergedAt = indexMerges(worksheet, ROWS_SEARCHED + HEADER_LINES.length);
  let best: Candidate | undefined;
  for (let top = 0; top < Math.min(worksheet.rows.length, ROWS_SEARCHED); top += 1) {
    for (const lines of HEADER_LINES) {
      const cells = headerCells(worksheet, mergedAt, top, lines);
      const matches = matchHeaders(cells, expected);
      const last = top + lines - 1;
      // a header cell merged downwards belongs to the header with all its rows
      const bottom = Math.max(last, ...matches.map(({ cell }) => mergedAt(last, cell.at)?.bottom ?? last));
      const candidate = { matches, cells, top, bottom, lines };
      if (best === undefined || better(candidate, best)) best = candidate;
    }
  }
  const enough = Math.min(2, expected.length);
  return best === undefined || new Set(best.matches.map((match) => match.expected)).size < enough
    ? undefined
    : headerOf(worksheet, mergedAt, best);
}

function headerCells(worksheet: Worksheet, mergedAt: MergeIndex, top: number, lines: number): HeaderCell[] {
  const rows = Array.from({ length: lines }, (_, line) => top + line);
  const width = Math.min(COLUMNS_SEARCHED, Math.max(...rows.map((row) => worksheet.rows[row]?.length ?? 0)));
  return Array.from({ length: width }, (_, at) =>
    headerCell(
      at,
      rows.map((row) => textThroughMerge(worksheet, mergedAt, row, at)),
    ),
  );
}

function headerOf(worksheet: Worksheet, mergedAt: MergeIndex, { matches, cells, top, bottom }: Candidate): FoundHeader {
  const tableUnit = unitAbove(worksheet, top);
  const columns: FoundColumn[] = [];
  const doubled: DoubledColumn[] = [];
  for (const { cell, expected } of matches) {
    const earlier = columns.find((column) => column.expected === expected);
    if (earlier !== undefined) {
      doubled.push({ expected, first: earlier, second: { at: cell.at, header: headerText(cell) } });
      continue;
    }
    const names = cell.texts.toReversed().map(headerName);
    const ownUnit = names.map((name) => name.unit).find((unit) => unit !== undefined);
    columns.push({
      expected,
      at: cell.at,
      header: headerText(cell),
      unit: ownUnit ?? groupUnit(worksheet, mergedAt, top - 1, cell.at) ?? tableUnit,
      percent: names.some((name) => name.percent),
    });
  }
  const used = new Set(matches.map((match) => match.cell));
  const ignored = cells.filter((cell) => !used.has(cell) && cell.texts.length > 0).map(headerText);
  return { bottom, columns, doubled, ignored };
}

function headerText(cell: HeaderCell): string {
  return (cell.texts.at(-1) ?? "").replaceAll(/\s+/gu, " ");
}

/** The unit that a merged group heading right above the header states for its columns. */
function groupUnit(worksheet: Worksheet, mergedAt: MergeIndex, row: number, at: number): MoneyUnit | undefined {
  return mergedAt(row, at) === undefined ? undefined : headerName(textThroughMerge(worksheet, mergedAt, row, at)).unit;
}

/** 单位：万元, in a row above the table; the nearest goes first. */
function unitAbove(worksheet: Worksheet, top: number): MoneyUnit | undefined {
  for (const row of worksheet.rows.slice(0, top).toReversed()) {
    const unit = row.map((cell) => statedUnit(shown(cell))).find((found) => found !== undefined);
    if (unit !== undefined) return unit;
  }
  return undefined;
}
