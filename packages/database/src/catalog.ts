import type { ClientBase } from "pg";

import type { CapturedColumn, NumberedTable } from "./capture/table.ts";
import type { Attachment } from "./migrations/layout.ts";
import { isKept } from "./scope/scopes.ts";

/** A column as the database has it. */
export interface ActualColumn extends CapturedColumn {
  readonly required: boolean;
  readonly default: string | undefined;
}

/** A table as the database has it. */
export interface ActualTable {
  readonly name: string;
  readonly columns: readonly ActualColumn[];
  /** Indexes that count (valid, whole), foreign keys, checks. */
  readonly attachments: readonly Attachment[];
}

interface ColumnRow {
  readonly table: string;
  readonly oid: string;
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly collation: string | null;
  readonly required: boolean;
  readonly fallback: string | null;
}

interface AttachmentRow {
  readonly table: string;
  readonly name: string;
  readonly kind: Attachment["kind"];
  readonly columns: readonly string[];
  readonly detail: string;
}

const COLUMNS = `
  select c.relname as "table", c.oid::text as oid, a.attnum::int as number, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    l.collname as collation, a.attnotnull as required, pg_get_expr(d.adbin, d.adrelid) as fallback
  from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_collation l on l.oid = a.attcollation
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p')
  order by c.relname, a.attnum`;

const ATTACHMENTS = `
  select c.relname as "table", i.relname as name, case when x.indisunique then 'unique' else 'index' end as kind,
    array(select a.attname::text from unnest(x.indkey) with ordinality k(number, at)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number order by k.at) as columns,
    '' as detail
  from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
  where c.relnamespace = 'app'::regnamespace and x.indisvalid and not x.indisprimary and x.indpred is null and x.indexprs is null
  union all
  select c.relname, k.conname, case k.contype when 'f' then 'foreign' else 'check' end,
    array(select a.attname::text from unnest(k.conkey) with ordinality n(number, at)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = n.number order by n.at),
    case k.contype when 'f' then f.relname::text else pg_get_expr(k.conbin, k.conrelid) end
  from pg_constraint k join pg_class c on c.oid = k.conrelid left join pg_class f on f.oid = k.confrelid
  where c.relnamespace = 'app'::regnamespace and k.contype in ('f', 'c') and k.convalidated
  order by 1, 2`;

/** The tables of schema `app`, in full. */
export async function readTables(client: ClientBase): Promise<ReadonlyMap<string, ActualTable>> {
  const columns = await client.query<ColumnRow>(COLUMNS, ["app"]);
  const attachments = await client.query<AttachmentRow>(ATTACHMENTS);
  const attached = Map.groupBy(attachments.rows, ({ table }) => table);
  return new Map(
    [...Map.groupBy(columns.rows, ({ table }) => table)].map(([name, rows]) => [
      name,
      {
        name,
        columns: rows.map((row) => ({ ...captured(row), required: row.required, default: row.fallback ?? undefined })),
        attachments: attached.get(name) ?? [],
      },
    ]),
  );
}

/** The tables of schema `app` by their identity in the database, as capture needs them; their platform numbers by name. */
export async function readCaptured(client: ClientBase): Promise<ReadonlyMap<string, NumberedTable>> {
  const columns = await client.query<ColumnRow>(COLUMNS, ["app"]);
  const numbers = await client.query<{ name: string; number: number }>("select name, id::int as number from xm.tbl");
  const numberOf = new Map(numbers.rows.map(({ name, number }) => [name, number]));
  return new Map(
    [...Map.groupBy(columns.rows, ({ oid }) => oid)].map(([oid, rows]) => {
      const name = rows[0]?.table ?? "";
      const kept = rows.filter((row) => row.name !== "xm_from");
      // whatever holds a key and is no hidden unit: a subject has no foreign key
      const references = kept.flatMap((row) => (row.type === "uuid" && row.name !== "id" && !isKept(row.name) ? [row.name] : []));
      return [
        oid,
        {
          number: numberOf.get(name) ?? 0,
          name,
          columns: kept.map(captured),
          numbers: kept.map((row) => row.number),
          references: [...references, ...unitsIn(kept, "uuid")].toSorted(),
          lists: unitsIn(kept, "uuid[]"),
        },
      ];
    }),
  );
}

/** The columns of the history tables by table. */
export async function readHistory(client: ClientBase): Promise<ReadonlyMap<string, readonly CapturedColumn[]>> {
  const columns = await client.query<ColumnRow>(COLUMNS, ["xmh"]);
  return new Map([...Map.groupBy(columns.rows, ({ table }) => table)].map(([name, rows]) => [name, rows.map(captured)]));
}

/** The hidden columns of a type: units that are kept in the row. */
function unitsIn(columns: readonly ColumnRow[], type: string): readonly string[] {
  return columns.flatMap((column) => (isKept(column.name) && column.type === type ? [column.name] : []));
}

function captured({ name, type, collation }: ColumnRow): CapturedColumn {
  return { name, type, collation: collation === null || collation === "default" ? undefined : collation };
}
