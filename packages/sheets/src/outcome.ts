import type { Label } from "@xianmai/plugin-api";

import type { SheetProblemCode } from "./codes.ts";

/** Something in a file that keeps it from being imported, said so that a clerk finds and mends it. */
export interface SheetProblem {
  readonly code: SheetProblemCode;
  /** The worksheet (工作表) of the file. */
  readonly sheet: string;
  /** As Excel counts. */
  readonly row: number;
  /** The header of the column, as the file writes it; the declared label where the file lacks it. */
  readonly column: string;
  /** `D12`; absent where the problem has no cell. */
  readonly cell: string | undefined;
  /** What the cell shows. */
  readonly value: string;
  readonly reason: Label;
  readonly remedy: Label;
}

/** Something that a clerk should know though it keeps nothing from being imported: a row left out, a unit assumed. */
export interface SheetNote {
  readonly sheet: string;
  /** As Excel counts; absent for the sheet as a whole. */
  readonly row: number | undefined;
  readonly text: Label;
}

/** One field that an import changes in a row that was there. */
export interface SheetChange {
  /** The row's title, as the file has it. */
  readonly title: string;
  /** Its natural key, as people read it. */
  readonly key: string;
  /** The header of the column. */
  readonly column: string;
  /** As people read them: money in 万元, choices by label, references by title; "" for nothing. */
  readonly before: string;
  readonly after: string;
}

/** A row of another entity that an import makes because the file names it. */
export interface SheetCreation {
  /** The entity's Chinese and English label. */
  readonly entity: Label;
  readonly title: string;
  /** A row that was there and is called much alike: perhaps the same one, misspelt. */
  readonly similarTo: string | undefined;
}

/** What an import did, or would do. */
export interface ImportOutcome {
  /** The name of the declared sheet. */
  readonly sheet: string;
  /** The name of the file. */
  readonly file: string;
  /** Rows of data in the file. */
  readonly rows: number;
  readonly added: number;
  readonly changedRows: number;
  readonly changed: readonly SheetChange[];
  readonly unchanged: number;
  readonly created: readonly SheetCreation[];
  /** Headers of the file that the sheet does not carry. */
  readonly ignored: readonly string[];
  readonly notes: readonly SheetNote[];
  /** The first problems in the order of the file, at most `PROBLEMS_KEPT`. */
  readonly problems: readonly SheetProblem[];
  /** All problems, also those not kept. */
  readonly problemCount: number;
  /** Whether the database was written to: no problem, and no dry run. */
  readonly applied: boolean;
}
