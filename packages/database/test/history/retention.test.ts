import { randomUUID } from "node:crypto";

import { describe, expect, onTestFinished, test } from "vitest";

import {
  announceReader,
  createWritePool,
  forgetChanges,
  openFeed,
  recordMoment,
  startRetention,
  type Feed,
  type FeedPosition,
  type WritePool,
} from "@xianmai/database";
import { instant } from "@xianmai/plugin-api";

import { addUnit, openCounty, type County } from "../county.ts";

const HOUR = 3_600_000;

interface Kept {
  readonly county: County;
  readonly feed: Feed;
  readonly pool: WritePool;
}

async function kept(): Promise<Kept> {
  const county = await openCounty();
  // what the county was made with is old enough for nothing to be held back by it
  await county.owner.query("delete from xm.change");
  const feed = await openFeed(county.database.app);
  const pool = createWritePool(county.database.app, { size: 2 });
  onTestFinished(async () => {
    await feed.close();
    await pool.close();
  });
  return { county, feed, pool };
}

/** Seals what there is, as far as retention is concerned. No transaction of this database runs meanwhile. */
async function seal({ county }: Kept): Promise<void> {
  await county.owner.query(
    `insert into xm.seal (number, root, key, base, snapshot, leaves, at)
     select coalesce((select max(number) from xm.seal), 0) + 1, '', '', xm.base(), format('%1$s:%1$s:', pg_snapshot_xmax(xm.settled_snapshot())), 0, now()`,
  );
}

/** Seals what there is, and records it as if it had been there for so long. */
async function age(these: Kept, milliseconds: number): Promise<void> {
  await seal(these);
  await recordedAgo(these, milliseconds);
}

async function recordedAgo({ pool }: Kept, milliseconds: number): Promise<void> {
  await recordMoment(pool, { at: instant(new Date(Date.now() - milliseconds).toISOString())! });
}

const left = async ({ county }: Kept): Promise<number> =>
  Number((await county.rows<{ n: string }>("select count(*) as n from xm.change"))[0]?.n);

/**
 * Forgets until everything is forgotten that should be. A transaction of any other database on the server holds the horizon back for as long as
 * it runs, and so it does where nothing is to be forgotten.
 */
async function forgetting(these: Kept, prepare: () => Promise<void>, remaining: number): Promise<void> {
  await expect
    .poll(async () => {
      await prepare();
      await forgetChanges(these.pool, HOUR);
      return left(these);
    })
    .toBe(remaining);
}

describe("the feed's retention", () => {
  test("forgets changes that are older than is asked for, and no version of a row", async () => {
    const these = await kept();
    await addUnit(these.county.owner, "a");
    await these.county.owner.query("update app.unit set name = 'b'");
    await age(these, HOUR / 2);
    expect(await forgetChanges(these.pool, HOUR)).toBe(0);
    await these.county.owner.query("delete from xm.moment");
    await forgetting(these, () => age(these, 2 * HOUR), 0);
    expect(await these.county.rows("select name from xmh.unit")).toEqual([{ name: "a" }]);
    await addUnit(these.county.owner, "c");
    expect(await forgetChanges(these.pool, HOUR)).toBe(0);
    expect(await left(these)).toBe(1);
  });

  test("forgets nothing that a live node has not passed, and waits for no node that is gone", async () => {
    const these = await kept();
    const behind = await these.feed.position();
    await addUnit(these.county.owner, "a");
    await announceReader(these.pool, "slow", behind);
    await age(these, 2 * HOUR);
    await announceReader(these.pool, "quick", await these.feed.position());
    expect(await forgetChanges(these.pool, HOUR)).toBe(0);
    await these.county.owner.query("update xm.reader set until = clock_timestamp() - interval '1 second' where node = 'slow'");
    await forgetting(
      these,
      async () => {
        await age(these, 2 * HOUR);
        await announceReader(these.pool, "quick", await these.feed.position());
      },
      0,
    );
    expect(await these.county.rows("select node from xm.reader")).toEqual([{ node: "quick" }]);
  });

  test("forgets nothing that is not sealed", async () => {
    const these = await kept();
    await addUnit(these.county.owner, "a");
    await recordedAgo(these, 2 * HOUR);
    expect(await forgetChanges(these.pool, HOUR)).toBe(0);
    await seal(these);
    await addUnit(these.county.owner, "b");
    await forgetting(these, () => recordedAgo(these, 2 * HOUR), 1);
    expect(await forgetChanges(these.pool, HOUR)).toBe(0);
    await forgetting(these, () => age(these, 2 * HOUR), 0);
  });

  test("tells whoever comes from before the horizon so, and nobody else", async () => {
    const these = await kept();
    const old = await these.feed.position();
    await addUnit(these.county.owner, "a");
    let passed: FeedPosition = old;
    await forgetting(
      these,
      async () => {
        passed = await these.feed.position();
        await age(these, 2 * HOUR);
        await announceReader(these.pool, "node", passed);
      },
      0,
    );
    const unit = await addUnit(these.county.owner, "b");
    expect(await these.feed.poll(old)).toMatchObject({ reset: "horizon", changes: [] });
    expect(await these.feed.poll(passed)).toMatchObject({ reset: undefined, changes: [{ keys: [unit] }] });
  });

  test("forgets many changes in portions, whole transactions or not, and the horizon is beyond the last of them", async () => {
    const these = await kept();
    await these.county.owner.query(
      `do $$ begin for n in 1..25 loop insert into app.unit (code, name) values ('u' || n, 'x'); if n % 5 = 0 then commit; end if; end loop; end $$`,
    );
    await age(these, 2 * HOUR);
    const gone: number[] = [];
    await expect
      .poll(async () => {
        await age(these, 2 * HOUR);
        const { rows } = await these.county.owner.query<{ gone: number }>("select xm.forget_changes(interval '1 hour', 7)::int as gone");
        gone.push(rows[0]!.gone);
        return left(these);
      })
      .toBe(0);
    expect(Math.max(...gone)).toBe(7);
    const [row] = await these.county.rows<{ sum: string; beyond: boolean }>(
      "select sum(changes) as sum, max(stamp) > (select max(xm_from) from app.unit) as beyond from xm.horizon",
    );
    expect(row).toEqual({ sum: "25", beyond: true });
  });

  test("is announced by every node for as long as it runs", async () => {
    const these = await kept();
    const node = randomUUID();
    const position = await these.feed.position();
    const errors: unknown[] = [];
    const running = startRetention({
      pool: these.pool,
      node,
      position: () => position,
      keep: undefined,
      onForgotten: () => undefined,
      onError: (error) => errors.push(error),
    });
    await expect.poll(async () => (await these.county.rows("select from xm.reader where node = $1", [node])).length).toBe(1);
    await running.stop();
    expect(errors).toEqual([]);
  });
});
