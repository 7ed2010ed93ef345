import type { EntityModel } from "@xianmai/plugin-api/model";
import type { FieldNode } from "graphql";
import { sql } from "kysely";

import type { Answer, PathPattern, Writer } from "../run/answer.ts";
import type { Compilation, RowPlanner } from "./compilation.ts";
import { Source } from "./draft.ts";
import type { Cell } from "./reads.ts";
import type { Sql } from "./sql.ts";

/** A look-up of rows by their keys: the statement's index, and what writes a row of it. */
export interface Lookup {
  readonly statement: number;
  /** Where its rows have their keys. */
  readonly id: Cell;
  readonly write: Writer;
}

/** What is looked up, and what is selected of it. */
export interface Wanted {
  readonly entity: EntityModel;
  readonly nodes: readonly FieldNode[];
  readonly path: PathPattern;
  /** Plans what is selected of each row. */
  readonly row: RowPlanner;
  /** The key, where only one is wanted and it is known before: what belongs to the row is then found without finding the row again. */
  readonly one?: Sql | undefined;
}

/** Plans the statement of the rows that fulfil a condition; the first cell of each is its key. */
export function lookup(compilation: Compilation, { entity, nodes, path, row, one }: Wanted, condition: (alias: string) => Sql): Lookup {
  const inner = compilation.alias();
  const outer = compilation.alias();
  const rows = sql`select ${sql.id(inner)}.* from ${sql.id(entity.table)} as ${sql.id(inner)} where ${condition(inner)}`;
  const draft = compilation.draft(sql`(${rows}) as ${sql.id(outer)}`, path);
  const source = Source.of(draft, entity, outer, one);
  const id = { statement: draft.index, cell: source.id() };
  return { statement: draft.index, id, write: row(compilation, nodes, source, path) };
}

/** Writes the row that was found under a key, else null. */
export function writeFound(answer: Answer, { statement, write }: Lookup, uuid: string): void {
  const { from, until } = answer.rowsOf(statement, uuid);
  const row = from < until ? answer.rows(statement)[from] : undefined;
  if (row === undefined) answer.write("null");
  else write(row, answer);
}
