import type { ClientBase } from "pg";

import { textRows } from "../session.ts";

/** `xm.step` has no history and no change rows, and is sealed like the rows that a transaction wrote. */
export const STEPS = 0;

/** A column as the database has it. */
export interface CatalogColumn {
  readonly number: number;
  readonly name: string;
  readonly type: string;
}

/** A table or a history as the database has it. */
export interface CatalogRelation {
  readonly oid: number;
  readonly columns: readonly CatalogColumn[];
}

/** A captured table as the database has it; a relation that was dropped is `undefined`. */
export interface CatalogTable {
  readonly number: number;
  readonly name: string;
  readonly current: CatalogRelation | undefined;
  readonly history: CatalogRelation | undefined;
}

/** The captured tables, and what tells one life of the database from another. */
export interface Catalog {
  readonly home: number;
  /** The migrations that have run, as `plugin id`. */
  readonly migrations: readonly string[];
  /** What the feed's retention forgot: change rows below the stamp, and how many. */
  readonly forgotten: { readonly below: bigint; readonly changes: number };
  readonly tables: readonly CatalogTable[];
}

const COLUMNS = `
  select t.id, t.name, n.nspname, c.oid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod)
  from (select id::int, name, 'app' as schema from xm.tbl union all select id, name, 'xmh' from xm.tbl union all select ${STEPS}, 'step', 'xm') t
    left join pg_namespace n on n.nspname = t.schema
    left join pg_class c on c.relnamespace = n.oid and c.relname = t.name and c.relkind in ('r', 'p')
    left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and a.attname <> all (case t.schema when 'xm' then '{id,stamp}'::name[] else '{id,xm_from,xm_to}' end)
  order by t.id, n.nspname, a.attnum`;

const FORGOTTEN = "select coalesce(max(stamp), 0), coalesce(sum(changes), 0) from xm.horizon";

const MIGRATIONS = "select plugin || ' ' || id from xm.migration order by at, plugin, id";

/** Reads the captured tables with their columns, of which `id` and the stamps are none. */
export async function readCatalog(client: ClientBase): Promise<Catalog> {
  const [[home = null] = []] = await textRows(client, "select 'xm.seal'::regclass::oid");
  const migrations = await textRows(client, MIGRATIONS);
  const [[below = null, changes = null] = []] = await textRows(client, FORGOTTEN);
  const rows = await textRows(client, COLUMNS);
  const tables = [...Map.groupBy(rows, ([number]) => Number(number))].map(([number, own]): CatalogTable => {
    const relation = (schema: string): CatalogRelation | undefined => {
      const found = own.filter((cells) => cells[2] === schema);
      const oid = found[0]?.[3];
      if (oid === null || oid === undefined) return undefined;
      const columns = found.flatMap(([, , , , attribute, name, type]) =>
        attribute === null || attribute === undefined ? [] : [{ number: Number(attribute), name: name ?? "", type: type ?? "" }],
      );
      return { oid: Number(oid), columns };
    };
    return {
      number,
      name: own[0]?.[1] ?? "",
      current: relation(number === STEPS ? "xm" : "app"),
      history: number === STEPS ? undefined : relation("xmh"),
    };
  });
  return {
    home: Number(home),
    migrations: migrations.flatMap(([name]) => name ?? []),
    forgotten: { below: BigInt(below ?? 0), changes: Number(changes) },
    tables,
  };
}
