import { describe, expect, onTestFinished, test } from "vitest";

import {
  createReadPool,
  migrate,
  openFeed,
  parseSnapshot,
  sees,
  settingsOf,
  versionsOf,
  type Change,
  type Feed,
  type FeedBatch,
  type VersionsRequest,
} from "@xianmai/database";
import { column, countyViewer, entity } from "@xianmai/plugin-api";
import { columnOf, entityOf } from "@xianmai/plugin-api/model";

import { addUnit, openCounty, type County } from "./county.ts";
import { county as model, key, migrated, plugin } from "./sample.ts";

const unitEntity = entityOf(model, "Unit");

async function feedOf(county: County): Promise<Feed> {
  const feed = await openFeed(county.database.app);
  onTestFinished(() => feed.close());
  return feed;
}

const brief = ({ changes }: FeedBatch) => changes.map(({ table, operation, keys }) => [table, operation, keys]);

describe("the change feed", () => {
  test("gives what was committed since a position, once, with who, through what and when", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    const start = await feed.position();
    await county.owner.query("begin; set local xm.actor = 'li'; set local xm.origin = 'test'");
    const unit = await addUnit(county.owner, "a");
    await county.owner.query("commit");
    const batch = await feed.poll(start);
    expect(batch.changes).toEqual([
      {
        stamp: expect.any(BigInt) as bigint,
        position: expect.any(BigInt) as bigint,
        last: batch.changes[0]?.position,
        table: "unit",
        operation: "I",
        keys: [unit],
        references: [],
        actor: "li",
        origin: "test",
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      },
    ]);
    expect(batch.reset).toBeUndefined();
    expect((await feed.poll(batch.to)).changes).toEqual([]);
    expect((await feed.poll(start)).changes).toEqual(batch.changes);
  });

  test("names the whole table where a statement touched too many rows to name", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    const start = await feed.position();
    await county.owner.query("insert into app.unit (code, name) select n::text, n::text from generate_series(1, 2001) n");
    const { changes } = await feed.poll(start);
    expect(changes.map(({ keys, references }) => [keys, references])).toEqual([[null, null]]);
  });

  test("gives a transaction that committed late, after others that began later", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    const late = await county.open(county.database.owner);
    await late.query("begin");
    const first = await addUnit(late, "late");
    const second = await addUnit(county.owner, "early");
    const before = await feed.position();
    await addUnit(county.owner, "later");
    const between = await feed.poll(before);
    await late.query("commit");
    const after = await feed.poll(between.to);
    expect(brief(after)).toEqual([["unit", "I", [first]]]);
    expect(brief(between).flat(2)).not.toContain(second);
  });

  test("never gives what was rolled back, be it a transaction or a savepoint", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    const start = await feed.position();
    await county.owner.query("begin");
    await addUnit(county.owner, "a");
    await county.owner.query("rollback");
    await county.owner.query("begin; savepoint one");
    await addUnit(county.owner, "b");
    await county.owner.query("rollback to one");
    const kept = await addUnit(county.owner, "c");
    await county.owner.query("commit");
    expect(brief(await feed.poll(start))).toEqual([["unit", "I", [kept]]]);
  });

  test("gives a prepared transaction when it is committed, not before", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    const [{ max } = { max: "0" }] = await county.rows<{ max: string }>("select current_setting('max_prepared_transactions') as max");
    const name = key();
    await county.owner.query("begin");
    const unit = await addUnit(county.owner, "a");
    const begun = await feed.position();
    // a server that takes no prepared transactions refuses them, and the transaction is undone
    const prepared = await county.owner.query(`prepare transaction '${name}'`).then(
      () => true,
      () => false,
    );
    expect(prepared).toBe(max !== "0");
    const waiting = await feed.poll(begun);
    expect(waiting.changes).toEqual([]);
    if (prepared) await county.owner.query(`commit prepared '${name}'`);
    expect(brief(await feed.poll(waiting.to))).toEqual(prepared ? [["unit", "I", [unit]]] : []);
  });

  test("puts the transaction first that changed a row first, though it was the later one to begin writing", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    const [one, two] = [await addUnit(county.owner, "a"), await addUnit(county.owner, "b")];
    const start = await feed.position();
    const early = await county.open(county.database.owner);
    await early.query("begin");
    await early.query("update app.unit set name = 'early' where id = $1", [two]);
    await county.owner.query("update app.unit set name = 'late' where id = $1", [one]);
    await early.query("update app.unit set name = 'early' where id = $1", [one]);
    await early.query("commit");
    const { changes } = await feed.poll(start);
    expect(changes.map(({ keys }) => keys)).toEqual([[one], [two], [one]]);
    const stamps = changes.map(({ stamp }) => stamp);
    expect(stamps[1]).toBe(stamps[2]);
    expect(stamps[0]! > stamps[1]!).toBe(true);
  });

  test("says that a migration began a generation, and goes on from there without losing who was writing meanwhile", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    const start = await feed.position();
    await county.owner.query("begin");
    const unit = await addUnit(county.owner, "a");
    class Note extends entity(
      "Note",
      { zh: "注", en: "Note", title: "text", scope: "everyone" },
      { text: column.text({ zh: "文", en: "Text" }) },
    ) {}
    await migrate({
      owner: county.database.owner,
      model: migrated(...model.plugins, plugin("notes", { entities: [Note] })),
      log: () => undefined,
    });
    const moved = await feed.poll(start);
    expect(moved).toMatchObject({ reset: "generation", changes: [], to: { generation: start.generation + 1 } });
    expect(feed.generation).toBe(start.generation + 1);
    await county.owner.query("commit");
    expect(await feed.poll(moved.to)).toMatchObject({ reset: undefined, changes: [{ keys: [unit] }] });
  });

  test("says that PostgreSQL was restarted, and that it is not as far as the position", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    const start = await feed.position();
    const unit = await addUnit(county.owner, "a");
    expect(await feed.poll({ ...start, started: "1700000000.5" })).toMatchObject({ reset: "restart", changes: [{ keys: [unit] }] });
    expect(await feed.poll({ generation: start.generation, snapshot: "9000000000:9000000000:" })).toMatchObject({
      reset: "ahead",
      changes: [],
    });
    expect(await feed.poll({ generation: start.generation, snapshot: start.snapshot })).toMatchObject({
      reset: undefined,
      changes: [{ keys: [unit] }],
    });
  });

  test("says that it has lost what it had told", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    await addUnit(county.owner, "a");
    const position = await feed.position();
    await county.owner.query("delete from xm.change where stamp = (select max(stamp) from xm.change)");
    await addUnit(county.owner, "b");
    expect(await feed.poll(position)).toMatchObject({ reset: "ahead", changes: [] });
  });

  test("fails when its connection is lost; another goes on from the same position", async () => {
    const county = await openCounty();
    const feed = await openFeed(county.database.app);
    onTestFinished(() => feed.close().catch(() => undefined));
    const start = await feed.position();
    const other = await county.open(county.database.app);
    await other.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'xianmai feed' and datname = current_database()",
    );
    const unit = await addUnit(county.owner, "a");
    await expect(feed.poll(start)).rejects.toBeInstanceOf(Error);
    expect(brief(await (await feedOf(county)).poll(start))).toEqual([["unit", "I", [unit]]]);
  });
});

