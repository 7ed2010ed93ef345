import fc from "fast-check";
import type { Client } from "pg";

import { copyIn } from "../county.ts";
import { key } from "../sample.ts";

/** One thing that a writer does inside a transaction; `pick` chooses among few rows, so that writers meet. */
export interface Act {
  readonly kind: (typeof KINDS)[number] | "bulk";
  readonly pick: number;
}

/** What a writer does in one transaction. */
export interface Transaction {
  readonly acts: readonly Act[];
  readonly end: "commit" | "rollback" | "prepare";
  /** Milliseconds that it stays open after its acts. */
  readonly linger: number;
}

const KINDS = [
  "insert",
  "insert",
  "many",
  "update",
  "update",
  "updateAll",
  "delete",
  "upsert",
  "merge",
  "copy",
  "rekey",
  "cascade",
  "savepoint",
  "rollback to savepoint",
] as const;

/** The units `u0`, `u1` … that writers meet at. */
const UNITS = 5;

/** Any transaction. */
export const transaction: fc.Arbitrary<Transaction> = fc.record({
  acts: fc.array(
    fc.record({
      kind: fc.oneof({ weight: 60, arbitrary: fc.constantFrom(...KINDS) }, { weight: 1, arbitrary: fc.constant("bulk" as const) }),
      pick: fc.nat(UNITS - 1),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  end: fc.constantFrom("commit", "commit", "commit", "rollback", "prepare"),
  linger: fc.constantFrom(0, 0, 0, 5, 30),
});

/** Makes a sample county ready for writers: the units that they meet at, deleted with all that belongs to them. */
export async function meet(owner: Client): Promise<void> {
  await owner.query(
    "alter table app.work drop constraint work_unit_id_foreign, add foreign key (unit_id) references app.unit on delete cascade",
  );
  await owner.query(
    "alter table app.unit drop constraint unit_parent_id_foreign, add foreign key (parent_id) references app.unit on delete set null",
  );
  for (let unit = 0; unit < UNITS; unit += 1) await owner.query("insert into app.unit (code, name) values ($1, 'first')", [`u${unit}`]);
}

/** Does it, in the transaction that is open. */
export async function act(client: Client, { kind, pick }: Act): Promise<void> {
  const code = `u${pick}`;
  switch (kind) {
    case "insert":
      await client.query("insert into app.work (code, name, unit_id) select $1, 'new', id from app.unit where code = $2", [key(), code]);
      return;
    case "many":
      await client.query("insert into app.work (code, name, unit_id) select gen_random_uuid()::text, 'many', id from app.unit");
      return;
    case "update":
      await client.query("update app.unit set name = $1, parent_id = (select id from app.unit where code = $2) where code = $3", [
        key(),
        `u${(pick + 1) % UNITS}`,
        code,
      ]);
      return;
    case "updateAll":
      await client.query("update app.work set name = name || '+' where unit_id = (select id from app.unit where code = $1)", [code]);
      return;
    case "delete":
      await client.query("delete from app.work where id in (select id from app.work order by code limit 2 offset $1)", [pick]);
      return;
    case "upsert":
      await client.query(
        "insert into app.unit (code, name) values ($1, 'up') on conflict (code) do update set name = excluded.name || app.unit.name",
        [code],
      );
      return;
    case "merge":
      await client.query(
        `merge into app.work w using (select id, code from app.unit where code = $1) u on w.unit_id = u.id
         when matched and w.code < '8' then delete
         when matched then update set name = 'merged'
         when not matched then insert (code, name, unit_id) values (gen_random_uuid()::text, 'merge', u.id)`,
        [code],
      );
      return;
    case "copy":
      await copyIn(client, "copy app.unit (id, code, name) from stdin", `${key()}\t${key()}\tcopied\n${key()}\t${key()}\tcopied\n`);
      return;
    case "rekey":
      await client.query(
        "update app.work set id = gen_random_uuid() where id in (select id from app.work order by code limit 1 offset $1)",
        [pick],
      );
      return;
    case "cascade":
      await client.query("with old as (delete from app.unit where code = $1 returning code) select from old", [code]);
      await client.query("insert into app.unit (code, name) values ($1, 'again') on conflict do nothing", [code]);
      return;
    case "savepoint":
      await client.query("savepoint s");
      return;
    case "rollback to savepoint":
      await client.query("savepoint t");
      await client.query("update app.unit set name = 'undone'");
      await client.query("rollback to savepoint t");
      return;
    case "bulk":
      // beyond what is named key by key, and gone with the next one
      await client.query("delete from app.work where name = 'bulk'");
      await client.query(
        "insert into app.work (code, name, unit_id) select gen_random_uuid()::text, 'bulk', u.id from generate_series(1, 450) n, app.unit u where u.code like 'u_'",
      );
  }
}

/** Deadlocks, unique and foreign keys: what writers that meet must expect. The transaction is undone. */
export const EXPECTED = ["40P01", "23505", "23503", "23502", "25P02", "55000"] as readonly string[];
