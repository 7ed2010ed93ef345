import { createHash } from "node:crypto";

import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql, type RawBuilder } from "kysely";

import { filled } from "./slots.ts";

/** A piece of SQL; identifiers are quoted, values are parameters. */
export type Sql = RawBuilder<unknown>;

/** A value that is bound when the plan runs: an argument, or what a slot of it will hold. */
export class Param {
  readonly #source: unknown;
  readonly #write: (value: unknown) => string | null;

  /** @param write turns the argument's value into PostgreSQL's text; may throw InputError */
  constructor(source: unknown, write: (value: unknown) => string | null) {
    this.#source = source;
    this.#write = write;
  }

  /** @throws InputError when the value cannot be meant */
  text(variables: Readonly<Record<string, unknown>>): string | null {
    return this.#write(filled(this.#source, variables));
  }
}

/** A piece of SQL with a parameter of a type: `$1::uuid`. */
export function bound(type: string, source: unknown, write: (value: unknown) => string | null): Sql {
  return sql`${new Param(source, write)}::${sql.raw(type)}`;
}

/** Several pieces, separated. */
export function joined(pieces: readonly Sql[], separator: Sql = sql`, `): Sql {
  return sql.join(pieces, separator);
}

/** All of these conditions; no condition at all when there are none. */
export function allOf(conditions: readonly (Sql | undefined)[]): Sql | undefined {
  const given = conditions.filter((condition) => condition !== undefined);
  if (given.length === 0) return undefined;
  return given.length === 1 ? given[0] : sql`(${joined(given, sql` and `)})`;
}

/** ` where …`, or nothing. */
export function where(condition: Sql | undefined): Sql {
  return condition === undefined ? sql`` : sql` where ${condition}`;
}

/** A whole number that stands in the text itself: as a parameter PostgreSQL would plan anew each time. */
export function literal(count: number): Sql {
  return sql.raw(String(Math.trunc(count)));
}

/** A statement ready to be bound. */
export interface Compiled {
  readonly text: string;
  /** Stands for this text and no other. */
  readonly name: string;
  readonly params: readonly Param[];
}

/** Writes pieces out as one text with numbered parameters. */
export function compileSql(piece: Sql): Compiled {
  const { sql: text, parameters } = piece.compile(WRITER);
  return {
    text,
    name: createHash("sha256").update(text).digest("base64url").slice(0, 22),
    params: parameters.map((parameter) => {
      if (parameter instanceof Param) return parameter;
      throw new Error("A value got into SQL without being a parameter of the plan.");
    }),
  };
}

const WRITER = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});
