import type { SheetProblem } from "../outcome.ts";

/** How many problems an outcome carries: a clerk mends these first, and a file that is wrong throughout does not fill the memory. */
export const PROBLEMS_KEPT = 1_000;

/** Gathers problems, keeping the first and counting all. */
export interface ProblemCollector {
  add(problem: SheetProblem): void;
  readonly count: number;
  /** The kept ones by worksheet, row and column. */
  inOrder(worksheets: readonly string[]): readonly SheetProblem[];
}

/** Makes an empty collector. */
export function collectProblems(): ProblemCollector {
  const kept: SheetProblem[] = [];
  let count = 0;
  return {
    add(problem) {
      count += 1;
      if (kept.length < PROBLEMS_KEPT) kept.push(problem);
    },
    get count() {
      return count;
    },
    inOrder: (worksheets) =>
      kept.toSorted(
        (one, other) =>
          worksheets.indexOf(one.sheet) - worksheets.indexOf(other.sheet) ||
          one.row - other.row ||
          columnPart(one).length - columnPart(other).length ||
          (columnPart(one) < columnPart(other) ? -1 : 1),
      ),
  };
}

function columnPart(problem: SheetProblem): string {
  return problem.cell?.replace(/\d+$/, "") ?? "";
}
