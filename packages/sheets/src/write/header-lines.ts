import type { MergeRange } from "hucre";

import type { WrittenColumn } from "./table.ts";

/** The header of a table: one list of texts for each line, and which cells stand as one. */
export interface HeaderLines {
  readonly lines: readonly (readonly (string | null)[])[];
  readonly merges: readonly MergeRange[];
}

/**
 * Lays a header out: groups above their columns, merged; a column that is in fewer groups than others goes down to the last line.
 *
 * @param top the row of its first line, counted from 0
 */
export function headerLines(columns: readonly WrittenColumn[], top: number): HeaderLines {
  const depth = Math.max(1, ...columns.map(({ header }) => header.length));
  const lines = Array.from({ length: depth }, () => columns.map((): string | null => null));
  const merges: MergeRange[] = [];
  const put = (line: number, at: number, to: { readonly line: number; readonly at: number }, text: string): void => {
    const row = lines[line];
    if (row !== undefined) row[at] = text;
    if (to.line > line || to.at > at) merges.push({ startRow: top + line, startCol: at, endRow: top + to.line, endCol: to.at });
  };
  columns.forEach(({ header }, at) => {
    const own = header.length - 1;
    put(own, at, { line: depth - 1, at }, header[own] ?? "");
    for (let level = 0; level < own; level += 1) {
      if (at > 0 && sameGroup(columns[at - 1], header, level)) continue;
      let last = at;
      while (sameGroup(columns[last + 1], header, level)) last += 1;
      put(level, at, { line: level, at: last }, header[level] ?? "");
    }
  });
  return { lines, merges };
}

function sameGroup(other: WrittenColumn | undefined, header: readonly string[], level: number): boolean {
  if (other === undefined || other.header.length - 1 <= level) return false;
  return header.slice(0, level + 1).every((text, at) => other.header[at] === text);
}
