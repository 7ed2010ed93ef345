import {
  createReadPool,
  CURRENT_MOMENT,
  currentMoment,
  encodeMoment,
  settingsOf,
  type Moment,
  type ReadPool,
  type Settings,
  type StatementResult,
} from "@xianmai/database";
import { countyViewer } from "@xianmai/plugin-api";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";

import { addUnit, openCounty, type County } from "./county.ts";

const whole = settingsOf(countyViewer);
const office: Settings = { units: ["a"] };

async function readingCounty(): Promise<County & { readonly pool: ReadPool }> {
  const county = await openCounty();
  await addUnit(county.owner, "a");
  const pool = createReadPool(county.database.app, { size: 3 });
  onTestFinished(() => pool.close());
  return { ...county, pool };
}

test("the moment that an answer or a session tells is that of its very snapshot, whoever writes meanwhile and however late they commit", async () => {
  const { pool, database } = await readingCounty();
  let writing = true;
  const writers = Array.from({ length: 3 }, async (_, writer) => {
    const client = new Client(database.owner);
    await client.connect();
    for (let turn = 0; writing; turn += 1) {
      await client.query("begin");
      await addUnit(client, `w${writer}-${turn}`);
      for (let wait = 0; wait < (writer * 7 + turn) % 20; wait += 1) await client.query("select 1");
      await client.query(turn % 5 === 0 ? "rollback" : "commit");
      for (let wait = 0; wait < 20; wait += 1) await client.query("select 1");
    }
    await client.end();
  });
  const told = new Map<string, number>();
  const hold = (moment: Moment, present: StatementResult | undefined): void => {
    expect(moment).toEqual(currentMoment(present));
    told.set(encodeMoment(moment), (told.get(encodeMoment(moment)) ?? 0) + 1);
  };
  for (let turn = 0; turn < 1200; turn += 1) {
    const settings = turn % 2 === 0 ? whole : office;
    if (turn % 10 > 0) {
      const { moment, results } = await pool.answer(settings, [CURRENT_MOMENT]);
      hold(moment, results[0]);
    } else
      await pool.session(settings, async (session) => {
        const [present] = await session.batch([CURRENT_MOMENT]);
        hold(session.moment, present);
      });
  }
  writing = false;
  await Promise.all(writers);
  expect(told.size).toBeGreaterThan(20);
  // else nothing was ever remembered
  expect(Math.max(...told.values())).toBeGreaterThan(1);
});

test("what happened to no table leaves the moment as it is; what did does not, for every connection", async () => {
  const { pool, owner } = await readingCounty();
  const moments = async (): Promise<ReadonlySet<string>> => {
    const answers = await Promise.all(Array.from({ length: 9 }, async () => pool.answer(office, [])));
    return new Set(answers.map(({ moment }) => encodeMoment(moment)));
  };
  const before = await moments();
  expect(before.size).toBe(1);
  // a transaction of its own number, which changes nothing
  await owner.query("select pg_current_xact_id()");
  expect(await moments()).toEqual(before);
  await addUnit(owner, "b");
  const after = await moments();
  expect(after.size).toBe(1);
  expect(after).not.toEqual(before);
});

test("an answer without statements tells its moment too, whatever is set", async () => {
  const { pool } = await readingCounty();
  const { results, moment } = await pool.answer({ ...office, writes: true, actor: "somebody", timeZone: "Asia/Shanghai" }, []);
  expect(results).toEqual([]);
  const { moment: again, results: set } = await pool.answer({ ...office, actor: "somebody" }, [
    { text: "select current_setting('xm.actor'), coalesce(current_setting('xm.writes', true), '')", values: [] },
  ]);
  expect(set[0]?.rows).toEqual([["somebody", ""]]);
  expect(again).toEqual(moment);
});
