import { describe, expect, onTestFinished, test } from "vitest";

import { createReadPool, createWritePool, settingsOf, type Statement } from "@xianmai/database";
import { countyViewer } from "@xianmai/plugin-api";

import { openCounty } from "./county.ts";

const whole = settingsOf(countyViewer);
const sql = (text: string): Statement => ({ text, values: [] });
const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "done",
    (error: Error) => ("code" in error ? error.code : error.name),
  );

describe("a statement that takes longer than its pool allows", () => {
  test("is given up by PostgreSQL wherever it stands in a batch, and the connection is good again", async () => {
    const { database } = await openCounty();
    const pool = createReadPool(database.app, { size: 1, statementTimeout: 200 });
    onTestFinished(() => pool.close());
    const slow = sql("select pg_sleep(20)");
    expect(await codeOf(pool.batch(whole, [slow]))).toBe("57014");
    await expect(pool.batch(whole, [sql("select 1"), slow, sql("select 2")])).rejects.toMatchObject({ code: "57014", index: 1 });
    const held = pool.session(whole, async (session) => {
      await session.batch([sql("select 1")]);
      return session.batch([slow]);
    });
    expect(await codeOf(held)).toBe("57014");
    expect(await codeOf(pool.batch(whole, [sql("select 1")]))).toBe("done");
  });

  test("counts by itself: a batch of several may take longer than one of them", async () => {
    const { database } = await openCounty();
    const pool = createReadPool(database.app, { size: 1, statementTimeout: 400 });
    onTestFinished(() => pool.close());
    const some = sql("select pg_sleep(0.2)");
    expect(await codeOf(pool.batch(whole, [some, some, some]))).toBe("done");
  });

  test("is undone with its transaction", async () => {
    const { database, owner } = await openCounty();
    const pool = createWritePool(database.app, { size: 1, statementTimeout: 200 });
    onTestFinished(() => pool.close());
    const write = pool.use(async (connection) =>
      connection.transaction(whole, async (client) => {
        await client.query("insert into unit (code, name) values ('130799', '新镇')");
        await client.query("select pg_sleep(20)");
      }),
    );
    expect(await codeOf(write)).toBe("57014");
    expect((await owner.query("select from app.unit where code = '130799'")).rowCount).toBe(0);
  });
});

describe("a pool whose connections are all in use", () => {
  test("lets so many wait and no more, tells the others at once, and serves who waited", async () => {
    const { database } = await openCounty();
    const pool = createReadPool(database.app, { size: 1, longestQueue: 2 });
    onTestFinished(() => pool.close());
    const free = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const held = pool.session(whole, async () => {
      begun.resolve();
      await free.promise;
    });
    await begun.promise;
    const waiting = [1, 2].map(async () => codeOf(pool.batch(whole, [sql("select 1")])));
    expect(await codeOf(pool.batch(whole, [sql("select 1")]))).toBe("PoolBusy");
    free.resolve();
    await held;
    expect(await Promise.all(waiting)).toEqual(["done", "done"]);
  });

  test("opens another for who waits when one is lost, and serves them in the order in which they came", async () => {
    const county = await openCounty();
    const pool = createReadPool(county.database.app, { size: 1, longestWait: 20_000 });
    onTestFinished(() => pool.close());
    const other = await county.open(county.database.app);
    const served: number[] = [];
    const lost = pool.session(whole, async (session) => {
      const pid = (await session.client.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid;
      const waiting = [1, 2, 3].map(async (place) => {
        await pool.batch(whole, [sql("select 1")]);
        served.push(place);
      });
      await other.query("select pg_terminate_backend($1)", [pid]);
      return { waiting, failed: await codeOf(session.batch([sql("select 1")])) };
    });
    const { waiting, failed } = await lost;
    expect(failed).not.toBe("done");
    await Promise.all(waiting);
    expect(served).toEqual([1, 2, 3]);
  });

  test("tells who waits when it is closed", async () => {
    const { database } = await openCounty();
    const pool = createReadPool(database.app, { size: 1 });
    const { waiting, closed } = await pool.session(whole, async () => ({
      waiting: codeOf(pool.batch(whole, [sql("select 1")])),
      closed: pool.close(),
    }));
    expect(await waiting).toBe("Error");
    await closed;
  });

  test("lets nobody wait for longer than was said", async () => {
    const { database } = await openCounty();
    const pool = createWritePool(database.app, { size: 1, longestWait: 100 });
    onTestFinished(() => pool.close());
    await pool.use(async () => {
      expect(await codeOf(pool.use(async () => Promise.resolve()))).toBe("PoolBusy");
    });
    expect(await codeOf(pool.use(async () => Promise.resolve()))).toBe("done");
  });
});
