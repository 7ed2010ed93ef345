import { describe, expect, test } from "vitest";

import { migrate } from "@xianmai/database";

import { addUnit, copyIn, openCounty, type County } from "./county.ts";
import { county as model, key } from "./sample.ts";

interface ChangeRow {
  readonly table: string;
  readonly op: string;
  readonly keys: string[] | null;
  readonly refs: string[] | null;
}

/** Keys as the feed tells them: each once; of few rows they are written down as they come. */
const sortedOut = (keys: string) => `case when ${keys} is not null then nullif(xm.distinct_keys(${keys}), '{}') end`;

/** What was recorded since the county was made, leaving out its dictionaries. */
async function changes(county: County): Promise<readonly ChangeRow[]> {
  return county.rows<ChangeRow>(
    `select t.name as "table", c.op, ${sortedOut("c.keys")} as keys, ${sortedOut("c.refs")} as refs from xm.change c join xm.tbl t on t.id = c.tbl
     where c.origin is distinct from 'dictionary' order by c.position`,
  );
}

/** Closed old versions of works, with whether the current row begins where the last of them ended. */
async function history(county: County, id: string) {
  return county.rows<{ name: string; chained: boolean }>(
    `select h.name, h.xm_to = lead(h.xm_from, 1, w.xm_from) over (order by h.xm_from) as chained
     from xmh.work h left join app.work w on w.id = h.id where h.id = $1 order by h.xm_from`,
    [id],
  );
}

async function addWork(county: County, unit: string, code: string): Promise<string> {
  const id = key();
  await county.owner.query("insert into app.work (id, code, name, unit_id) values ($1, $2, $2, $3)", [id, code, unit]);
  return id;
}

const sorted = (...keys: readonly string[]) => keys.toSorted();

