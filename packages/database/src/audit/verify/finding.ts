/** What can be wrong. */
export type FindingCode =
  | "SEAL_MISSING"
  | "SEAL_BROKEN"
  | "SEAL_KEY_UNKNOWN"
  | "LEAF_BROKEN"
  | "LEAF_ORPHAN"
  | "CELL_CHANGED"
  | "VERSION_MISSING"
  | "VERSION_ADDED"
  | "VERSION_UNCAPTURED"
  | "END_MISSING"
  | "END_ADDED"
  | "CHANGE_EDITED"
  | "CHANGE_MISSING"
  | "CHANGE_ADDED"
  | "REDACTION_UNDONE"
  | "STRUCTURE_CHANGED"
  | "ANCHOR_MISSING"
  | "ANCHOR_UNREADABLE"
  | "ANCHOR_DIFFERS"
  | "ANCHOR_AHEAD";

/** Something that is not as it was sealed, and where. What does not apply is left out. */
export interface Finding {
  readonly code: FindingCode;
  /** The seal, or the first and the last of several. */
  readonly seal?: bigint;
  readonly until?: bigint;
  readonly table?: string;
  /** The row's key. */
  readonly id?: string;
  /** Whether the version stands in the table or in its history. */
  readonly place?: "current" | "history";
  /** Columns of the table, or fields of the change row. */
  readonly columns?: readonly string[];
  /** The transaction that began the version, or ended it. */
  readonly stamp?: bigint;
  /** When and by whom it was written, as far as its change row says. */
  readonly at?: string;
  readonly actor?: string;
  /** The change row's position. */
  readonly position?: bigint;
  /** A key's name, a count, a line; what happened to a table. */
  readonly detail?: string;
}

/** So many are named; beyond them they are counted. */
const MOST = 1000;

/** What was found so far. */
export class Findings {
  readonly #list: Finding[] = [];
  #count = 0;

  add(finding: Finding): void {
    this.#count += 1;
    if (this.#list.length < MOST) this.#list.push(finding);
  }

  /** The first thousand. */
  get list(): readonly Finding[] {
    return this.#list;
  }

  /** All of them. */
  get count(): number {
    return this.#count;
  }
}
