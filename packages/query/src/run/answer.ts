import type { Field, Label } from "@xianmai/plugin-api";
import type { FieldNode } from "graphql";

import type { ReadSet } from "../reads/read-set.ts";
import { InputError } from "../plan/input-error.ts";

/** A row as PostgreSQL sent it: text, or null. */
export type Row = readonly (string | null)[];

/** Writes something of a row into an answer. */
export type Writer = (row: Row, answer: Answer) => void;

/** Where something stands in an answer: response keys, and `null` for each place in a list. */
export type PathPattern = readonly (string | null)[];

/** What went wrong in one place of an answer; the place itself reads null. */
export interface Failure {
  readonly path: readonly (string | number)[];
  /** Where the field is selected. */
  readonly nodes: readonly FieldNode[];
  readonly error: unknown;
}

/** A place in the plan of an answer: where it is selected, and where it will stand. */
export interface PlannedPlace {
  readonly nodes: readonly FieldNode[];
  readonly path: PathPattern;
}

/** The values of an added field for the rows of an answer, or why there are none; and what its code read. */
export type Loaded = ({ readonly values: ReadonlyMap<string, unknown> } | { readonly error: unknown }) & { readonly reads: ReadSet };

/** The most rows that one answer may show. */
export const LARGEST_ANSWER = 100_000;

/** The rows of a statement that belong to one parent: from, until. */
export interface Range {
  readonly from: number;
  readonly until: number;
}

const NONE: Range = { from: 0, until: 0 };

/** One root field's answer while it is written: the rows that came, and the JSON that they become. */
export class Answer {
  readonly failures: Failure[] = [];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly #results: readonly (readonly Row[])[];
  readonly #ranges = new Map<number, ReadonlyMap<string, Range>>();
  readonly #added: ReadonlyMap<Field, Loaded>;
  // joined once at the end: a text that grows by bits is copied and collected over and over
  readonly #parts: string[] = [];
  readonly #places: number[] = [];
  #rows = 0;

  constructor(results: readonly (readonly Row[])[], variables: Readonly<Record<string, unknown>>, added: ReadonlyMap<Field, Loaded>) {
    this.#results = results;
    this.variables = variables;
    this.#added = added;
  }

  /** Writes JSON. */
  write(json: string): void {
    this.#parts.push(json);
  }

  /** The JSON written so far. */
  get text(): string {
    return this.#parts.join("");
  }

  /** The rows of a statement. */
  rows(statement: number): readonly Row[] {
    return this.#results[statement] ?? [];
  }

  /** The rows of a statement whose first cell is the parent's key; they stand together. */
  rowsOf(statement: number, parent: string): Range {
    let ranges = this.#ranges.get(statement);
    if (ranges === undefined) {
      ranges = rangesIn(this.rows(statement));
      this.#ranges.set(statement, ranges);
    }
    return ranges.get(parent) ?? NONE;
  }

  /**
   * Writes a list; each item knows its place, for the paths of failures.
   *
   * @throws InputError ANSWER_TOO_LARGE naming the list
   */
  list(count: number, path: PathPattern, item: (at: number) => void): void {
    this.#rows += count;
    if (this.#rows > LARGEST_ANSWER) throw tooLarge(path);
    this.write("[");
    this.#places.push(0);
    for (let at = 0; at < count; at += 1) {
      this.#places[this.#places.length - 1] = at;
      if (at > 0) this.write(",");
      item(at);
    }
    this.#places.pop();
    this.write("]");
  }

  /** Makes sure that an added field, which is never null, was loaded. @throws what went wrong in its code, which so has no answer */
  demand(field: Field): void {
    const loaded = this.#added.get(field);
    if (loaded !== undefined && "error" in loaded) throw loaded.error;
  }

  /** The value of an added field for a row; records the failure where it could not be loaded. */
  added(field: Field, id: string, place: PlannedPlace): unknown {
    const loaded = this.#added.get(field);
    if (loaded === undefined) throw new Error(`The added field ${field.name} was not loaded.`);
    if ("values" in loaded) return loaded.values.get(id);
    this.fail(loaded.error, place);
    return undefined;
  }

  /** Records that one place of the answer could not be read. */
  fail(error: unknown, { nodes, path }: PlannedPlace): void {
    let list = 0;
    this.failures.push({ error, nodes, path: path.map((step) => step ?? this.#places[list++] ?? 0) });
  }
}

function rangesIn(rows: readonly Row[]): ReadonlyMap<string, Range> {
  const ranges = new Map<string, Range>();
  let from = 0;
  for (let at = 1; at <= rows.length; at += 1) {
    const key = rows[from]?.[0];
    if (at < rows.length && rows[at]?.[0] === key) continue;
    if (typeof key === "string") ranges.set(key, { from, until: at });
    from = at;
  }
  return ranges;
}

/** The refusal of a list that makes an answer too large. */
export function tooLarge(path: PathPattern): InputError {
  const list = path.filter((step) => step !== null).join(".");
  const label: Label = {
    zh: `${list} 使答案超过 ${LARGEST_ANSWER} 条记录：请用 first、last 或 filter 缩小范围。`,
    en: `${list} takes the answer beyond ${LARGEST_ANSWER} rows: ask for fewer with first, last or filter.`,
  };
  return new InputError(label.zh, label.en, "ANSWER_TOO_LARGE");
}
