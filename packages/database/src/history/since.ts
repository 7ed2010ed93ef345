import type { ClientBase } from "pg";

import type { NumberedTable } from "../capture/table.ts";

/** The columns, by table number, that tables with rows were given with a default, and the transaction that did it. */
export type Since = ReadonlyMap<number, ReadonlyMap<string, string>>;

/** Reads them. */
export async function readSince(client: ClientBase): Promise<Since> {
  const { rows } = await client.query<{ tbl: number; name: string; stamp: string }>("select tbl::int, name, stamp::text from xm.since");
  return new Map([...Map.groupBy(rows, ({ tbl }) => tbl)].map(([tbl, of]) => [tbl, new Map(of.map(({ name, stamp }) => [name, stamp]))]));
}

/**
 * Keeps in step with a table that a migration changed. A column that is added with a default has it in every row at once, in rows that are
 * older than the column too, and no version says so: its views of the past must know since when.
 *
 * @param before the table as it was, whose columns are those of `after` where their numbers are
 */
export async function followSince(client: ClientBase, before: NumberedTable, after: NumberedTable): Promise<void> {
  const was = new Map(before.columns.map(({ name }, at) => [before.numbers[at], name]));
  const is = new Map(after.columns.map(({ name }, at) => [after.numbers[at], name]));
  const { rows: known } = await client.query<{ name: string; stamp: string }>(
    "delete from xm.since where tbl = $1 returning name, stamp::text",
    [before.number],
  );
  const kept = [...was].flatMap(([number, name]) => {
    const [now, found] = [is.get(number), known.find((one) => one.name === name)];
    return now === undefined || found === undefined ? [] : [{ name: now, stamp: found.stamp }];
  });
  const added = [...is].flatMap(([number, name]) => (was.has(number) ? [] : [name]));
  // a constant default is kept beside the column for the rows that lie there without it
  const { rows: filled } = await client.query<{ name: string; stamp: string }>(
    `select attname::text as name, xm.stamp()::text as stamp from pg_attribute
     where attrelid = format('app.%I', $1::text)::regclass and attname = any($2) and atthasmissing`,
    [after.name, added],
  );
  if (filled.length > 0) await tellWhole(client, before.number);
  for (const { name, stamp } of [...kept, ...filled]) {
    await client.query("insert into xm.since (tbl, name, stamp) values ($1, $2, $3)", [before.number, name, stamp]);
  }
}

/**
 * Records that a transaction has changed a whole table, where no trigger could: what happened in it is then a part of the feed and of moments as
 * everything else is.
 */
export async function tellWhole(client: ClientBase, table: number): Promise<void> {
  await client.query(
    "insert into xm.change (stamp, tbl, op, origin) values (xm.stamp(), $1, 'U', nullif(current_setting('xm.origin', true), ''))",
    [table],
  );
}
