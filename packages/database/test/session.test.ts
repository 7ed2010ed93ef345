import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";

import {
  createReadPool,
  createWritePool,
  fromBytes,
  settingsOf,
  StatementError,
  toBytes,
  type ReadPool,
  type Statement,
  type WritePool,
} from "@xianmai/database";
import { countyViewer, type Id } from "@xianmai/plugin-api";

import { addUnit, openCounty, type County } from "./county.ts";

const whole = settingsOf(countyViewer);

function readPool(county: County, size = 2): ReadPool {
  const pool = createReadPool(county.database.app, { size });
  onTestFinished(() => pool.close());
  return pool;
}

function writePool(county: County, size = 2): WritePool {
  const pool = createWritePool(county.database.app, { size });
  onTestFinished(() => pool.close());
  return pool;
}

const sql = (text: string, values: readonly (string | null)[] = [], name?: string): Statement => ({
  text,
  values,
  ...(name === undefined ? {} : { name }),
});

describe("a batch of reads", () => {
  test("gives each statement's rows and count, every cell as PostgreSQL's text", async () => {
    const pool = readPool(await openCounty());
    const results = await pool.batch(whole, [
      sql("select $1::int + 1 as sum, null::text as nothing", ["41"]),
      sql("select code from dictionary_entry order by code"),
      sql("select code from unit"),
    ]);
    expect(results).toEqual([
      { rows: [["42", null]], rowCount: 1 },
      { rows: [["roads"], ["water"]], rowCount: 2 },
      { rows: [], rowCount: 0 },
    ]);
  });

  test("that is answered gives cells as bytes, one character for each, and its errors and all else on the connection as texts", async () => {
    const pool = readPool(await openCounty(), 1);
    const { results } = await pool.answer(whole, [sql("select '光伏 é \"x\"'")]);
    expect([results[0]?.rows, fromBytes(results[0]?.rows[0]?.[0] ?? "")]).toEqual([[[toBytes('光伏 é "x"')]], '光伏 é "x"']);
    expect(toBytes("光")).toBe("\u00e5\u0085\u0089");
    await expect(pool.answer(whole, [sql("select '光伏'::int")])).rejects.toThrow("光伏");
    expect((await pool.batch(whole, [sql("select '光伏'")]))[0]?.rows).toEqual([["光伏"]]);
    await pool.session(whole, async (session) => {
      expect((await session.batch([sql("select '光'")]))[0]?.rows).toEqual([[toBytes("光")]]);
      expect((await session.client.query("select '光' as c")).rows).toEqual([{ c: "光" }]);
    });
  });

  test("hands on whatever values hold, prepared or not, and any number of them", async () => {
    const pool = readPool(await openCounty(), 1);
    const value = fc.option(fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.constant("光".repeat(5000))), {
      nil: null,
    });
    const values = fc.array(
      value.map((one) => one?.replaceAll("\0", "") ?? null),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 4 }), fc.boolean(), async (batch, named) => {
        const statements = batch.map((own) => {
          const text = `select ${own.map((_, at) => `$${at + 1}::text`).join(", ")}`;
          return sql(text, own, named ? `光 ${own.length}` : undefined);
        });
        const results = await pool.batch(whole, statements);
        // what is no character at all is replaced, as everywhere in Node
        expect(results.map(({ rows }) => rows)).toEqual(batch.map((own) => [own.map((one) => one?.toWellFormed() ?? null)]));
      }),
      { numRuns: 60 },
    );
  });

  test("without a role sees no row of any table, and may read nothing of the platform's", async () => {
    const county = await openCounty();
    await addUnit(county.owner, "130726");
    const pool = readPool(county);
    const results = await pool.batch({}, [sql("select * from unit"), sql("select count(*) from dictionary_entry")]);
    expect(results.map(({ rows }) => rows)).toEqual([[], [["0"]]]);
    await expect(pool.batch({}, [sql("select * from xm.change")])).rejects.toMatchObject({ code: "42501" });
  });

  test("leaves nothing behind: the next batch on the same connection has only its own settings", async () => {
    const pool = readPool(await openCounty(), 1);
    const seen = sql(
      "select current_user, current_setting('xm.actor', true), current_setting('xm.origin', true), current_setting('timezone')",
    );
    const server = await pool.batch({}, [seen]);
    const first = await pool.batch({ ...whole, actor: "li", origin: "import", timeZone: "Asia/Shanghai" }, [seen]);
    const second = await pool.batch({ role: "xm_all" }, [seen]);
    const third = await pool.batch({}, [seen]);
    expect(first[0]?.rows).toEqual([["xm_all", "li", "import", "Asia/Shanghai"]]);
    expect(second[0]?.rows[0]?.slice(0, 3)).toEqual(["xm_all", "", ""]);
    expect(third[0]?.rows[0]?.slice(1)).toEqual(["", "", server[0]?.rows[0]?.[3]]);
    expect(third[0]?.rows[0]?.[0]).toBe(server[0]?.rows[0]?.[0]);
  });

  test("shows all its statements one state, however often another connection writes between them", async () => {
    const county = await openCounty();
    const unit = await addUnit(county.owner, "130726");
    const pool = readPool(county, 1);
    const writer = await county.open(county.database.owner);
    let writing = true;
    const writes = (async () => {
      for (let at = 0; writing; at += 1) await writer.query("update app.unit set code = $2 where id = $1", [unit, String(at)]);
    })();
    const read = sql("select code, (select count(*) from generate_series(1, 300)) from unit", [], "torn");
    const states = new Set<string | null | undefined>();
    for (let at = 0; at < 300; at += 1) {
      const results = await pool.batch(whole, [read, read, read]);
      const codes = new Set(results.map(({ rows }) => rows[0]?.[0]));
      expect(codes.size).toBe(1);
      for (const code of codes) states.add(code);
    }
    writing = false;
    await writes;
    expect(states.size).toBeGreaterThan(10);
  });

  test("names the statement that failed, and the connection goes on as if nothing had been", async () => {
    const pool = readPool(await openCounty(), 1);
    const good = sql("select count(*) from unit", [], "good");
    const later = sql("select 1 as later", [], "later");
    const bad = sql("select 1 / $1::int", ["0"], "bad");
    for (let round = 0; round < 2; round += 1) {
      const failure = await pool.batch(whole, [good, bad, later]).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StatementError);
      expect(failure).toMatchObject({ code: "22012", index: 1, statement: bad });
      const [counted, last] = await pool.batch(whole, [good, later]);
      expect([counted?.rows, last?.rows]).toEqual([[["0"]], [["1"]]]);
    }
  });

  test("cannot write, whatever it sends", async () => {
    const pool = readPool(await openCounty());
    const write = sql("insert into unit (code, name) values ('x', 'x')");
    await expect(pool.batch(whole, [write])).rejects.toMatchObject({ code: "25006" });
  });

  test("prepares a named statement once per connection, and again after its table has changed", async () => {
    const county = await openCounty();
    await addUnit(county.owner, "130726");
    const pool = readPool(county, 1);
    const named = sql("select * from unit", [], "all units");
    await pool.batch(whole, [named]);
    const [before] = await pool.batch(whole, [named]);
    const [prepared] = await pool.batch(whole, [
      sql("select name, (generic_plans + custom_plans)::text from pg_prepared_statements where name like 'all units%'"),
    ]);
    expect(prepared?.rows).toEqual([["all units/xm_all", "2"]]);
    await county.owner.query("alter table app.unit add column further text");
    const [after] = await pool.batch(whole, [named]);
    expect(after?.rows[0]?.length).toBe((before?.rows[0]?.length ?? 0) + 1);
  });

  test("refuses one name for two texts, and sends nothing", async () => {
    const pool = readPool(await openCounty(), 1);
    await pool.batch(whole, [sql("select 1", [], "one")]);
    await expect(pool.batch(whole, [sql("select 2", [], "one")])).rejects.toThrow("already stands for another text");
    const [result] = await pool.batch(whole, [sql("select 1", [], "one")]);
    expect(result?.rows).toEqual([["1"]]);
  });

  test("keeps no more than a bounded number of statements prepared on a connection", async () => {
    const pool = readPool(await openCounty(), 1);
    for (let at = 0; at < 12; at += 1) {
      await pool.batch(
        whole,
        Array.from({ length: 50 }, (_, inner) => sql(`select ${at * 50 + inner}`, [], `s${at * 50 + inner}`)),
      );
    }
    const [count] = await pool.batch(whole, [sql("select count(*) from pg_prepared_statements")]);
    expect(Number(count?.rows[0]?.[0])).toBeLessThanOrEqual(502);
    const [again] = await pool.batch(whole, [sql("select 0", [], "s0")]);
    expect(again?.rows).toEqual([["0"]]);
  });

  test("fails when its connection is lost, and the pool opens another for the next", async () => {
    const county = await openCounty();
    const pool = readPool(county, 1);
    const [pid] = await pool.batch(whole, [sql("select pg_backend_pid()")]);
    const sleeping = pool.batch(whole, [sql("select pg_sleep(60)")]).catch((error: unknown) => error);
    // the owner may not end another login's session: the session's own login may
    const other = await county.open(county.database.app);
    await expect
      .poll(
        async () =>
          (
            await other.query("select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and query like '%pg_sleep%'", [
              pid?.rows[0]?.[0],
            ])
          ).rowCount,
      )
      .toBe(1);
    expect(await sleeping).toBeInstanceOf(StatementError);
    const [alive] = await pool.batch(whole, [sql("select 1")]);
    expect(alive?.rows).toEqual([["1"]]);
  });
});