describe("what is written is recorded, whatever statement writes it", () => {
  test("INSERT: the new keys and what they point at, no version yet", async () => {
    const county = await openCounty();
    const unit = await addUnit(county.owner, "a");
    const work = await addWork(county, unit, "1");
    expect(await changes(county)).toEqual([
      { table: "unit", op: "I", keys: [unit], refs: null },
      { table: "work", op: "I", keys: [work], refs: [unit] },
    ]);
    expect(await history(county, work)).toEqual([]);
  });

  test("UPDATE: old and new references, and the version that ended; each version ends where the next begins", async () => {
    const county = await openCounty();
    const [first, second] = [await addUnit(county.owner, "a"), await addUnit(county.owner, "b")];
    const work = await addWork(county, first, "1");
    await county.owner.query("update app.work set name = 'new', unit_id = $1", [second]);
    await county.owner.query("update app.work set name = 'newest'");
    const recorded = await changes(county);
    expect(recorded.slice(-2)).toEqual([
      { table: "work", op: "U", keys: [work], refs: sorted(first, second) },
      { table: "work", op: "U", keys: [work], refs: [second] },
    ]);
    expect(await history(county, work)).toEqual([
      { name: "1", chained: true },
      { name: "new", chained: true },
    ]);
  });

  test("DELETE: the version that was there, and nothing is there any more", async () => {
    const county = await openCounty();
    const unit = await addUnit(county.owner, "a");
    const work = await addWork(county, unit, "1");
    await county.owner.query("delete from app.work");
    expect((await changes(county)).at(-1)).toEqual({ table: "work", op: "D", keys: [work], refs: [unit] });
    expect(await history(county, work)).toMatchObject([{ name: "1" }]);
  });

  test("a statement that touches no row leaves no trace", async () => {
    const county = await openCounty();
    await county.owner.query("update app.work set name = 'x'");
    await county.owner.query("delete from app.unit where code = 'none'");
    await county.owner.query("insert into app.unit (code, name) select 'a', 'a' where false");
    expect(await changes(county)).toEqual([]);
  });

  test("INSERT … ON CONFLICT DO UPDATE: the inserted and the updated rows, each as what they are", async () => {
    const county = await openCounty();
    const known = await addUnit(county.owner, "a");
    const fresh = key();
    await county.owner.query(
      `insert into app.unit (id, code, name) values ($1, 'a', 'again'), ($2, 'b', 'b')
       on conflict (code) do update set name = excluded.name`,
      [key(), fresh],
    );
    expect((await changes(county)).slice(1)).toEqual([
      { table: "unit", op: "U", keys: [known], refs: null },
      { table: "unit", op: "I", keys: [fresh], refs: null },
    ]);
  });

  test("MERGE: all three of its actions", async () => {
    const county = await openCounty();
    const [changed, removed, added] = [await addUnit(county.owner, "a"), await addUnit(county.owner, "b"), key()];
    await county.owner.query(
      `merge into app.unit u using (values ('a', null), ('b', null), ('c', $1::uuid)) s(code, id) on u.code = s.code
       when matched and s.code = 'b' then delete
       when matched then update set name = 'merged'
       when not matched then insert (id, code, name) values (s.id, s.code, s.code)`,
      [added],
    );
    const recorded = (await changes(county)).slice(2).toSorted((one, other) => (one.op < other.op ? -1 : 1));
    expect(recorded).toEqual([
      { table: "unit", op: "D", keys: [removed], refs: null },
      { table: "unit", op: "I", keys: [added], refs: null },
      { table: "unit", op: "U", keys: [changed], refs: null },
    ]);
  });

  test("COPY", async () => {
    const county = await openCounty();
    const id = key();
    await copyIn(county.owner, "copy app.unit (id, code, name) from stdin", `${id}\ta\tA\n`);
    expect(await changes(county)).toEqual([{ table: "unit", op: "I", keys: [id], refs: null }]);
  });

  test("a cascade: what PostgreSQL itself deletes and sets to null", async () => {
    const county = await openCounty();
    await county.owner.query(
      `alter table app.work drop constraint work_unit_id_foreign, add foreign key (unit_id) references app.unit on delete cascade`,
    );
    await county.owner.query(
      `alter table app.unit drop constraint unit_parent_id_foreign, add foreign key (parent_id) references app.unit on delete set null`,
    );
    const [above, below] = [await addUnit(county.owner, "a"), await addUnit(county.owner, "b")];
    await county.owner.query("update app.unit set parent_id = $1 where id = $2", [above, below]);
    const work = await addWork(county, above, "1");
    await county.owner.query("delete from app.unit where id = $1", [above]);
    const recorded = (await changes(county)).slice(-3).toSorted((one, other) => (one.op + one.table < other.op + other.table ? -1 : 1));
    expect(recorded).toEqual([
      { table: "unit", op: "D", keys: [above], refs: null },
      { table: "work", op: "D", keys: [work], refs: [above] },
      { table: "unit", op: "U", keys: [below], refs: [above] },
    ]);
  });

  test("a key that changes: under the old and the new one, and the version under the old", async () => {
    const county = await openCounty();
    const [old, now] = [await addUnit(county.owner, "a"), key()];
    await county.owner.query("update app.unit set id = $1", [now]);
    expect((await changes(county)).at(-1)).toEqual({ table: "unit", op: "U", keys: sorted(old, now), refs: null });
    expect(await county.rows("select id, code from xmh.unit")).toEqual([{ id: old, code: "a" }]);
  });

  test("a row that is changed twice in one transaction keeps both versions, under one stamp", async () => {
    const county = await openCounty();
    const unit = await addUnit(county.owner, "a");
    await county.owner.query("begin; update app.unit set name = 'b'; update app.unit set name = 'c'; commit");
    const versions = await county.rows<{ name: string; within: boolean }>(
      "select name, xm_from = xm_to as within from xmh.unit order by xm_from",
    );
    expect(versions).toEqual([
      { name: "a", within: false },
      { name: "b", within: true },
    ]);
    expect((await changes(county)).map(({ keys }) => keys)).toEqual([[unit], [unit], [unit]]);
    const [stamps] = await county.rows<{ count: string }>("select count(distinct stamp) from xm.change where op = 'U'");
    expect(stamps?.count).toBe("1");
  });

  test("subtransactions carry the stamp of the transaction around them, and undone ones leave nothing", async () => {
    const county = await openCounty();
    await county.owner.query("begin");
    const kept = await addUnit(county.owner, "a");
    await county.owner.query("savepoint one");
    await addUnit(county.owner, "b");
    await county.owner.query("rollback to one");
    const last = await addUnit(county.owner, "c");
    await county.owner.query("commit");
    expect((await changes(county)).map(({ keys }) => keys)).toEqual([[kept], [last]]);
    const [stamps] = await county.rows<{ count: string }>("select count(distinct xm_from) from app.unit");
    expect(stamps?.count).toBe("1");
  });

  test("up to 2,000 rows by their keys, more as a change of the whole table", async () => {
    const county = await openCounty();
    const add = (from: number, to: number) =>
      county.owner.query("insert into app.unit (code, name) select 'c' || n, 'n' from generate_series($1::int, $2::int) n", [from, to]);
    await add(1, 2000);
    await county.owner.query("update app.unit set name = 'm'");
    await add(2001, 2001);
    await county.owner.query("update app.unit set name = 'o'");
    await county.owner.query("delete from app.unit");
    const counted = (await changes(county)).map(({ op, keys }) => [op, keys?.length ?? null]);
    expect(counted).toEqual([
      ["I", 2000],
      ["U", 2000],
      ["I", 1],
      ["U", null],
      ["D", null],
    ]);
    const [versions] = await county.rows<{ count: string }>("select count(*) from xmh.unit");
    expect(versions?.count).toBe("6002");
  });
});

