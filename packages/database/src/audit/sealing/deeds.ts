import type { ClientBase } from "pg";

import { quoted } from "../../names.ts";
import type { Deeds, ReadChange } from "../leaves/build.ts";
import { endOf, streamEnds, streamVersions, versionOf, versionsSql, type ReadEnd, type ReadVersion, type Relation } from "../relation.ts";
import { arrayText, textRows, timeText, type Cells } from "../session.ts";
import { openStream, streamOf } from "../stream.ts";
import { STEPS } from "../structure/catalog.ts";
import type { ColumnState } from "../structure/structure.ts";
import type { Group } from "./plan.ts";

/** A table as it is sealed now. */
export interface SealedTable {
  readonly relation: Relation;
  readonly columns: readonly ColumnState[];
}

/** The columns of a change row as `changeOf` reads them. */
export const CHANGE_COLUMNS = `c.stamp, c.tbl::int, c.position, c.op::text, c.keys::text, c.refs::text, c.actor, c.origin, ${timeText("c.at")}`;

/** Reads a change row. */
export function changeOf([stamp, table, position, ...fields]: Cells): ReadChange {
  return { stamp: BigInt(stamp ?? 0), table: Number(table), position: BigInt(position ?? 0), fields };
}

/** What many small groups did, read together. */
export async function readDeeds(
  client: ClientBase,
  groups: readonly Group[],
  tables: ReadonlyMap<number, SealedTable>,
): Promise<ReadonlyMap<Group, Deeds>> {
  const changes = await readChanges(
    client,
    groups.filter(({ table }) => table !== STEPS),
  );
  const deeds = new Map<Group, Deeds>();
  for (const [number, own] of Map.groupBy(groups, ({ table }) => table)) {
    const table = tables.get(number);
    const stamps = arrayText(own.map(({ stamp }) => stamp));
    const keys = own.flatMap(({ stamp }) => (changes.get(nameOf(stamp, number)) ?? []).flatMap(keysOf));
    const created = table === undefined ? [] : await readCreated(client, table, stamps, [...new Set(keys)]);
    const ended = table === undefined ? [] : await readEnded(client, table.relation, stamps);
    const createdBy = Map.groupBy(created, ({ from }) => from);
    const endedBy = Map.groupBy(ended, ({ to }) => to);
    for (const group of own) {
      deeds.set(group, {
        changes: streamOf(changes.get(nameOf(group.stamp, number)) ?? []),
        created: streamOf(createdBy.get(group.stamp) ?? []),
        ended: streamOf(endedBy.get(group.stamp) ?? []),
      });
    }
  }
  return deeds;
}

/** What a large group did, read bit by bit. */
export async function streamDeeds(
  client: ClientBase,
  { stamp, table: number }: Group,
  { relation, columns }: SealedTable,
): Promise<Deeds & { close(): Promise<void> }> {
  const began = `xm_from = ${stamp}`;
  const sql = `select ${CHANGE_COLUMNS} from xm.change c where c.stamp = ${stamp} and c.tbl = ${number} order by c.position`;
  const changes = await openStream(client, "xm_changes", number === STEPS ? `${sql} limit 0` : sql, changeOf);
  const created = await streamVersions(client, "xm_created", relation, columns, {
    current: number === STEPS ? `stamp = ${stamp}` : began,
    history: began,
  });
  const ended = await streamEnds(client, "xm_ended", relation, `xm_to = ${stamp}`);
  return {
    changes,
    created,
    ended,
    close: async () => {
      await changes.close();
      await created.close();
      await ended.close();
    },
  };
}

function nameOf(stamp: bigint, table: number): string {
  return `${stamp} ${table}`;
}

function keysOf({ fields: [, keys] }: ReadChange): readonly string[] {
  return keys === null || keys === undefined || keys === "{}" ? [] : keys.slice(1, -1).split(",");
}

async function readChanges(client: ClientBase, groups: readonly Group[]): Promise<ReadonlyMap<string, readonly ReadChange[]>> {
  if (groups.length === 0) return new Map();
  const rows = await textRows(
    client,
    `select ${CHANGE_COLUMNS} from xm.change c join unnest($1::bigint[], $2::smallint[]) g(stamp, tbl) on g.stamp = c.stamp and g.tbl = c.tbl
     order by c.position`,
    [arrayText(groups.map(({ stamp }) => stamp)), arrayText(groups.map(({ table }) => table))],
  );
  return Map.groupBy(rows.map(changeOf), ({ stamp, table }) => nameOf(stamp, table));
}

async function readCreated(
  client: ClientBase,
  { relation, columns }: SealedTable,
  stamps: string,
  keys: readonly string[],
): Promise<readonly ReadVersion[]> {
  const steps = relation.number === STEPS;
  const which = "xm_from = any ($1::bigint[]) and id = any ($2::uuid[])";
  const sql = versionsSql(
    relation,
    columns,
    steps ? { current: "stamp = any ($1::bigint[])", history: false } : { current: which, history: which },
  );
  const rows = await textRows(client, `select * from (${sql}) v order by id, closed`, [stamps, ...(steps ? [] : [arrayText(keys)])]);
  return rows.map(versionOf);
}

async function readEnded(client: ClientBase, { name, history }: Relation, stamps: string): Promise<readonly ReadEnd[]> {
  if (history === undefined) return [];
  const rows = await textRows(
    client,
    `select xm_to, id, xm_from from xmh.${quoted(name)} where xm_to = any ($1::bigint[]) order by id, xm_from`,
    [stamps],
  );
  return rows.map(endOf);
}
