/** A column as history keeps it. */
export interface CapturedColumn {
  readonly name: string;
  /** As PostgreSQL's `format_type` writes it. */
  readonly type: string;
  /** The collation's name, where the type has one. */
  readonly collation: string | undefined;
}

/** What capture must know of a table; the same whether it was read from a database or follows from declarations. */
export interface CapturedTable {
  /** The platform's own number of the table, which outlives a dump. */
  readonly number: number;
  readonly name: string;
  /** With `id`, without `xm_from`. */
  readonly columns: readonly CapturedColumn[];
  /** The columns that point at rows of other tables, or hold a unit whose the row is. */
  readonly references: readonly string[];
  /** The columns that hold a list of units whose the row is. */
  readonly lists: readonly string[];
}

/** A table as one database has it: columns are the same before and after a migration where their numbers are. */
export interface NumberedTable extends CapturedTable {
  readonly numbers: readonly number[];
}

/** The functions and triggers of a table. */
export interface Capture {
  readonly functions: readonly { readonly name: string; readonly body: string }[];
  readonly triggers: readonly CaptureTrigger[];
}

/** One trigger. */
export interface CaptureTrigger {
  readonly name: string;
  /** The name of its function in schema `xm`. */
  readonly function: string;
  readonly timing: string;
  /** PostgreSQL's own bits of what it fires for (`tgtype`). */
  readonly bits: number;
}