describe("a snapshot", () => {
  test("sees the transactions that were over when it was taken", () => {
    const snapshot = parseSnapshot("100:105:101,103")!;
    expect([99n, 100n, 101n, 102n, 103n, 104n, 105n].map((one) => sees(snapshot, (1n << 48n) | one))).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(
      [parseSnapshot("1:2:"), parseSnapshot("1:2"), parseSnapshot("x"), parseSnapshot("1:2:3,")].map((one) => one !== undefined),
    ).toEqual([true, false, false, false]);
  });
});

describe("the versions of a change", () => {
  const name = columnOf(unitEntity, "name");
  const parent = columnOf(unitEntity, "parent");

  async function versions(county: County, changes: readonly Change[], given: Partial<VersionsRequest> = {}) {
    const pool = createReadPool(county.database.app, { size: 1 });
    onTestFinished(() => pool.close());
    const requests = changes.map(({ stamp, keys }) => ({ stamp, entity: unitEntity, keys, columns: [name, parent], ...given }));
    return versionsOf((statements) => pool.batch(settingsOf(countyViewer), statements), requests);
  }

  test("are the row before and after a whole transaction, however often it or later ones changed the row", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    const start = await feed.position();
    const unit = await addUnit(county.owner, "a");
    await county.owner.query("begin; update app.unit set name = 'b'; update app.unit set name = 'c'; commit");
    await county.owner.query("update app.unit set name = 'd'");
    await county.owner.query("delete from app.unit");
    await county.owner.query("begin; insert into app.unit (code, name) values ('z', 'z'); delete from app.unit; commit");
    const { changes } = await feed.poll(start);
    const once = changes.filter((change, at) => changes[at + 1]?.stamp !== change.stamp);
    const read = await versions(county, once);
    const cells = (text: string) => ({ name: text, parentId: null });
    expect(read.map((rows) => rows.get(unit))).toEqual([
      { before: undefined, after: cells("a") },
      { before: cells("a"), after: cells("c") },
      { before: cells("c"), after: cells("d") },
      { before: cells("d"), after: undefined },
      undefined,
    ]);
    expect(read.at(-1)?.size).toBe(0);
  });

  test("are those of every row where the change named none, and of the named rows alone where it did", async () => {
    const county = await openCounty();
    const feed = await feedOf(county);
    const start = await feed.position();
    await county.owner.query("insert into app.unit (code, name) select n::text, n::text from generate_series(1, 2001) n");
    const { changes } = await feed.poll(start);
    const [all] = await versions(county, changes);
    expect(all?.size).toBe(2001);
    const some = [...all!.keys()].slice(0, 2);
    const [two] = await versions(county, changes, { keys: some });
    expect([...two!.keys()].toSorted()).toEqual(some.toSorted());
  });
});