describe("a read that nobody waits for any more", () => {
  const slow = sql("select pg_sleep(60)");

  test("is stopped in PostgreSQL, and its connection is not handed on", async () => {
    const county = await openCounty();
    const pool = readPool(county, 1);
    for (const run of [
      (signal: AbortSignal) => pool.batch(whole, [slow], signal),
      (signal: AbortSignal) => pool.session(whole, async (session) => session.batch([slow]), signal),
    ]) {
      const abandoned = new AbortController();
      const running = run(abandoned.signal).catch((error: unknown) => error);
      const found = await busy(county);
      abandoned.abort();
      expect(await running).toMatchObject({ code: "57014" });
      const [next] = await pool.batch(whole, [sql("select pg_backend_pid()::text")]);
      expect(next?.rows[0]?.[0]).not.toBe(found);
    }
  });

  test("is not begun when nobody waited from the start", async () => {
    const pool = readPool(await openCounty(), 1);
    await expect(pool.batch(whole, [slow], AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
  });

  /** The process that sleeps, once it does. */
  async function busy(county: County): Promise<string | undefined> {
    const app = await county.open(county.database.app);
    let pid: string | undefined;
    const find = async () => {
      const { rows } = await app.query<{ pid: string }>(
        "select pid::text from pg_stat_activity where datname = current_database() and state = 'active' and query like 'select pg_sleep%'",
      );
      pid = rows[0]?.pid;
      return pid;
    };
    await expect.poll(find).toEqual(expect.any(String));
    return pid;
  }
});

describe("a read session", () => {
  test("is one snapshot over several batches, and ends without a trace", async () => {
    const county = await openCounty();
    const pool = readPool(county, 1);
    const count = sql("select count(*) from unit");
    const counts = await pool.session(whole, async (session) => {
      const [before] = await session.batch([count]);
      await addUnit(county.owner, "130726");
      const [after] = await session.batch([count]);
      const library = await session.client.query<{ count: string }>("select count(*) from unit");
      return [before?.rows[0]?.[0], after?.rows[0]?.[0], library.rows[0]?.count];
    });
    expect(counts).toEqual(["0", "0", "0"]);
    const [now] = await pool.batch(whole, [count]);
    const [nobody] = await pool.batch({}, [count]);
    expect([now?.rows, nobody?.rows]).toEqual([[["1"]], [["0"]]]);
  });

  test("that throws gives its connection back in order", async () => {
    const pool = readPool(await openCounty(), 1);
    await expect(pool.session(whole, async (session) => session.batch([sql("select 1 / 0")]))).rejects.toMatchObject({
      code: "22012",
      index: 0,
    });
    await expect(pool.session(whole, () => Promise.reject(new Error("of its own")))).rejects.toThrow("of its own");
    const [result] = await pool.batch({}, [sql("select count(*) from unit")]);
    expect(result?.rows).toEqual([["0"]]);
  });
});

describe("a write connection", () => {
  const add = "insert into unit (code, name) values ($1, $1)";
  const count = sql("select count(*) from unit");

  test("commits, and then reads what it committed on the same connection", async () => {
    const pool = writePool(await openCounty(), 1);
    const [counted, one] = await pool.use(async (connection) => {
      await connection.transaction(whole, async (client) => client.query(add, ["130726"]));
      return connection.read(whole, [count, sql("select code from unit", [], "codes")]);
    });
    expect([counted?.rows, one?.rows]).toEqual([[["1"]], [["130726"]]]);
  });

  test("records who wrote and through what", async () => {
    const county = await openCounty();
    const pool = writePool(county);
    const viewer = { ...countyViewer, user: "li" as Id<"Official"> };
    await pool.use(async (connection) =>
      connection.transaction({ ...settingsOf(viewer), origin: "test" }, async (client) => client.query(add, ["1"])),
    );
    expect(await county.rows("select actor, origin from xm.change order by position desc limit 1")).toEqual([
      { actor: "li", origin: "test" },
    ]);
  });

  test("undoes everything when the work throws, and is usable at once", async () => {
    const pool = writePool(await openCounty(), 1);
    const rows = await pool.use(async (connection) => {
      const failing = connection.transaction(whole, async (client) => {
        await client.query(add, ["1"]);
        throw new Error("of its own");
      });
      await expect(failing).rejects.toThrow("of its own");
      return connection.read(whole, [count]);
    });
    expect(rows[0]?.rows).toEqual([["0"]]);
  });

  test("never calls a rolled back transaction committed, also where its work swallowed the error", async () => {
    const pool = writePool(await openCounty(), 1);
    const swallowed = pool.use(async (connection) =>
      connection.transaction(whole, async (client) => {
        await client.query(add, ["1"]);
        await client.query("select 1 / 0").catch(() => undefined);
      }),
    );
    await expect(swallowed).rejects.toThrow("rolled back");
  });

  test("without a role may write nothing", async () => {
    const pool = writePool(await openCounty());
    await expect(
      pool.use(async (connection) => connection.transaction({}, async (client) => client.query(add, ["1"]))),
    ).rejects.toMatchObject({
      code: "42501",
    });
  });

  test("may neither write a row's stamp nor change its key", async () => {
    const pool = writePool(await openCounty());
    const run = (text: string) => pool.use(async (connection) => connection.transaction(whole, async (client) => client.query(text)));
    await expect(run("insert into unit (code, name, xm_from) values ('1', '1', 1)")).rejects.toMatchObject({ code: "42501" });
    await expect(run("update unit set id = gen_random_uuid()")).rejects.toMatchObject({ code: "42501" });
    await expect(run("create table own (id int)")).rejects.toMatchObject({ code: "42501" });
  });

  test("that fails in a read leaves no transaction open", async () => {
    const pool = writePool(await openCounty(), 1);
    const result = await pool.use(async (connection) => {
      await expect(connection.read(whole, [count, sql("select 1 / 0")])).rejects.toMatchObject({ code: "22012", index: 1 });
      await connection.transaction(whole, async (client) => client.query(add, ["1"]));
      return connection.read(whole, [count]);
    });
    expect(result[0]?.rows).toEqual([["1"]]);
  });
});
