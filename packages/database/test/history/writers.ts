import fc from "fast-check";
import type { Client } from "pg";

import { sqlState } from "@xianmai/database";

import { copyIn } from "../county.ts";
import { key } from "../sample.ts";

/** One thing that a writer does inside a transaction; `pick` chooses among few rows, so that writers meet. */
export interface Act {
  readonly kind: (typeof KINDS)[number];
  readonly pick: number;
}

/** What a writer does in one transaction. */
export interface Deed {
  readonly acts: readonly Act[];
  readonly end: "commit" | "rollback" | "prepare";
  /** Milliseconds that it stays open after its acts. */
  readonly linger: number;
}

const KINDS = [
  "insert",
  "many",
  "update",
  "updateAll",
  "delete",
  "reinsert",
  "upsert",
  "merge",
  "copy",
  "rekey",
  "savepoint",
  "own",
  "own",
] as const;

/** The units that writers meet at. */
export const UNITS = 4;

const deed: fc.Arbitrary<Deed> = fc.record({
  acts: fc.array(fc.record({ kind: fc.constantFrom(...KINDS), pick: fc.nat(UNITS - 1) }), { minLength: 1, maxLength: 5 }),
  end: fc.constantFrom("commit", "commit", "commit", "rollback", "prepare"),
  linger: fc.constantFrom(0, 0, 0, 5, 30),
});

/** A program for each of some writers. */
export function programs(writers: number): fc.Arbitrary<readonly (readonly Deed[])[]> {
  return fc.array(fc.array(deed, { minLength: 1, maxLength: 5 }), { minLength: writers, maxLength: writers });
}

/** Statements name the columns that every migration of these tests leaves alone: `code`, `name` and `unit_id`. What else is written is the caller's `own`. */
async function act(client: Client, { kind, pick }: Act, own: readonly string[]): Promise<void> {
  const unit = `u${pick}`;
  const one = "select id from app.work order by code limit 1 offset $1";
  switch (kind) {
    case "insert":
      await client.query("insert into app.work (code, name, unit_id) select $1, 'new', id from app.unit where code = $2", [key(), unit]);
      return;
    case "many":
      await client.query("insert into app.work (code, name, unit_id) select gen_random_uuid()::text, 'many', id from app.unit");
      return;
    case "update":
      await client.query("update app.unit set name = $1, parent_id = (select id from app.unit where code = $2) where code = $3", [
        key(),
        `u${(pick + 1) % UNITS}`,
        unit,
      ]);
      return;
    case "updateAll":
      await client.query("update app.work set code = gen_random_uuid()::text where unit_id = (select id from app.unit where code = $1)", [
        unit,
      ]);
      return;
    case "delete":
      await client.query("delete from app.work where id in (select id from app.work order by code limit 2 offset $1)", [pick]);
      return;
    case "reinsert":
      for (const { id, unit: of } of await removed(client, one, pick)) {
        await client.query("insert into app.work (id, code, name, unit_id) values ($1, $2, 'again', $3)", [id, key(), of]);
      }
      return;
    case "upsert":
      await client.query(
        "insert into app.unit (code, name) values ($1, 'up') on conflict (code) do update set name = excluded.name || app.unit.name",
        [unit],
      );
      return;
    case "merge":
      await client.query(
        `merge into app.work w using (select id from app.unit where code = $1) u on w.unit_id = u.id
         when matched and w.code < '8' then delete
         when matched then update set code = gen_random_uuid()::text
         when not matched then insert (code, name, unit_id) values (gen_random_uuid()::text, 'merged', u.id)`,
        [unit],
      );
      return;
    case "copy":
      await copyIn(client, "copy app.unit (id, code, name) from stdin", `${key()}\t${key()}\tcopied\n${key()}\t${key()}\tcopied\n`);
      return;
    case "rekey":
      await client.query(`update app.work set id = gen_random_uuid() where id in (${one})`, [pick]);
      return;
    case "savepoint":
      await client.query("savepoint kept");
      await client.query("update app.work set code = code || '+' where unit_id = (select id from app.unit where code = $1)", [unit]);
      await client.query("savepoint undone");
      await client.query("update app.unit set name = 'undone'");
      await client.query("delete from app.work");
      await client.query("rollback to savepoint undone");
      await client.query("release savepoint kept");
      return;
    case "own":
      if (own.length > 0) await client.query(own[pick % own.length] ?? "");
  }
}

async function removed(client: Client, which: string, pick: number): Promise<readonly { readonly id: string; readonly unit: string }[]> {
  const { rows } = await client.query<{ id: string; unit: string }>(
    `delete from app.work where id in (${which}) returning id, unit_id as unit`,
    [pick],
  );
  return rows;
}

/** Deadlocks, unique and foreign keys, and where no transaction can be prepared: what writers that meet must expect. The transaction is undone. */
const EXPECTED = ["40P01", "23505", "23503", "23502", "25P02", "55000"];

/** Writes as a program says, one transaction after the other. */
export async function write(client: Client, program: readonly Deed[], own: readonly string[] = []): Promise<void> {
  for (const { acts, end, linger } of program) {
    await client.query("begin");
    try {
      for (const one of acts) await act(client, one, own);
      if (linger > 0) await client.query("select pg_sleep($1)", [linger / 1000]);
      if (end === "prepare") {
        const name = key();
        await client.query(`prepare transaction '${name}'`);
        await client.query("select pg_sleep(0.01)");
        await client.query(`commit prepared '${name}'`);
      } else {
        await client.query(end);
      }
    } catch (error) {
      if (!EXPECTED.includes(sqlState(error) ?? "")) throw error;
      await client.query("rollback");
    }
  }
}
