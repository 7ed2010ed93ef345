import type { ClientBase } from "pg";

import { quoted } from "../names.ts";
import type { Cells } from "./session.ts";
import { STEPS, type Catalog, type CatalogRelation } from "./structure/catalog.ts";
import type { ColumnState } from "./structure/structure.ts";
import { openStream, type RowStream } from "./stream.ts";

/** A version of a row as it is read: who it is, when it began, and its cells as text in the order that was asked for. */
export interface ReadVersion {
  readonly from: bigint;
  readonly id: string;
  /** The transaction that began it also ended it. */
  readonly closed: boolean;
  /** Whether it stands in the table; otherwise in the history. */
  readonly current: boolean;
  readonly cells: Cells;
}

/** A version's end as it is read. */
export interface ReadEnd {
  readonly to: bigint;
  readonly id: string;
  readonly from: bigint;
}

/** Which rows are wanted: conditions in SQL on the table and on its history; `false` leaves the source out. */
export interface Which {
  readonly current: string | false;
  readonly history: string | false;
}

/** Where the versions of a table are found. */
export interface Relation {
  readonly number: number;
  readonly name: string;
  readonly current: CatalogRelation | undefined;
  readonly history: CatalogRelation | undefined;
}

/** All the rows there are. */
export const ALL: Which = { current: "true", history: "true" };

/** The relation of a number; without sources where the database has no such table. */
export function relationOf(catalog: Catalog, number: number, name: string): Relation {
  return catalog.tables.find((table) => table.number === number) ?? { number, name, current: undefined, history: undefined };
}

/**
 * A query for versions in no particular order: stamp, key, closed, current, then a text for each column (`c0`, `c1` …).
 * A column of which a source has no values is null there.
 */
export function versionsSql(relation: Relation, columns: readonly ColumnState[], which: Which): string {
  const { number, name, current, history } = relation;
  const list = (source: CatalogRelation, place: "current" | "history") =>
    columns.map((column, at) => {
      const found = source.columns.find((one) => one.number === column[place]);
      return `, ${found === undefined ? "null" : quoted(found.name)}::text as c${at}`;
    });
  const id = number === STEPS ? "lpad(to_hex(id), 32, '0')::uuid" : "id";
  const from = number === STEPS ? "stamp" : "xm_from";
  const table = number === STEPS ? "xm.step" : `app.${quoted(name)}`;
  const selects = [
    ...(current === undefined || which.current === false
      ? []
      : [
          `select ${from} as xm_from, ${id} as id, false as closed, true as current${list(current, "current").join("")} from ${table} where ${which.current}`,
        ]),
    ...(history === undefined || which.history === false
      ? []
      : [
          `select xm_from, id, xm_to = xm_from as closed, false as current${list(history, "history").join("")} from xmh.${quoted(name)} where ${which.history}`,
        ]),
  ];
  const nothing = `select 0::bigint as xm_from, null::uuid as id, false as closed, false as current${columns.map((_, at) => `, null::text as c${at}`).join("")} where false`;
  return selects.length === 0 ? nothing : selects.join(" union all ");
}

/** Opens the versions of a table by stamp, key, and whether closed. */
export function streamVersions(
  client: ClientBase,
  name: string,
  relation: Relation,
  columns: readonly ColumnState[],
  which: Which,
): Promise<RowStream<ReadVersion>> {
  return openStream(client, name, `select * from (${versionsSql(relation, columns, which)}) v order by xm_from, id, closed`, versionOf);
}

/** Opens the ends of versions by stamp of the end, key, stamp of the beginning. */
export function streamEnds(
  client: ClientBase,
  name: string,
  { name: table, history }: Relation,
  where: string,
): Promise<RowStream<ReadEnd>> {
  const source =
    history === undefined ? "(select 0::bigint as xm_to, null::uuid as id, 0::bigint as xm_from where false) h" : `xmh.${quoted(table)}`;
  return openStream(client, name, `select xm_to, id, xm_from from ${source} where ${where} order by xm_to, id, xm_from`, endOf);
}

/** Reads a row of `versionsSql`. */
export function versionOf([from, id, closed, current, ...cells]: Cells): ReadVersion {
  return { from: BigInt(from ?? 0), id: id ?? "", closed: closed === "t", current: current === "t", cells };
}

/** Reads a row of an end. */
export function endOf([to, id, from]: Cells): ReadEnd {
  return { to: BigInt(to ?? 0), id: id ?? "", from: BigInt(from ?? 0) };
}
