import fc from "fast-check";
import type { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";

import { createReadPool, openFeed, sqlState, type Feed, type FeedPosition, type ReadPool } from "@xianmai/database";
import { columnOf, entityOf } from "@xianmai/plugin-api/model";

import { openCounty } from "./county.ts";
import { act, EXPECTED, meet, transaction, type Transaction } from "./hostile/acts.ts";
import { Mirror, present } from "./hostile/mirror.ts";
import { county as model, key } from "./sample.ts";

const WRITERS = 6;

const programs = fc.array(fc.array(transaction, { minLength: 1, maxLength: 6 }), { minLength: WRITERS, maxLength: WRITERS });

const entities = ["Unit", "Work"].map((name) => entityOf(model, name));

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

async function follow(feed: Feed, pool: ReadPool, mirror: Mirror, from: FeedPosition): Promise<FeedPosition> {
  const batch = await feed.poll(from);
  expect(batch.reset).toBeUndefined();
  await mirror.apply(pool, batch.changes);
  return batch.to;
}

test(
  "who reads the feed alone knows the tables: nothing lost, nothing twice, each row's versions in their order, whatever is written how and by how many",
  { timeout: 120_000 },
  async () => {
    const county = await openCounty();
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => county.open(county.database.owner)));
    const pool = createReadPool(county.database.app, { size: 1 });
    const feed = await openFeed(county.database.app);
    onTestFinished(async () => {
      await pool.close();
      await feed.close();
    });
    expect(columnOf(entities[0]!, "parent").rowKey).toBe("parentId");

    const mirror = new Mirror(entities);
    let position = await feed.position();
    await meet(county.owner);
    position = await follow(feed, pool, mirror, position);

    await fc.assert(
      // a reader that looks seldom meets many transactions in one batch, one that looks all the time meets them half done
      fc.asyncProperty(programs, fc.boolean(), async (program, eager) => {
        await county.owner.query("delete from app.work");
        await county.owner.query("delete from app.unit where code not like 'u_'");
        let writing = true;
        const all = Promise.all(writers.map(async (writer, at) => write(writer, program[at] ?? []))).finally(() => {
          writing = false;
        });
        while (eager && writing) position = await follow(feed, pool, mirror, position);
        await all;
        position = await follow(feed, pool, mirror, position);
        expect(mirror.rows).toEqual(await present(county.database.app, entities));
      }),
      { numRuns: 20, endOnFailure: true },
    );
  },
);
