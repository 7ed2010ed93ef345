import { isDeepStrictEqual } from "node:util";

import fc from "fast-check";
import type { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";

import {
  createReadPool,
  openFeed,
  settingsOf,
  sqlState,
  versionsOf,
  type Change,
  type Feed,
  type FeedPosition,
  type ReadPool,
  type VersionCells,
} from "@xianmai/database";
import { countyViewer } from "@xianmai/plugin-api";
import { columnOf, entityOf, type EntityModel } from "@xianmai/plugin-api/model";

import { copyIn, openCounty, type County } from "./county.ts";
import { county as model, key } from "./sample.ts";

/** One thing that a writer does inside a transaction; `pick` chooses among few rows, so that writers meet. */
interface Act {
  readonly kind: (typeof KINDS)[number] | "bulk";
  readonly pick: number;
}

interface Transaction {
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

const WRITERS = 6;
const UNITS = 5;

const transaction: fc.Arbitrary<Transaction> = fc.record({
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

const programs = fc.array(fc.array(transaction, { minLength: 1, maxLength: 6 }), { minLength: WRITERS, maxLength: WRITERS });

const entities = ["Unit", "Work"].map((name) => entityOf(model, name));

async function act(client: Client, { kind, pick }: Act): Promise<void> {
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
const EXPECTED = ["40P01", "23505", "23503", "23502", "25P02", "55000"];

async function write(client: Client, transactions: readonly Transaction[]): Promise<void> {
  for (const { acts, end, linger } of transactions) {
    await client.query("begin");
    try {
      for (const one of acts) await act(client, one);
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

/** What somebody knows who has read the feed and nothing else. */
class Mirror {
  readonly rows = new Map<string, VersionCells>();
  readonly #seen = new Set<bigint>();
  readonly #pool: ReadPool;

  constructor(pool: ReadPool) {
    this.#pool = pool;
  }

  /** Applies a batch; every row must be, before each transaction, what the one before it had left. */
  async apply(changes: readonly Change[]): Promise<void> {
    for (const { position } of changes) {
      if (this.#seen.has(position)) throw new Error(`Position ${position} came twice.`);
      this.#seen.add(position);
    }
    const stamps = [...Map.groupBy(changes, ({ stamp }) => stamp)];
    const requests = stamps.flatMap(([stamp, all]) =>
      entities.map((entity) => ({ stamp, entity, keys: keysOf(all, entity), columns: entity.columns })),
    );
    const versions = await versionsOf((statements) => this.#pool.batch(settingsOf(countyViewer), statements), requests);
    for (const [at, { entity }] of requests.entries()) {
      for (const [id, { before, after }] of versions[at] ?? []) {
        const name = `${entity.table} ${id}`;
        if (!isDeepStrictEqual(this.rows.get(name), before)) throw new Error(`${name} was not what the feed had said.`);
        if (after === undefined) this.rows.delete(name);
        else this.rows.set(name, after);
      }
    }
  }
}

function keysOf(changes: readonly Change[], entity: EntityModel): readonly string[] | null {
  const own = changes.filter(({ table }) => table === entity.table);
  return own.some(({ keys }) => keys === null) ? null : own.flatMap(({ keys }) => keys ?? []);
}

async function follow(feed: Feed, mirror: Mirror, from: FeedPosition): Promise<FeedPosition> {
  const batch = await feed.poll(from);
  expect(batch.reset).toBeUndefined();
  await mirror.apply(batch.changes);
  return batch.to;
}

async function present(county: County): Promise<ReadonlyMap<string, VersionCells>> {
  const rows = new Map<string, VersionCells>();
  const pool = createReadPool(county.database.app, { size: 1 });
  for (const entity of entities) {
    const names = entity.columns.map(({ column }) => `"${column}"`).join(", ");
    const [result] = await pool.batch(settingsOf(countyViewer), [{ text: `select id, ${names} from ${entity.table}`, values: [] }]);
    for (const [id, ...cells] of result!.rows) {
      rows.set(`${entity.table} ${id}`, Object.fromEntries(entity.columns.map(({ rowKey }, at) => [rowKey, cells[at] ?? null])));
    }
  }
  await pool.close();
  return rows;
}

test(
  "who reads the feed alone knows the tables: nothing lost, nothing twice, each row's versions in their order, whatever is written how and by how many",
  { timeout: 120_000 },
  async () => {
    const county = await openCounty();
    await county.owner.query(
      "alter table app.work drop constraint work_unit_id_foreign, add foreign key (unit_id) references app.unit on delete cascade",
    );
    await county.owner.query(
      "alter table app.unit drop constraint unit_parent_id_foreign, add foreign key (parent_id) references app.unit on delete set null",
    );
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => county.open(county.database.owner)));
    const pool = createReadPool(county.database.app, { size: 1 });
    const feed = await openFeed(county.database.app);
    onTestFinished(async () => {
      await pool.close();
      await feed.close();
    });
    expect(columnOf(entities[0]!, "parent").rowKey).toBe("parentId");

    const mirror = new Mirror(pool);
    let position = await feed.position();
    for (let unit = 0; unit < UNITS; unit += 1)
      await county.owner.query("insert into app.unit (code, name) values ($1, 'first')", [`u${unit}`]);
    position = await follow(feed, mirror, position);

    await fc.assert(
      // a reader that looks seldom meets many transactions in one batch, one that looks all the time meets them half done
      fc.asyncProperty(programs, fc.boolean(), async (program, eager) => {
        await county.owner.query("delete from app.work");
        await county.owner.query("delete from app.unit where code not like 'u_'");
        let writing = true;
        const all = Promise.all(writers.map(async (writer, at) => write(writer, program[at] ?? []))).finally(() => {
          writing = false;
        });
        while (eager && writing) position = await follow(feed, mirror, position);
        await all;
        position = await follow(feed, mirror, position);
        expect(mirror.rows).toEqual(await present(county));
      }),
      { numRuns: 20, endOnFailure: true },
    );
  },
);
