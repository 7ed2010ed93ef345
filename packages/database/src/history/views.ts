import { createHash } from "node:crypto";

import type { ClientBase } from "pg";

import type { CapturedTable } from "../capture/table.ts";
import { literal, objectName, quoted } from "../names.ts";
import { isKept } from "../scope/scopes.ts";
import { readSince, type Since } from "./since.ts";

/**
 * The view of a table's past: every version whose creator the moment sees and whose ender it does not. Whoever asks must be allowed to see the
 * version by the policies of the history, and the row as it is now where it is still there: what has become confidential was not public before.
 *
 * The bounds of the moment come from settings. As sub-selects they are found once per query; `xm.lo()` stands bare, so that the planner knows
 * how much of the history there is behind it.
 *
 * @param since the columns that were added with a default, and the stamps of the transactions that did: before, they were unknown
 */
function pastViewSql(table: CapturedTable, since: ReadonlyMap<string, string>): string {
  const name = quoted(table.name);
  const columns = [
    "xm_from",
    ...table.columns.flatMap((column) => {
      // a column that is kept for the policies comes and goes with them
      if (isKept(column.name)) return [];
      const stamp = since.get(column.name);
      const plain = quoted(column.name);
      return stamp === undefined
        ? plain
        : `case when ${stamp} < (select xm.hi()) and ${stamp} <> all (${RUNNING}) then ${plain} end as ${plain}`;
    }),
  ];
  const begun = `xm_from < (select xm.hi()) and xm_from <> all (${RUNNING})`;
  const allowed = `((select current_user = 'xm_all') or not past.${quoted(existsFunction(table.name))}(id) or exists (select from app.${name} c where c.id = h.id))`;
  const notEnded = `xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any (${RUNNING}))`;
  return `create view past.${name} with (security_invoker = true) as
select ${columns.join(", ")}
from app.${name} where ${begun}
union all
select ${columns.join(", ")}
from xmh.${name} h where ${begun} and ${notEnded} and ${allowed}`;
}

/** The function, in schema `past`, that tells whether a row is still there, to those too who may not see it. */
function existsFunction(table: string): string {
  return objectName(table, [], "exists");
}

function existsSql(table: string): string {
  return `create function past.${quoted(existsFunction(table))}(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.${quoted(table)} t where t.id operator(pg_catalog.=) $1);
end
$past$`;
}

// the cast makes it an array instead of a list of rows to compare with
const RUNNING = "(select xm.xip())::bigint[]";

/** The statements that make the view of a table's past, and let the application read it. */
export function pastStatements(table: CapturedTable, since: ReadonlyMap<string, string>): readonly string[] {
  return [existsSql(table.name), pastViewSql(table, since), `grant select on past.${quoted(table.name)} to xm_all, xm_app`];
}

/** Takes the past away: its views stand in the way of changes to the columns that they show. */
export async function dropPast(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>("select relname as name from pg_class where relnamespace = 'past'::regnamespace");
  for (const { name } of rows) await dropView(client, name);
}

async function dropView(client: ClientBase, table: string): Promise<void> {
  await client.query(`drop view if exists past.${quoted(table)}`);
  await client.query(`drop function if exists past.${quoted(existsFunction(table))}(uuid)`);
}

interface PastRow {
  readonly name: string;
  readonly comment: string | null;
  readonly state: string;
}

/** What a view is, whoever made it so: definition, options, rights. */
const VIEWS = `
  select c.relname as name, obj_description(c.oid, 'pg_class') as comment,
    md5(concat_ws(' ', pg_get_viewdef(c.oid), c.reloptions::text, (select string_agg(p.prosrc, ' ' order by p.proname) from pg_depend d
      join pg_rewrite r on r.oid = d.objid join pg_proc p on p.oid = d.refobjid and p.pronamespace = c.relnamespace
      where r.ev_class = c.oid and d.refclassid = 'pg_proc'::regclass), has_table_privilege('xm_all', c.oid, 'select'), has_table_privilege('xm_app', c.oid, 'select'))) as state
  from pg_class c where c.relnamespace = 'past'::regnamespace and c.relkind = 'v'`;

/**
 * Makes the views of the past that are missing, or not exactly as they should be; drops those of tables that are no more.
 *
 * @param tables all captured tables
 * @returns the names of what was made or dropped; empty where all is well
 */
export async function renewPast(client: ClientBase, tables: readonly CapturedTable[]): Promise<readonly string[]> {
  const since = await readSince(client);
  const { rows } = await client.query<PastRow>(VIEWS);
  const wanted = new Map(tables.map((table) => [table.name, table]));
  const surplus = rows.filter(({ name }) => !wanted.has(name));
  for (const { name } of surplus) await dropView(client, name);
  const stale = tables.filter((table) => {
    const found = rows.find(({ name }) => name === table.name);
    return found === undefined || found.comment !== commentOf(sourceHash(table, since), found.state);
  });
  for (const table of stale) {
    await dropView(client, table.name);
    for (const statement of pastStatements(table, sinceOf(since, table))) await client.query(statement);
  }
  // what PostgreSQL made of them is part of the mark, so that an edit by hand shows
  const { rows: made } = await client.query<PastRow>(VIEWS);
  for (const table of stale) {
    const state = made.find(({ name }) => name === table.name)?.state ?? "";
    await client.query(`comment on view past.${quoted(table.name)} is ${literal(commentOf(sourceHash(table, since), state))}`);
  }
  return [...surplus, ...stale].map(({ name }) => name);
}

function sinceOf(since: Since, { number }: CapturedTable): ReadonlyMap<string, string> {
  return since.get(number) ?? new Map<string, string>();
}

function sourceHash(table: CapturedTable, since: Since): string {
  return createHash("sha256")
    .update(pastStatements(table, sinceOf(since, table)).join(";"))
    .digest("hex")
    .slice(0, 32);
}

function commentOf(source: string, state: string): string {
  return `made by the platform: ${source} ${state}`;
}
