import type { ExpectedColumn } from "./expected.ts";
import { headerName } from "./header-name.ts";

/** One column of what may be a header. */
export interface HeaderCell {
  readonly at: number;
  /** From the group down to the column itself; a cell merged over lines stands once. */
  readonly texts: readonly string[];
  /** The names that it may go by, best first, each with how well it stands for the cell (0 is best). */
  readonly names: readonly { readonly name: string; readonly level: number }[];
}

/** A declared column and the header cell that names it. */
export interface HeaderMatch {
  readonly cell: HeaderCell;
  readonly expected: ExpectedColumn;
  readonly level: number;
}

/** Rows that may be the header. */
export interface Candidate {
  readonly matches: readonly HeaderMatch[];
  readonly cells: readonly HeaderCell[];
  readonly top: number;
  readonly bottom: number;
  readonly lines: number;
}

/** A longer text is a title or a note, never a header. */
const LONGEST_HEADER = 60;

/** Reads what a column of a header may be called, from its texts of each line. */
export function headerCell(at: number, lines: readonly string[]): HeaderCell {
  const texts = lines.filter((text, line) => text !== "" && text !== lines[line - 1]);
  const leaf = texts.at(-1);
  const group = texts.at(-2);
  if (leaf === undefined || leaf.length > LONGEST_HEADER) return { at, texts, names: [] };
  // 计划 under 开工时间 is 开工时间计划 as well as 计划开工时间
  const readings = (group === undefined ? [leaf] : [group + leaf, leaf + group, leaf]).map(headerName);
  const names = [readings.map(({ full }) => full), readings.map(({ stem }) => stem), readings.map(({ bare }) => bare)];
  return { at, texts, names: names.flatMap((same, level) => same.filter((name) => name !== "").map((name) => ({ name, level }))) };
}

/** The best match of every declared column. Several that are equally good are all kept, to be reported. */
export function matchHeaders(cells: readonly HeaderCell[], expected: readonly ExpectedColumn[]): HeaderMatch[] {
  const all = cells.flatMap((cell) =>
    expected.flatMap((column): HeaderMatch[] => {
      const level = cell.names.find(({ name }) => column.names.has(name))?.level;
      return level === undefined ? [] : [{ cell, expected: column, level }];
    }),
  );
  return expected.flatMap((column) => {
    // a header that names another column better is not a second one of this
    const own = all.filter(
      (match) => match.expected === column && !all.some((other) => other.cell === match.cell && other.level < match.level),
    );
    const best = Math.min(...own.map((match) => match.level));
    return own.filter((match) => match.level === best);
  });
}

/** Whether rows make a better header: more columns named, none twice, then the upper and the shorter one. */
export function better(candidate: Candidate, than: Candidate): boolean {
  const [one, other] = [candidate, than].map(({ matches, bottom, lines }) => {
    const named = new Set(matches.map((match) => match.expected)).size;
    return [named, named - matches.length, -bottom, -lines];
  });
  for (const [at, value] of (one ?? []).entries()) {
    const difference = value - (other?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
