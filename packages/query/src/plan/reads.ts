import type { EntityModel } from "@xianmai/plugin-api/model";

import type { GrowingReadSet } from "../reads/read-set.ts";
import type { Row } from "../run/answer.ts";

/** A column of a statement's rows. */
export interface Cell {
  readonly statement: number;
  readonly cell: number;
}

/** What a plan reads, by rule: what of it depends on the rows that come is said by the cells that will tell. */
export class PlanReads {
  readonly #tables = new Set<EntityModel>();
  readonly #rows: (Cell & { readonly entity: EntityModel })[] = [];
  readonly #lists: (Cell & { readonly entity: EntityModel })[] = [];
  readonly #asked: { readonly entity: EntityModel; readonly keys: (variables: Readonly<Record<string, unknown>>) => readonly string[] }[] =
    [];
  readonly #natural: (Cell & { readonly entity: EntityModel })[] = [];

  /** Every row of a table that the viewer sees: lists, counts, sums, and what filters and orders look at. */
  table(entity: EntityModel): void {
    this.#tables.add(entity);
  }

  /** The rows that a column refers to, seen or not. */
  references(entity: EntityModel, pointer: Cell): void {
    this.#rows.push({ entity, ...pointer });
  }

  /** The rows that refer to the keys in a column. */
  children(entity: EntityModel, parent: Cell): void {
    this.#lists.push({ entity, ...parent });
  }

  /** Rows whose keys are asked for, there or not. */
  asked(entity: EntityModel, keys: (variables: Readonly<Record<string, unknown>>) => readonly string[]): void {
    this.#asked.push({ entity, keys });
  }

  /** One row by its natural key: nobody else can have that key while the row does; where there is none, any row might come to have it. */
  natural(entity: EntityModel, id: Cell): void {
    this.#natural.push({ entity, ...id });
  }

  /** Adds what was read in a run of the plan. */
  collect(results: readonly (readonly Row[])[], variables: Readonly<Record<string, unknown>>, reads: GrowingReadSet): void {
    for (const { table } of this.#tables) reads.addTable(table);
    for (const { entity, statement, cell } of this.#rows) reads.addRows(entity.table, keysIn(results, statement, cell));
    for (const { entity, statement, cell } of this.#lists) reads.addLists(entity.table, keysIn(results, statement, cell));
    for (const { entity, keys } of this.#asked) reads.addRows(entity.table, keys(variables));
    for (const { entity, statement, cell } of this.#natural) {
      const [key] = keysIn(results, statement, cell);
      if (key === undefined) reads.addTable(entity.table);
      else reads.addRows(entity.table, [key]);
    }
  }
}

function* keysIn(results: readonly (readonly Row[])[], statement: number, cell: number): Generator<string> {
  for (const row of results[statement] ?? []) {
    const key = row[cell];
    if (typeof key === "string") yield key;
  }
}
