import type { ClientBase } from "pg";

import { versionCell, type LeafBody } from "./leaves/leaf.ts";
import { isDestroyed, MARK_SIZE, Marker } from "./leaves/marks.ts";
import type { ReadVersion } from "./relation.ts";
import { bytesText, textRows } from "./session.ts";
import type { ColumnState } from "./structure/structure.ts";
import { leafOf, LEAF_COLUMNS } from "./verify/leaf-group.ts";

/** A version whose cells are to go, with the cells in the order of the columns. */
export type RedactedVersion = ReadVersion;

/**
 * Destroys the salts of cells in all leaves that have marks of them, and keeps the salts of every other cell in the place of their seed.
 *
 * @returns `false`, having changed nothing that counts, when a version is in no leaf or its cells are not what was sealed
 */
export async function punctureLeaves(
  client: ClientBase,
  table: number,
  id: string,
  columns: readonly ColumnState[],
  versions: readonly RedactedVersion[],
): Promise<boolean> {
  const marker = new Marker();
  for (const [stamp, own] of Map.groupBy(versions, ({ from }) => from)) {
    const rows = await textRows(
      client,
      `select ${LEAF_COLUMNS}, place from xm.seal_leaf where tbl = $1::smallint and stamp = $2::bigint order by seal`,
      [String(table), String(stamp)],
    );
    const seen = new Set<boolean>();
    for (const cells of rows) {
      const { seal, content } = leafOf(table, cells);
      if (content === undefined) return false;
      const { body, salts } = content;
      const entries = body.created.flatMap((version, row) =>
        version.id === id && own.some(({ closed }) => closed === version.closed) ? [{ row, closed: version.closed }] : [],
      );
      if (entries.length === 0) continue;
      const left = Buffer.from(salts);
      for (const { row, closed } of entries) {
        seen.add(closed);
        const alike = own.filter((version) => version.closed === closed);
        if (!alike.some((version) => fits(marker, { body, salts }, row, columns, version))) return false;
        for (const cell of cellsIn(body, row, columns)) left.fill(0, cell.at * MARK_SIZE, (cell.at + 1) * MARK_SIZE);
      }
      await textRows(client, "update xm.seal_leaf set salt = null, salts = $3::bytea where seal = $1::bigint and place = $2::int", [
        String(seal),
        cells.at(-1) ?? null,
        bytesText(left),
      ]);
    }
    if (own.some(({ closed }) => !seen.has(closed))) return false;
  }
  return true;
}

/** The places of a row's cells in a leaf, each with the column that it belongs to. */
function cellsIn(
  body: LeafBody,
  row: number,
  columns: readonly ColumnState[],
): readonly { readonly at: number; readonly column: number }[] {
  return columns.flatMap(({ id }, column) => {
    const place = body.columns.indexOf(id);
    return place < 0 ? [] : [{ at: versionCell(body, row, place), column }];
  });
}

/** Whether the cells are what was sealed, as far as they are still there and were not redacted before. */
function fits(
  marker: Marker,
  { body, salts }: { readonly body: LeafBody; readonly salts: Buffer },
  row: number,
  columns: readonly ColumnState[],
  version: RedactedVersion,
): boolean {
  return cellsIn(body, row, columns).every(
    ({ at, column }) =>
      columns[column]?.history === null || isDestroyed(salts, at) || marker.fits(body.marks, salts, at, version.cells[column] ?? null),
  );
}