describe("nothing escapes the record", () => {
  test("TRUNCATE is refused, and the message says what to do instead in both languages", async () => {
    const county = await openCounty();
    await addUnit(county.owner, "a");
    await expect(county.owner.query("truncate app.unit cascade")).rejects.toMatchObject({
      message: expect.stringMatching(/不能 TRUNCATE.*cannot be truncated/s) as string,
      hint: expect.stringMatching(/DELETE FROM app\.(unit|work|official)/) as string,
    });
    expect((await county.rows("select code from app.unit")).length).toBe(1);
  });

  test("a session that calls itself a replica is captured too, where it may do so at all", async () => {
    const county = await openCounty();
    const triggers = await county.rows<{ enabled: string }>(
      "select distinct tgenabled as enabled from pg_trigger where tgname like 'xm\\_%' and not tgisinternal",
    );
    expect(triggers).toEqual([{ enabled: "A" }]);
    const allowed = await county.owner.query("set session_replication_role = replica").then(
      () => true,
      (error: { code?: string }) => (expect(error.code).toBe("42501"), false),
    );
    await addUnit(county.owner, "a");
    await county.owner.query("update app.unit set name = 'b'");
    if (allowed) await county.owner.query("reset session_replication_role");
    expect((await changes(county)).map(({ op }) => op)).toEqual(["I", "U"]);
  });

  test("the stamp of a row is its transaction's, whatever an UPDATE says", async () => {
    const county = await openCounty();
    await addUnit(county.owner, "a");
    await county.owner.query("update app.unit set xm_from = 1");
    const [row] = await county.rows<{ true: boolean }>("select u.xm_from = c.stamp as true from app.unit u, xm.change c where c.op = 'U'");
    expect(row?.true).toBe(true);
  });

  test("a trigger that was switched off, edited or dropped is found at the next start, named, and put back in a new generation", async () => {
    const county = await openCounty();
    const start = () => migrate({ owner: county.database.owner, model, log: () => undefined });
    const { generation } = await start();
    const damage = [
      "alter table app.unit disable trigger xm_updated",
      "alter table app.unit enable trigger xm_updated",
      "drop trigger xm_truncated on app.unit",
      "create or replace function xm.unit_deleted() returns trigger language plpgsql security definer as 'begin return null; end'",
      "alter table app.unit disable row level security",
      "drop policy xm_all on xmh.unit",
      "revoke delete on app.unit from xm_all",
    ];
    for (const [at, statement] of damage.entries()) {
      await county.owner.query(statement);
      expect(await start()).toEqual({ applied: [], renewed: ["unit"], seeded: [], generation: generation + at + 1 });
    }
    expect(await start()).toMatchObject({ renewed: [] });
  });

  test("nobody but the owner of the tables can write the record", async () => {
    const county = await openCounty();
    const app = await county.open(county.database.app);
    await app.query("set role xm_all");
    for (const statement of [
      "delete from xm.change",
      "update xm.change set keys = null",
      "insert into xmh.unit (xm_from, xm_to) values (1, 1)",
    ]) {
      await expect(app.query(statement)).rejects.toMatchObject({ code: "42501" });
    }
  });
});
