import { createReadPool, type Settings, type Statement } from "@xianmai/database";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";

import { addUnit, openCounty } from "../county.ts";

const settings: Settings = { units: ["a"] };

/** Whether the units that the statement was given are those that it would find itself. */
const SAME: Statement = {
  text: `select (select coalesce(array_agg(u order by u), '{}') from unnest(current_setting('xm.units')::uuid[]) u)
    = (select coalesce(array_agg(u order by u), '{}') from unnest(xm.units_below('{a}')) u), cardinality(xm.units_below('{a}'))::text`,
  values: [],
};

test("the units that a viewer reads with are those of the tree in the very snapshot, whoever moves units meanwhile and however late they commit", async () => {
  const county = await openCounty();
  const ids = [await addUnit(county.owner, "a")];
  for (let at = 0; at < 12; at += 1) ids.push(await addUnit(county.owner, `u${at}`));
  const pool = createReadPool(county.database.app, { size: 3 });
  onTestFinished(() => pool.close());
  let moving = true;
  const movers = Array.from({ length: 3 }, async (_, mover) => {
    const client = new Client(county.database.owner);
    await client.connect();
    const own = ids.slice(1).filter((_id, at) => at % 3 === mover);
    for (let turn = 0; moving; turn += 1) {
      const unit = own[turn % own.length];
      const parent = turn % 3 === 0 ? null : ids[0];
      await client.query("begin");
      await client.query("update app.unit set parent_id = $1 where id = $2", [parent, unit]);
      // others begin later and commit earlier
      for (let wait = 0; wait < (mover * 7 + turn) % 20; wait += 1) await client.query("select 1");
      await client.query(turn % 5 === 0 ? "rollback" : "commit");
      for (let wait = 0; wait < 30; wait += 1) await client.query("select 1");
    }
    await client.end();
  });
  const sizes = new Set<string>();
  const hold = (rows: readonly (readonly (string | null)[])[] | undefined): void => {
    expect(rows?.[0]?.[0]).toBe("t");
    sizes.add(rows?.[0]?.[1] ?? "");
  };
  for (let turn = 0; turn < 1500; turn += 1) {
    if (turn % 10 > 0) hold((await pool.batch(settings, [SAME]))[0]?.rows);
    else
      await pool.session(settings, async (session) => {
        hold((await session.batch([SAME]))[0]?.rows);
        hold((await session.batch([SAME]))[0]?.rows);
      });
  }
  moving = false;
  await Promise.all(movers);
  expect(sizes.size).toBeGreaterThan(4);
});
