import type { ColumnModel, EntityModel, InverseModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import type { PathPattern } from "../run/answer.ts";
import type { Compilation } from "./compilation.ts";
import { beyond, cursorsOf, placeText, type Cursors } from "./cursor.ts";
import { Source, type StatementDraft } from "./draft.ts";
import { condition, linked, type Aliases } from "./filter.ts";
import { orderBy, orderOf, type OrderTerm } from "./order.ts";
import type { Page } from "./page.ts";
import { allOf, joined, literal, where, type Sql } from "./sql.ts";

/** The rows that a list belongs to. */
export interface Parent {
  /** The column of the list's rows that points at them. */
  readonly column: ColumnModel;
  /** Of those that do, only the ones in which a column has a value. */
  readonly only?: InverseModel["only"];
  /** Their keys: a statement of one column. */
  readonly keys: Sql;
  /** The key, where there is at most one and it is known before: the rows are then found without finding the parent again. */
  readonly one?: Sql | undefined;
}

/** What a list is asked with. */
export interface ListRequest {
  readonly entity: EntityModel;
  readonly filter: Readonly<Record<string, unknown>> | undefined;
  readonly order: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly page: Page;
  /** `undefined` for a root list. */
  readonly parent: Parent | undefined;
  /** Whether to fetch one row more than the page holds, to know whether the list goes on. */
  readonly peek: boolean;
  readonly path: PathPattern;
}

/** The statement of a list. The first cell of a nested list's rows is their parent's key. */
export interface ListStatement {
  readonly draft: StatementDraft;
  readonly source: Source;
  readonly cursors: Cursors;
  /** The cells that make a row's cursor. */
  readonly place: () => readonly number[];
}

/** Plans the statement of a list: one for all parents together. */
export function listStatement(compilation: Compilation, request: ListRequest): ListStatement {
  const { entity, parent } = request;
  const terms = orderOf(entity, request.order, parent?.column);
  const cursors = cursorsOf(entity, terms);
  const outer = compilation.alias();
  const draft = compilation.draft(sql`(${listRows(compilation, request, terms, cursors)}) as ${sql.id(outer)}`, request.path);
  const source = Source.of(draft, entity, outer);
  const values = terms.map((term, at) => (term.path.length === 0 ? source.value(term.column) : sql.id(outer, exported(at))));
  if (parent !== undefined) {
    source.cell(parent.column, "raw", (value) => value);
    draft.sort(source.value(parent.column));
  }
  draft.sort(...terms.map((term, at) => orderBy(term, values[at] ?? sql`null`)));
  return {
    draft,
    source,
    cursors,
    place: () => terms.map((term, at) => draft.cell(`${outer} place ${at}`, () => placeText(term.column, values[at] ?? sql`null`))),
  };
}

/** The name under which a page hands on what it was sorted by in another table. */
function exported(at: number): string {
  return `xm_order_${at}`;
}

function listRows(compilation: Compilation, request: ListRequest, terms: readonly OrderTerm[], cursors: Cursors): Sql {
  const { entity, page, parent } = request;
  const alias = compilation.alias();
  const { values, joins } = termValues(entity, alias, terms, compilation.alias);
  const wanted = allOf([
    request.filter === undefined ? undefined : condition(entity, alias, request.filter, compilation, ["filter"]),
    page.after === undefined ? undefined : beyond(terms, values, cursors, page.after, "after"),
    page.before === undefined ? undefined : beyond(terms, values, cursors, page.before, "before"),
  ]);
  const handedOn = terms.flatMap(({ path }, at) => (path.length === 0 ? [] : [sql`${values[at]} as ${sql.id(exported(at))}`]));
  const select = sql`select ${joined([sql`${sql.id(alias)}.*`, ...handedOn])} from ${joined([sql`${sql.id(entity.table)} as ${sql.id(alias)}`, ...joins], sql` `)}`;
  const size = page.first ?? page.last;
  if (size === undefined) {
    return sql`${select}${where(allOf([parent === undefined ? undefined : amongParents(alias, parent), wanted]))}`;
  }
  const reversed = page.last !== undefined;
  const order = joined(terms.map((term, at) => orderBy(term, values[at] ?? sql`null`, reversed)));
  const cut = sql` order by ${order} limit ${literal(request.peek ? size + 1 : size)}`;
  if (parent === undefined) return sql`${select}${where(wanted)}${cut}`;
  const each = compilation.alias();
  const own = linked(alias, parent, sql`= ${sql.id(each, "key")}`);
  const rows = compilation.alias();
  return sql`select ${sql.id(rows)}.* from ${distinctKeys(parent.keys, each)} cross join lateral (${select}${where(allOf([own, wanted]))}${cut}) as ${sql.id(rows)}`;
}

/** That the rows of an alias belong to one of the parents. */
export function amongParents(alias: string, parent: Parent): Sql {
  return linked(alias, parent, parent.one === undefined ? sql`in (${parent.keys})` : sql`= ${parent.one}`);
}

function distinctKeys(keys: Sql, alias: string): Sql {
  return sql`(select distinct ${sql.id("key")} from (${keys}) as ${sql.id("keys")} (${sql.id("key")})) as ${sql.id(alias)}`;
}

/** The values that a list is sorted by, and the joins that they need. */
function termValues(
  entity: EntityModel,
  alias: string,
  terms: readonly OrderTerm[],
  aliases: Aliases,
): { readonly values: readonly Sql[]; readonly joins: readonly Sql[] } {
  const joins: Sql[] = [];
  const known = new Map<string, string>();
  const follow = (path: readonly ColumnModel[]): string => {
    let at = alias;
    let way = "";
    for (const column of path) {
      way = `${way}.${column.name}`;
      const target = column.target ?? entity;
      const next = known.get(way) ?? aliases(target);
      if (!known.has(way)) {
        known.set(way, next);
        joins.push(sql`left join ${sql.id(target.table)} as ${sql.id(next)} on ${sql.id(next, "id")} = ${sql.id(at, column.column)}`);
      }
      at = next;
    }
    return at;
  };
  return { values: terms.map(({ path, column }) => sql.id(follow(path), column?.column ?? "id")), joins };
}

/** Plans the statement that counts a list; for a nested one the first cell is the parent's key, the last the count. */
export function countStatement(compilation: Compilation, { entity, filter, parent, path }: ListRequest): StatementDraft {
  const alias = compilation.alias();
  const outer = compilation.alias();
  const wanted = filter === undefined ? undefined : condition(entity, alias, filter, compilation, ["filter"]);
  const table = sql`${sql.id(entity.table)} as ${sql.id(alias)}`;
  const key = parent === undefined ? undefined : sql.id(alias, parent.column.column);
  const rows =
    parent === undefined || key === undefined
      ? sql`select count(*) as ${sql.id("n")} from ${table}${where(wanted)}`
      : sql`select ${key} as ${sql.id("key")}, count(*) as ${sql.id("n")} from ${table}${where(allOf([amongParents(alias, parent), wanted]))} group by ${key}`;
  const draft = compilation.draft(sql`(${rows}) as ${sql.id(outer)}`, path);
  if (parent !== undefined) draft.cell("key", () => sql.id(outer, "key"));
  draft.cell("n", () => sql.id(outer, "n"));
  return draft;
}
