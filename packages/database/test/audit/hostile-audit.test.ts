import fc from "fast-check";
import type { Client } from "pg";
import { expect, test } from "vitest";

import { sqlState } from "@xianmai/database";

import { copyIn } from "../county.ts";
import { key } from "../sample.ts";
import { openAudited, type AuditedCounty } from "./audit.ts";

const KINDS = ["insert", "many", "update", "updateAll", "delete", "upsert", "merge", "copy", "rekey", "bulk", "undone", "step"] as const;
const WRITERS = 4;
const UNITS = 4;

interface Transaction {
  readonly acts: readonly { readonly kind: (typeof KINDS)[number]; readonly pick: number }[];
  readonly end: "commit" | "rollback" | "prepare";
  /** Seal after it, whatever the others are at. */
  readonly seal: boolean;
}

const transaction: fc.Arbitrary<Transaction> = fc.record({
  acts: fc.array(fc.record({ kind: fc.constantFrom(...KINDS), pick: fc.nat(UNITS - 1) }), { minLength: 1, maxLength: 5 }),
  end: fc.constantFrom("commit", "commit", "commit", "rollback", "prepare"),
  seal: fc.boolean(),
});

const programs = fc.array(fc.array(transaction, { minLength: 1, maxLength: 5 }), { minLength: WRITERS, maxLength: WRITERS });

