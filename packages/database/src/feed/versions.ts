import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";

import { quoted, quotedList } from "../names.ts";
import type { Statement, StatementResult } from "../session/statement.ts";

/** Which versions are wanted: those that one transaction ended and began in one table. */
export interface VersionsRequest {
  readonly stamp: bigint;
  readonly entity: EntityModel;
  /** The rows; `null` for all that the transaction touched. */
  readonly keys: readonly string[] | null;
  readonly columns: readonly ColumnModel[];
}

/** A row's cells as PostgreSQL's text, by the key that they have in a row (`ownerId`). */
export type VersionCells = Readonly<Record<string, string | null>>;

/** A row before and after a transaction, whatever happened in between; `undefined` where it was not there. */
export interface RowVersions {
  readonly before: VersionCells | undefined;
  readonly after: VersionCells | undefined;
}

/**
 * Reads what transactions did to rows, in one round trip; it stays readable however often the rows change afterwards.
 *
 * @param send a batch of a read session or pool, under the viewer's settings
 * @returns for each request the rows by key; a row that was there neither before nor after is left out
 */
export async function versionsOf(
  send: (statements: readonly Statement[]) => Promise<readonly StatementResult[]>,
  requests: readonly VersionsRequest[],
): Promise<readonly ReadonlyMap<string, RowVersions>[]> {
  if (requests.length === 0) return [];
  const results = await send(requests.map(versionsStatement));
  return requests.map(({ columns }, at) => rowsOf(columns, results[at]));
}

/** Ended by this transaction and begun by another; begun by this one and not ended by it. */
function versionsStatement({ stamp, entity, keys, columns }: VersionsRequest): Statement {
  const names = quotedList(["id", ...columns.map(({ column }) => column)]);
  const [table, history] = [`app.${quoted(entity.table)}`, `xmh.${quoted(entity.table)}`];
  const which = keys === null ? "" : " and id = any($2::uuid[])";
  return {
    text: [
      `select 'before', ${names} from ${history} where xm_to = $1::bigint and xm_from <> $1::bigint${which}`,
      `select 'after', ${names} from ${table} where xm_from = $1::bigint${which}`,
      `select 'after', ${names} from ${history} where xm_from = $1::bigint and xm_to <> $1::bigint${which}`,
    ].join(" union all "),
    values: [String(stamp), ...(keys === null ? [] : [`{${keys.join(",")}}`])],
  };
}

function rowsOf(columns: readonly ColumnModel[], result: StatementResult | undefined): ReadonlyMap<string, RowVersions> {
  const rows = new Map<string, { before: VersionCells | undefined; after: VersionCells | undefined }>();
  for (const [side, id, ...cells] of result?.rows ?? []) {
    if (id === null || id === undefined) continue;
    const versions = rows.get(id) ?? { before: undefined, after: undefined };
    versions[side === "before" ? "before" : "after"] = Object.fromEntries(columns.map(({ rowKey }, at) => [rowKey, cells[at] ?? null]));
    rows.set(id, versions);
  }
  return rows;
}
