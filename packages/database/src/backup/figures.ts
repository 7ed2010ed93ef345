import type { ClientBase } from "pg";

import { parseSnapshot } from "../feed/snapshot.ts";
import { quoted, quotedList } from "../names.ts";
import type { Figure, Manifest } from "./manifest.ts";

/** The schemas that are the platform's. */
export const SCHEMAS: readonly string[] = ["app", "xm", "xmh", "xmq", "past"];

/** A table as figures and copies need it. */
export interface TableLayout {
  readonly schema: string;
  readonly name: string;
  /** Without generated ones, which PostgreSQL fills itself. */
  readonly columns: readonly string[];
  /** Those that make up its figure: a current row is told of by what its history keeps too. */
  readonly figured: readonly string[];
  /**
   * How it is told at a later time which rows it had at a moment. `current`: by its own stamps and its history's; `history`: by the end of
   * versions; `log`: by the stamp of the row; `plain`: not at all.
   */
  readonly kind: "current" | "history" | "log" | "plain";
}

/** A moment: what a snapshot saw, told by stamps. */
export type Moment = Pick<Manifest, "base" | "snapshot">;

/** Settings under which a row has one text, and a long statement its time. */
const SESSION = `
  select set_config(s.name, w.value, false) from (values
    ('search_path', 'pg_catalog'), ('client_min_messages', 'warning'), ('row_security', 'off'), ('timezone', 'UTC'), ('datestyle', 'ISO, YMD'),
    ('intervalstyle', 'postgres'), ('extra_float_digits', '1'), ('bytea_output', 'hex'), ('statement_timeout', '0'), ('lock_timeout', '0'),
    ('idle_in_transaction_session_timeout', '0'), ('idle_session_timeout', '0'), ('transaction_timeout', '0'), ('check_function_bodies', 'off')
  ) w(name, value) join pg_settings s using (name)`;

/** Makes a session read every row, in one way, for as long as it takes. */
export async function settle(client: ClientBase): Promise<void> {
  await client.query(SESSION);
}

/** Tables of the platform's own of which every row has the stamp of the transaction that wrote it, and stays as it is. */
const LOGS = ["change", "step"];

/** The platform's tables, by schema and name. */
export async function readLayouts(client: ClientBase): Promise<readonly TableLayout[]> {
  const { rows } = await client.query<Pick<TableLayout, "schema" | "name" | "columns">>(
    `select n.nspname::text as schema, c.relname::text as name,
       coalesce(array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = ''), '{}') as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
       left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = any($1) and c.relkind = 'r' group by 1, 2 order by 1, 2`,
    [SCHEMAS],
  );
  const histories = new Map(rows.filter(({ schema }) => schema === "xmh").map(({ name, columns }) => [name, columns]));
  return rows.map(({ schema, name, columns }) => {
    const table = { schema, name, columns, figured: columns };
    const history = histories.get(name);
    if (schema === "app" && history !== undefined && columns.includes("xm_from")) {
      return { ...table, figured: columns.filter((column) => history.includes(column)), kind: "current" };
    }
    if (schema === "xmh" && columns.includes("xm_to")) return { ...table, kind: "history" };
    return { ...table, kind: schema === "xm" && LOGS.includes(name) ? "log" : "plain" };
  });
}

/** The name under which a manifest keeps a table's figure. */
function keyOf({ schema, name }: Pick<TableLayout, "schema" | "name">): string {
  return `${schema}.${name}`;
}

/** What tables hold, as the session sees them. */
export async function figuresNow(client: ClientBase, tables: readonly TableLayout[]): Promise<Record<string, Figure>> {
  return figures(client, tables, (table) => rowsOf(table));
}

/** What tables held at a moment that has passed; those without stamps as they are. */
async function figuresAt(client: ClientBase, tables: readonly TableLayout[], moment: Moment): Promise<Record<string, Figure>> {
  return figures(client, tables, (table) => rowsAt(table, moment));
}

async function figures(
  client: ClientBase,
  tables: readonly TableLayout[],
  source: (table: TableLayout) => string,
): Promise<Record<string, Figure>> {
  const found: Record<string, Figure> = {};
  for (const table of tables) {
    const row = `row(${quotedList(table.figured)})::text collate "C"`;
    const { rows } = await client.query<{ rows: string; sum: string }>(
      `select count(*)::text as rows, coalesce(sum(hashtextextended(${row}, 0)), 0)::text as sum from (${source(table)}) t`,
    );
    found[keyOf(table)] = { rows: Number(rows[0]?.rows), sum: rows[0]?.sum ?? "" };
  }
  return found;
}

function rowsOf({ schema, name, figured }: TableLayout): string {
  return `select ${quotedList(figured)} from ${quoted(schema)}.${quoted(name)}`;
}

function rowsAt(table: TableLayout, moment: Moment): string {
  const seen = (column: string): string => seenSql(column, moment);
  switch (table.kind) {
    case "plain":
      return rowsOf(table);
    case "log":
      return `${rowsOf(table)} where ${seen("stamp")}`;
    case "history":
      return `${rowsOf(table)} where ${seen("xm_to")}`;
    case "current":
      return [
        `${rowsOf(table)} where ${seen("xm_from")}`,
        `${rowsOf({ ...table, schema: "xmh" })} where ${seen("xm_from")} and not ${seen("xm_to")}`,
      ].join(" union all ");
  }
}

/** Whether what a stamp's transaction did is seen by a moment: stamps of an earlier life of the database are lower than its base. */
function seenSql(column: string, { base, snapshot }: Moment): string {
  const parsed = parseSnapshot(snapshot);
  if (parsed === undefined) throw new Error(`Not a snapshot of PostgreSQL: ${snapshot}`);
  const stamp = (transaction: bigint): string => String(BigInt(base) | transaction);
  const running = parsed.running.map((transaction) => ` and ${column} <> ${stamp(transaction)}`).join("");
  return `(${column} < ${stamp(parsed.xmax)}${running})`;
}

/** The tables in which a restored database, nothing having been written to it since, does not hold what its backup tells. */
export async function compareAt(client: ClientBase, manifest: Manifest): Promise<readonly string[]> {
  const layouts = await readLayouts(client);
  return differences(
    manifest.tables,
    manifest.form === "cluster" ? await figuresAt(client, layouts, manifest) : await figuresNow(client, layouts),
  );
}

/** The tables whose figures are not as they should be; a table that is not there is one of them. */
export function differences(expected: Readonly<Record<string, Figure>>, found: Readonly<Record<string, Figure>>): readonly string[] {
  return Object.entries(expected).flatMap(([table, { rows, sum }]) => {
    const is = found[table];
    return is?.rows === rows && is.sum === sum ? [] : [table];
  });
}