async function act(client: Client, { kind, pick }: Transaction["acts"][number]): Promise<void> {
  const code = `u${pick}`;
  switch (kind) {
    case "insert":
      await client.query("insert into app.work (code, name, unit_id, amount) select $1, '新建', id, 5 from app.unit where code = $2", [
        key(),
        code,
      ]);
      return;
    case "many":
      await client.query("insert into app.work (code, name, unit_id) select gen_random_uuid()::text, 'many', id from app.unit");
      return;
    case "update":
      await client.query("update app.unit set name = $1, aliases = array[$1, null, 'a,\"b'] where code = $2", [key(), code]);
      return;
    case "updateAll":
      await client.query("update app.work set name = name || '+', amount = coalesce(amount, 0) + 1");
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
        `merge into app.work w using (select id from app.unit where code = $1) u on w.unit_id = u.id
         when matched and w.code < '8' then delete when matched then update set name = 'merged'
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
    case "bulk":
      await client.query(
        "insert into app.work (code, name, unit_id) select gen_random_uuid()::text, 'bulk', u.id from generate_series(1, 12) n, app.unit u where u.code like 'u_'",
      );
      return;
    case "undone":
      await client.query("savepoint s; update app.unit set name = 'undone'; rollback to savepoint s");
      return;
    case "step":
      await client.query(
        `insert into xm.step (entity, key, step, from_state, to_state, "on", at) values ('Work', gen_random_uuid(), 'start', 'PLANNED', 'STARTED', current_date, now())`,
      );
  }
}

/** Deadlocks, unique and foreign keys, no prepared transactions: what writers that meet must expect. The transaction is undone. */
const EXPECTED = ["40P01", "23505", "23503", "23502", "25P02", "55000"];

async function write(county: AuditedCounty, client: Client, transactions: readonly Transaction[]): Promise<void> {
  for (const { acts, end, seal } of transactions) {
    await client.query("begin; set local xm.actor = 'li'");
    try {
      for (const one of acts) await act(client, one);
      const name = key();
      await client.query(end === "prepare" ? `prepare transaction '${name}'` : end);
      if (seal) await county.seal();
      if (end === "prepare") await client.query(`commit prepared '${name}'`);
    } catch (error) {
      if (!EXPECTED.includes(sqlState(error) ?? "")) throw error;
      await client.query("rollback");
    }
    if (seal) await county.seal();
  }
}

/** One stored value that somebody changes: a row by chance, and another value for one of its columns. */
interface Forgery {
  readonly table: string;
  readonly column: string;
  readonly to: string;
}

const FORGERIES: readonly Forgery[] = [
  ...["app", "xmh"].flatMap((schema) => [
    { table: `${schema}.work`, column: "name", to: "name || 'x'" },
    { table: `${schema}.work`, column: "amount", to: "coalesce(amount, 0) + 1" },
    { table: `${schema}.work`, column: "amount", to: "case when amount is null then 0 end" },
    {
      table: `${schema}.work`,
      column: "field_id",
      to: schema === "app" ? "(select id from app.dictionary_entry order by id limit 1)" : "gen_random_uuid()",
    },
    { table: `${schema}.work`, column: "xm_from", to: "xm_from + 1" },
    { table: `${schema}.unit`, column: "aliases", to: "aliases || array['x']" },
    { table: `${schema}.unit`, column: "code", to: "code || ' '" },
    { table: `${schema}.unit`, column: "id", to: "gen_random_uuid()" },
  ]),
  { table: "xmh.work", column: "xm_to", to: "xm_to + 1" },
  { table: "xm.change", column: "actor", to: "coalesce(actor, '') || 'x'" },
  { table: "xm.change", column: "origin", to: "'x'" },
  { table: "xm.change", column: "op", to: "case op when 'I' then 'U' else 'I' end::\"char\"" },
  { table: "xm.change", column: "keys", to: "case when keys is null then '{}' end::uuid[]" },
  { table: "xm.change", column: "refs", to: "coalesce(xm.distinct_keys(refs), '{}') || gen_random_uuid()" },
  { table: "xm.change", column: "at", to: "at + interval '1 microsecond'" },
  { table: "xm.change", column: "stamp", to: "stamp + 1" },
  { table: "xm.change", column: "tbl", to: "case tbl when 1 then 2 else 1 end" },
  { table: "xm.step", column: "on", to: '"on" + 1' },
  { table: "xm.step", column: "reason", to: "'x'" },
  { table: "xm.seal", column: "root", to: "set_byte(root, 31, (get_byte(root, 31) + 1) % 256)" },
  { table: "xm.seal", column: "snapshot", to: "snapshot || '1'" },
  { table: "xm.seal", column: "leaves", to: "leaves + 1" },
  { table: "xm.seal", column: "key", to: "reverse(key) || 'x'" },
  { table: "xm.seal", column: "at", to: "at + interval '1 second'" },
  { table: "xm.seal_leaf", column: "hash", to: "set_byte(hash, 0, (get_byte(hash, 0) + 1) % 256)" },
  { table: "xm.seal_leaf", column: "body", to: "set_byte(body, length(body) - 1, (get_byte(body, length(body) - 1) + 1) % 256)" },
  { table: "xm.seal_leaf", column: "salt", to: "set_byte(salt, 0, (get_byte(salt, 0) + 1) % 256)" },
  { table: "xm.seal_leaf", column: "stamp", to: "stamp + 1" },
  { table: "xm.seal_leaf", column: "tbl", to: "case tbl when 1 then 2 else 1 end" },
  { table: "xm.seal_leaf", column: "part", to: "part + 1" },
];

/** Changes a row by chance. @returns whether there was one to change, and how to put it back */
async function forge(owner: Client, { table, column, to }: Forgery, seed: number): Promise<(() => Promise<void>) | undefined> {
  const name = `"${column}"`;
  const { rows } = await owner.query<{ ctid: string; was: string | null }>(
    `select ctid::text, ${name}::text as was from ${table} where ${name}::text is distinct from (${to})::text order by md5(ctid::text || $1) limit 1`,
    [String(seed)],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  try {
    const changed = await owner.query<{ ctid: string }>(`update ${table} set ${name} = ${to} where ctid = $1 returning ctid::text`, [
      row.ctid,
    ]);
    return async () => {
      await owner.query(`update ${table} set ${name} = $1 where ctid = $2`, [row.was, changed.rows[0]!.ctid]);
    };
  } catch (error) {
    // a key that is taken, a row that is pointed at: the database refuses that by itself
    if (!EXPECTED.includes(sqlState(error) ?? "")) throw error;
    return undefined;
  }
}

test(
  "whatever is written how and by how many verifies, and no stored value can be changed past it without being found",
  { timeout: 120_000 },
  async () => {
    const county = await openAudited();
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => county.open(county.database.owner)));
    for (let unit = 0; unit < UNITS; unit += 1)
      await county.owner.query("insert into app.unit (code, name) values ($1, '单位')", [`u${unit}`]);
    await fc.assert(
      fc.asyncProperty(programs, async (program) => {
        await county.owner.query("delete from app.work");
        await Promise.all(writers.map(async (writer, at) => write(county, writer, program[at] ?? [])));
        const before = await county.verify();
        expect(before.findings).toEqual([]);
        await county.seal();
        expect(await county.verify()).toMatchObject({ findings: [], unsealed: { changes: 0 } });
      }),
      { numRuns: 6, endOnFailure: true },
    );
    await county.owner.query("alter table app.unit disable trigger user; alter table app.work disable trigger user");
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...FORGERIES), fc.nat(), async (forgery, seed) => {
        const undo = await forge(county.owner, forgery, seed);
        if (undo === undefined) return;
        tried += 1;
        expect((await county.verify()).findingCount, `${forgery.table}.${forgery.column}`).toBeGreaterThan(0);
        await undo();
      }),
      { numRuns: 40, endOnFailure: true },
    );
    expect(tried).toBeGreaterThan(20);
    expect(await county.found()).toEqual([]);
  },
);
