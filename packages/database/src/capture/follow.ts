import type { ClientBase } from "pg";

import { readCaptured, readHistory } from "../catalog.ts";
import { followSince, tellWhole } from "../history/since.ts";
import { quoted } from "../names.ts";
import { closeTable } from "../scope/close.ts";
import { scopeFunctions } from "../scope/trigger.ts";
import { captureFunction } from "./functions.ts";
import { followSteps, historyStatements, reconcileStatements, type HistoryStep } from "./history.ts";
import { installCapture } from "./install.ts";
import type { CapturedTable, NumberedTable } from "./table.ts";

/** The tables by their identity in the database. */
export type Tables = ReadonlyMap<string, NumberedTable>;

/**
 * Brings history, stamps, triggers and grants of the tables that changed into step with them.
 *
 * @param before the tables as they were when this was last done
 * @param generation the feed's generation that the running migration begins
 * @returns the tables as they are
 */
export async function follow(client: ClientBase, before: Tables, generation: number): Promise<Tables> {
  const now = await readCaptured(client);
  for (const [oid, old] of before) {
    const table = now.get(oid);
    if (table?.name !== old.name) await dropFunctions(client, old);
    if (table === undefined || same(old, table)) continue;
    for (const step of followSteps(old, table, generation)) await run(client, step);
    // a column may come back that the table had in an earlier life
    const history = (await readHistory(client)).get(table.name) ?? [];
    for (const statement of reconcileStatements(table, history, generation)) await client.query(statement);
    await followSince(client, old, table);
    if (table.name !== old.name) await client.query("update xm.tbl set name = $2 where name = $1", [old.name, table.name]);
    await installCapture(client, await numbered(client, table));
  }
  const histories = await readHistory(client);
  for (const [oid, table] of now) {
    if (before.has(oid)) continue;
    await client.query(`alter table app.${quoted(table.name)} add column xm_from bigint not null default xm.stamp()`);
    const history = histories.get(table.name);
    const statements = history === undefined ? historyStatements(table) : reconcileStatements(table, history, generation);
    for (const statement of statements) await client.query(statement);
    await closeTable(client, table.name);
    const made = await numbered(client, table);
    await installCapture(client, made);
    const { rowCount } = await client.query(`select from app.${quoted(table.name)} limit 1`);
    if (rowCount !== 0) await tellWhole(client, made.number);
  }
  return readCaptured(client);
}

/** Gives a table its number, the one that it had if there was one of its name before. */
async function numbered(client: ClientBase, table: NumberedTable): Promise<CapturedTable> {
  const { rows } = await client.query<{ id: number }>(
    `with added as (insert into xm.tbl (name) select $1 where not exists (select from xm.tbl where name = $1) returning id)
     select id::int from added union all select id::int from xm.tbl where name = $1`,
    [table.name],
  );
  return { ...table, number: rows[0]?.id ?? 0 };
}

async function run(client: ClientBase, { sql, otherwise }: HistoryStep): Promise<void> {
  if (otherwise === undefined) {
    await client.query(sql);
    return;
  }
  await client.query("savepoint history");
  try {
    await client.query(sql);
  } catch {
    await client.query("rollback to savepoint history");
    for (const statement of otherwise) await client.query(statement);
  }
  await client.query("release savepoint history");
}

async function dropFunctions(client: ClientBase, { name }: CapturedTable): Promise<void> {
  const captured = (["I", "U", "D"] as const).map((operation) => captureFunction(name, operation));
  for (const each of [...captured, ...scopeFunctions(name)]) await client.query(`drop function if exists xm.${quoted(each)}() cascade`);
}

function same(one: NumberedTable, other: NumberedTable): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
