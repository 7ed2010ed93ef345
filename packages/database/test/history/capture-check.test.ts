import { expect, onTestFinished, test } from "vitest";

import { checkCapture, createWritePool, migrate, openFeed, type WritePool } from "@xianmai/database";
import type { Label } from "@xianmai/plugin-api";

import { addUnit, openCounty, type County } from "../county.ts";
import { county as model } from "../sample.ts";

function poolOf(county: County): WritePool {
  const pool = createWritePool(county.database.app, { size: 2 });
  onTestFinished(() => pool.close());
  return pool;
}

const CALM = { changed: [], missing: [] };

test("all is well after a start, and after rows were written, however often one looks", async () => {
  const county = await openCounty();
  const pool = poolOf(county);
  expect(await checkCapture(pool)).toEqual(CALM);
  await addUnit(county.owner, "a");
  await county.owner.query("vacuum (freeze) app.unit");
  expect(await checkCapture(pool)).toEqual(CALM);
});

test("a table whose capture is off is named for as long as it is, as is one without row-level security", async () => {
  const county = await openCounty();
  const pool = poolOf(county);
  await county.owner.query("alter table app.unit disable trigger xm_updated; alter table app.work disable row level security");
  expect(await checkCapture(pool)).toEqual({ changed: ["unit", "work"], missing: ["unit", "work"] });
  expect(await checkCapture(pool)).toEqual({ changed: [], missing: ["unit", "work"] });
});

test.each([
  [
    "a trigger that was off for a while",
    "alter table app.unit disable trigger xm_updated; alter table app.unit enable always trigger xm_updated",
  ],
  [
    "a function that was another for a while",
    `create temp table was as select pg_get_functiondef('xm.unit_updated'::regproc) as sql;
     create or replace function xm.unit_updated() returns trigger language plpgsql security definer as 'begin return null; end';
     do $$ begin execute (select sql from was); end $$`,
  ],
  ["values that were converted in place", "drop view past.unit; alter table app.unit alter column name type text using name || '!'"],
  ["a table that was written anew", "vacuum full app.unit"],
])("%s is told by the feed as a change of the whole table, once, however many nodes look", async (_what, damage) => {
  const county = await openCounty();
  const pool = poolOf(county);
  await addUnit(county.owner, "a");
  const feed = await openFeed(county.database.app);
  onTestFinished(() => feed.close());
  const start = await feed.position();
  await county.owner.query(damage);
  const found = await Promise.all([checkCapture(pool), checkCapture(pool)]);
  expect(found.flatMap(({ changed }) => changed)).toEqual(["unit"]);
  expect(found.map(({ missing }) => missing)).toEqual([[], []]);
  expect((await feed.poll(start)).changes).toMatchObject([{ table: "unit", operation: "U", keys: null, origin: "capture check" }]);
});

test("what happened while no server ran is told at the next start", async () => {
  const county = await openCounty();
  const lines: Label[] = [];
  await county.owner.query("vacuum full app.work");
  const start = () => migrate({ owner: county.database.owner, model, log: (line) => lines.push(line) });
  expect(await start()).toMatchObject({ applied: [], renewed: [] });
  expect(lines.map(({ en }) => en)).toEqual(["Tables were changed past the capture: work"]);
  await start();
  expect(lines).toHaveLength(1);
});

test("in a restored copy everything is new, and no table is told of", async () => {
  const county = await openCounty();
  const pool = poolOf(county);
  await county.owner.query("create or replace function xm.base() returns bigint stable parallel safe return 2 * (281474976710656::bigint)");
  await county.owner.query("vacuum full app.unit");
  expect(await checkCapture(pool)).toEqual(CALM);
});
