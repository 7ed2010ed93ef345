import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import type { Aliases } from "./filter.ts";
import { LARGEST_ANSWER, type PathPattern } from "../run/answer.ts";
import { isOpen } from "../schema/objects.ts";
import type { PlanReads } from "./reads.ts";
import type { Share } from "./shared-groups.ts";
import { joined, literal, type Sql } from "./sql.ts";

/** What is asked of a statement: cells, the joins that they need, the order of its rows. */
export class Asked {
  readonly #cells: Sql[] = [];
  readonly #known = new Map<string, number>();
  readonly #joins: Sql[] = [];
  readonly #order: Sql[] = [];

  /** The place of a value in the statement's rows. @param key equal for equal values */
  cell(key: string, value: () => Sql): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const at = this.#cells.push(value()) - 1;
    this.#known.set(key, at);
    return at;
  }

  join(join: Sql): void {
    this.#joins.push(join);
  }

  sort(...by: readonly Sql[]): void {
    this.#order.push(...by);
  }

  /** The statement that brings it. @param most rows that it may have */
  select(from: Sql, most: number): Sql {
    // a row must have a cell, also where only its presence counts
    const cells = this.#cells.length === 0 ? [sql`1`] : this.#cells;
    const order = this.#order.length === 0 ? sql`` : sql` order by ${joined(this.#order)}`;
    return sql`select ${joined(cells)} from ${joined([from, ...this.#joins], sql` `)}${order} limit ${literal(most)}`;
  }
}

/** A statement while the selection is still finding out what it must bring. */
export class StatementDraft {
  /** Its place among the statements of its root field. */
  readonly index: number;
  /** The list that its rows are, for the refusal of too many. */
  readonly path: PathPattern;
  readonly aliases: Aliases;
  /** What its plan reads. */
  readonly reads: PlanReads;
  /** Set where its rows come with those of other root fields. */
  readonly share: Share | undefined;
  readonly #from: Sql;
  readonly #asked: Asked;

  /** @param from `(…) as t0`, `app.table as t0` */
  constructor(index: number, from: Sql, path: PathPattern, aliases: Aliases, reads: PlanReads, share?: Share) {
    this.index = index;
    this.path = path;
    this.aliases = aliases;
    this.reads = reads;
    this.share = share;
    this.#from = from;
    this.#asked = share?.asked ?? new Asked();
  }

  /** The place of a value in the statement's rows. @param key equal for equal values */
  cell(key: string, value: () => Sql): number {
    return this.#asked.cell(key, value);
  }

  join(join: Sql): void {
    this.#asked.join(join);
  }

  sort(...by: readonly Sql[]): void {
    this.#asked.sort(...by);
  }

  /** The tables of the statement with some of its joins, to select keys from. */
  tables(joins: readonly Sql[]): Sql {
    return joined([this.#from, ...joins], sql` `);
  }

  /** The statement as it stands alone. */
  build(): Sql {
    return this.#asked.select(this.#from, LARGEST_ANSWER + 1);
  }
}

/** Rows of an entity inside a statement: the statement's own, or those that a reference leads to. */
export class Source {
  readonly draft: StatementDraft;
  readonly entity: EntityModel;
  readonly alias: string;
  /** The keys of these rows as a column, for the statements of their lists. May hold nulls and doubles. */
  readonly keys: Sql;
  /** The key, where there is at most one such row and its key is known before; whether the viewer sees the row is not. */
  readonly one: Sql | undefined;
  readonly #joins: readonly Sql[];
  readonly #references = new Map<ColumnModel, Source>();

  constructor(draft: StatementDraft, entity: EntityModel, alias: string, keys: Sql, joins: readonly Sql[], one?: Sql) {
    this.draft = draft;
    this.entity = entity;
    this.alias = alias;
    this.keys = keys;
    this.one = one;
    this.#joins = joins;
  }

  /** The rows that a statement is made for. @param one see `one` */
  static of(draft: StatementDraft, entity: EntityModel, alias: string, one?: Sql): Source {
    return new Source(draft, entity, alias, sql`select ${sql.id(alias, "id")} from ${draft.tables([])}`, [], one);
  }

  /** A column of these rows. */
  value(column: ColumnModel | undefined): Sql {
    return sql.id(this.alias, column?.column ?? "id");
  }

  /** The place of a value of these rows in the statement's. @param use what tells apart two readings of one column */
  cell(column: ColumnModel | undefined, use: string, select: (value: Sql) => Sql): number {
    return this.draft.cell(`${this.alias}.${column?.column ?? "id"} ${use}`, () => select(this.value(column)));
  }

  /** The place of the row's version. */
  version(): number {
    return this.draft.cell(`${this.alias}.xm_from raw`, () => sql.id(this.alias, "xm_from"));
  }

  /** The place of whether whoever asks may write the row. @param condition over the row's key, as SQL */
  writable(condition: (key: string) => string): number {
    return this.draft.cell(`${this.alias} writable`, () => sql.raw(condition(`${this.alias}.id`)));
  }

  /** The place of the row's key; null where there is no row. */
  id(): number {
    return this.cell(undefined, "raw", (value) => value);
  }

  /** The keys in a column of these rows, as a statement of one column. May hold nulls and doubles. */
  pointers(column: ColumnModel): Sql {
    return sql`select ${this.value(column)} from ${this.draft.tables(this.#joins)}`;
  }

  /** The rows that a reference leads to, joined once however often they are asked for. */
  reference(column: ColumnModel): Source {
    const known = this.#references.get(column);
    if (known !== undefined) return known;
    const { target } = column;
    if (target === undefined) throw new Error(`${this.entity.name}.${column.name} is no reference.`);
    const made = Source.joined(this.draft, target, this.value(column), this.#joins);
    this.#references.set(column, made);
    // where the viewer may not see the row, the pointer alone knows which it would be
    const cell = isOpen(target) ? made.id() : this.cell(column, "raw", (value) => value);
    this.draft.reads.references(target, { statement: this.draft.index, cell });
    return made;
  }

  /** The rows that a pointer in a statement leads to. @param before the joins that the pointer itself rests on */
  static joined(draft: StatementDraft, target: EntityModel, pointer: Sql, before: readonly Sql[]): Source {
    const alias = draft.aliases();
    const join = sql`left join ${sql.id(target.table)} as ${sql.id(alias)} on ${sql.id(alias, "id")} = ${pointer}`;
    draft.join(join);
    return new Source(draft, target, alias, sql`select ${pointer} from ${draft.tables(before)}`, [...before, join]);
  }
}
