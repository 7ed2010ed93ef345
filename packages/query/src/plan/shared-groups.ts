import { isDeepStrictEqual } from "node:util";

import type { EntityModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import { LARGEST_ANSWER, type PathPattern } from "../run/answer.ts";
import { numberedAliases, type Question } from "./compilation.ts";
import { isSame, type Dimension } from "./dimension.ts";
import { Asked } from "./draft.ts";
import { GroupedColumns, groupedInSets, numberOf, SET, type Ungrouped } from "./grouped.ts";
import type { PlannedStatement, SharedStatement } from "./root.ts";
import { compileSql, type Sql } from "./sql.ts";

/** The share of a root field in a statement whose rows are several root fields'. Known as it is when all of them have joined. */
export interface Share {
  readonly groups: Pick<SharedGroups, "alias" | "columns" | "rows">;
  /** What is asked of the statement, by all of them. */
  readonly asked: Asked;
  /** A value in the field's own rows, null in those of the others: what these are sorted by. */
  readonly own: (value: Sql) => Sql;
  /** The statement, as a part of this field's plan; asked for when all of them have said what they need. */
  readonly statement: () => PlannedStatement;
}

/** The most dimensions that PostgreSQL's `grouping` takes. */
const MOST_DIMENSIONS = 31;

/**
 * Root fields that group the same rows, each in its own way: PostgreSQL reads the rows once for all of them, decides once on each whether the
 * viewer sees it, and groups it in every way.
 */
export class SharedGroups {
  /** The columns of the grouped rows. */
  readonly columns = new GroupedColumns();
  /** Hands out the aliases of the statement and of all that its fields select. */
  readonly alias = numberedAliases();
  /** The alias of the grouped rows. */
  readonly rows = this.alias();
  readonly #asked = new Asked();
  readonly #types: Question["types"];
  readonly #ungrouped: Ungrouped;
  readonly #sets: (readonly Dimension[])[] = [];
  readonly #fields: { readonly dimensions: readonly Dimension[]; readonly path: PathPattern }[] = [];
  #statement: SharedStatement | undefined;

  constructor({ types }: Pick<Question, "types">, entity: EntityModel, filter: Ungrouped["filter"]) {
    this.#types = types;
    this.#ungrouped = { entity, filter, parent: undefined };
    const set = sql.id(this.rows, SET);
    this.#asked.cell(SET, () => set);
    this.#asked.sort(set);
  }

  /** Whether a field groups the very rows of these, in a way that can be told from theirs. @param filter with the slots of its variables */
  takes(entity: EntityModel, filter: Ungrouped["filter"], dimensions: readonly Dimension[]): boolean {
    if (entity !== this.#ungrouped.entity || !isDeepStrictEqual(filter, this.#ungrouped.filter)) return false;
    const known = this.columns.dimensions.filter(({ dimension }) => !dimensions.some((one) => isSame(one, dimension)));
    if (known.length + dimensions.length > MOST_DIMENSIONS) return false;
    // the same groups in another order would be the same rows
    return this.#sets.every(
      (set) => !haveSame(set, dimensions) || set.every((one, at) => dimensions[at] !== undefined && isSame(one, dimensions[at])),
    );
  }

  /** Takes a field in. @param path where its groups stand in the answer */
  join(dimensions: readonly Dimension[], path: PathPattern): Share {
    this.columns.by(dimensions);
    this.#fields.push({ dimensions, path });
    if (!this.#sets.some((set) => haveSame(set, dimensions))) this.#sets.push(dimensions);
    const part = (): number => numberOf(dimensions, this.columns);
    return {
      groups: this,
      asked: this.#asked,
      own: (value) => sql`case when ${sql.id(this.rows, SET)} = ${sql.lit(part())} then ${value} end`,
      statement: () => {
        this.#statement ??= this.#build();
        return { ...this.#statement.compiled, path, share: { of: this.#statement, part: String(part()) } };
      },
    };
  }

  #build(): SharedStatement {
    const most = (LARGEST_ANSWER + 1) * this.#sets.length;
    return {
      compiled: compileSql(this.#asked.select(this.#from(), most)),
      most,
      fields: this.#fields.map(({ dimensions, path }) => ({ part: String(numberOf(dimensions, this.columns)), path })),
    };
  }

  #from(): Sql {
    // what is read the plans of the fields say, each for itself
    const parts = { alias: this.alias, types: this.#types };
    return sql`(${groupedInSets(parts, this.#ungrouped, this.columns, this.#sets)}) as ${sql.id(this.rows)}`;
  }
}

function haveSame(one: readonly Dimension[], other: readonly Dimension[]): boolean {
  return one.length === other.length && one.every((dimension) => other.some((found) => isSame(found, dimension)));
}
