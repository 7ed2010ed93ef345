import { describe, expect, onTestFinished, test } from "vitest";

import {
  createReadPool,
  createWritePool,
  CURRENT_MOMENT,
  currentMoment,
  decodeMoment,
  encodeMoment,
  momentAt,
  momentOf,
  recordMoment,
  recordMoments,
  type Moment,
  type MomentRecorder,
  type ReadPool,
  type WritePool,
} from "@xianmai/database";
import { instant, type Instant } from "@xianmai/plugin-api";

import { addUnit, openCounty, type County } from "../county.ts";
import { refusal } from "../postgres/harness.ts";

interface MomentRow {
  readonly at: Date;
  readonly seen: string;
}

function pools(county: County): { readonly read: ReadPool; readonly write: WritePool } {
  const read = createReadPool(county.database.app, { size: 4 });
  const write = createWritePool(county.database.app, { size: 4 });
  onTestFinished(async () => {
    await read.close();
    await write.close();
  });
  return { read, write };
}

function recorder(pool: WritePool): MomentRecorder {
  const made = recordMoments({
    pool,
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => made.stop());
  return made;
}

/** The recorded moments, with how many units each sees. */
async function moments(county: County): Promise<readonly MomentRow[]> {
  return county.rows<MomentRow>(
    `select m.at, (select count(*) from app.unit u where (u.xm_from & 281474976710655)::text::xid8 is not null
       and pg_visible_in_snapshot((u.xm_from & 281474976710655)::text::xid8, m.snapshot))::text as seen
     from xm.moment m order by m.at`,
  );
}

const seen = async (county: County): Promise<readonly string[]> => (await moments(county)).map((moment) => moment.seen);

async function now(pool: ReadPool): Promise<Moment> {
  const [result] = await pool.batch({ role: "xm_all" }, [CURRENT_MOMENT]);
  return currentMoment(result);
}

function later(at: Instant, milliseconds: number): Instant {
  return instant(new Date(Date.parse(at) + milliseconds).toISOString())!;
}

describe("moments", () => {
  test("rise in time and in what they see, however many nodes record at once", async () => {
    const county = await openCounty();
    const { write } = pools(county);
    await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        await addUnit(await county.open(county.database.owner), `u${at}`);
        await recordMoment(write, { pressing: true });
      }),
    );
    const recorded = await moments(county);
    expect(recorded).toHaveLength(20);
    for (const [at, { at: time, seen: rows }] of recorded.entries()) {
      const before = recorded[at - 1];
      expect(time.getTime()).toBeGreaterThan(before?.at.getTime() ?? 0);
      expect(Number(rows)).toBeGreaterThanOrEqual(Number(before?.seen ?? 0));
    }
    expect(recorded.at(-1)?.seen).toBe("20");
  });

  test("are recorded once a second at most, and none of what happens meanwhile stays without one", async () => {
    const county = await openCounty();
    const { write } = pools(county);
    const [one, other] = [recorder(write), recorder(write)];
    for (const code of ["a", "b", "c"]) {
      await addUnit(county.owner, code);
      one.touch();
      other.touch();
    }
    await expect.poll(async () => (await seen(county)).at(-1), { timeout: 5000 }).toBe("3");
    const recorded = await moments(county);
    for (const [at, { at: time }] of recorded.slice(1).entries()) {
      expect(time.getTime() - recorded[at]!.at.getTime()).toBeGreaterThanOrEqual(1000);
    }
  });

  test("of the last second are recorded when a node stops", async () => {
    const county = await openCounty();
    const { write } = pools(county);
    const node = recorder(write);
    await addUnit(county.owner, "a");
    node.touch();
    await expect.poll(async () => seen(county)).toEqual(["1"]);
    await addUnit(county.owner, "b");
    node.touch();
    await node.stop();
    expect(await seen(county)).toEqual(["1", "2"]);
  });

  test("are recorded as soon as PostgreSQL can be reached again", async () => {
    const county = await openCounty();
    const write = createWritePool(county.database.app, { size: 1 });
    onTestFinished(() => write.close());
    const errors: unknown[] = [];
    const node = recordMoments({ pool: write, onError: (error) => errors.push(error) });
    onTestFinished(() => node.stop());
    await county.owner.query("alter table xm.moment rename to elsewhere");
    node.touch();
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    await county.owner.query("alter table xm.elsewhere rename to moment");
    await expect.poll(async () => (await moments(county)).length, { timeout: 5000 }).toBe(1);
  });

  test("are not recorded in a snapshot that may be older than one that is recorded", async () => {
    const county = await openCounty();
    await county.owner.query("begin isolation level repeatable read");
    await expect(county.owner.query("select xm.record_moment(null, true)")).rejects.toMatchObject({
      message: expect.stringContaining("repeatable read") as string,
    });
    await county.owner.query("rollback");
  });
});

describe("a time", () => {
  test("means the newest moment that was recorded by then, from its own millisecond on", async () => {
    const county = await openCounty();
    const { read, write } = pools(county);
    const first = (await recordMoment(write))!;
    await addUnit(county.owner, "a");
    const second = (await recordMoment(write, { pressing: true }))!;
    // the next millisecond is still to come when a moment has just been recorded
    await expect.poll(async () => (await momentAt(read, later(second, 1)).catch(() => undefined))?.at).toBe(second);
    expect((await momentAt(read, first)).at).toBe(first);
    expect((await momentAt(read, later(second, -1))).at).toBe(first);
    expect((await momentAt(read, second)).at).toBe(second);
  });

  test("means one moment for ever: who asks while one is being recorded waits for it", async () => {
    const county = await openCounty();
    const { read, write } = pools(county);
    await recordMoment(write);
    await county.owner.query("begin");
    const { rows } = await county.owner.query<{ at: Date }>("select xm.record_moment(null, true) as at");
    const at = instant(rows[0]!.at.toISOString())!;
    let answered = false;
    const asked = momentAt(read, at).finally(() => {
      answered = true;
    });
    const watcher = await county.open(county.database.owner);
    await expect
      .poll(async () => (await watcher.query("select from pg_locks where locktype = 'advisory' and not granted")).rowCount)
      .toBe(1);
    expect(answered).toBe(false);
    await county.owner.query("commit");
    expect((await asked).at).toBe(at);
  });

  test("that is still to come is refused, and so is one before everything that is known, with what is known", async () => {
    const county = await openCounty();
    const { read, write } = pools(county);
    expect(await refusal(() => momentAt(read, instant("2020-01-01T00:00:00.000Z")!))).toMatchObject({
      code: "MOMENT_BEFORE_RECORDS",
      text: expect.stringContaining("尚未记录任何时刻") as string,
    });
    const first = (await recordMoment(write))!;
    expect(await refusal(() => momentAt(read, instant("2020-01-01T00:00:00.000Z")!))).toMatchObject({
      code: "MOMENT_BEFORE_RECORDS",
      text: expect.stringContaining(`the first recorded moment is ${first}`) as string,
    });
    const future = later(first, 3_600_000);
    expect(await refusal(() => momentAt(read, future))).toMatchObject({
      code: "MOMENT_IN_FUTURE",
      text: expect.stringMatching(new RegExp(`时刻 ${future} 尚未到来.* ${future} is still to come`)) as string,
    });
  });
});

describe("invented time", () => {
  const clock = instant("2023-11-20T01:00:00.000Z")!;
  const invent = (county: County): Promise<unknown> =>
    county.owner.query("insert into xm.dataset (name, label_zh, label_en, clock) values ('d', '演示', 'Demo', $1)", [clock]);

  test("begins where its data says, and goes on by what has really passed since; what is to come is measured against it", async () => {
    const county = await openCounty();
    const { read, write } = pools(county);
    await recordMoment(write);
    await invent(county);
    expect(await recordMoment(write, { at: clock })).toBe(clock);
    await addUnit(county.owner, "a");
    const next = (await recordMoment(write, { pressing: true }))!;
    const passed = Date.parse(next) - Date.parse(clock);
    expect(passed).toBeGreaterThan(0);
    expect(passed).toBeLessThan(60_000);
    expect(await seen(county)).toEqual(["0", "1"]);
    expect((await momentAt(read, later(clock, 1))).at).toBe(clock);
    expect(await refusal(() => momentAt(read, later(clock, 3_600_000)))).toMatchObject({ code: "MOMENT_IN_FUTURE" });
  });

  test("follows its clock when that is moved on", async () => {
    const county = await openCounty();
    const { write } = pools(county);
    await invent(county);
    await recordMoment(write, { at: clock });
    const moved = later(clock, 86_400_000);
    await county.owner.query("update xm.dataset set clock = $1, loaded_at = clock_timestamp()", [moved]);
    expect((await recordMoment(write))! >= moved).toBe(true);
  });
});

describe("a moment that a client hands back", () => {
  test("is read as it was given out", async () => {
    const county = await openCounty();
    const { read } = pools(county);
    const moment = await now(read);
    expect(decodeMoment(encodeMoment(moment))).toEqual(moment);
    expect(await momentOf(read, encodeMoment(moment))).toEqual(moment);
  });

  test("is refused when it is none, of another database, or of what is still to come", async () => {
    const county = await openCounty();
    const { read } = pools(county);
    const moment = await now(read);
    const foreign = [
      "nonsense",
      "",
      encodeMoment({ ...moment, generation: moment.generation + 5000 }),
      encodeMoment({ ...moment, snapshot: "8000000000:8000000000:" }),
      encodeMoment({ ...moment, base: moment.base * 2n }),
      encodeMoment({ ...moment, snapshot: "5" }),
    ];
    for (const text of foreign) expect(await refusal(() => momentOf(read, text))).toMatchObject({ code: "MOMENT_UNKNOWN" });
  });

  test("is known to a restored copy where it is older than the backup, and refused where it is of what the copy has not lived through", async () => {
    const county = await openCounty();
    const { read, write } = pools(county);
    await addUnit(county.owner, "a");
    const before = await now(read);
    await recordMoment(write, { pressing: true });
    await addUnit(county.owner, "b");
    const after = await now(read);
    // as a restore begins the life of its copy
    await county.owner.query(
      "create or replace function xm.base() returns bigint stable parallel safe return 2 * (281474976710656::bigint)",
    );
    await county.owner.query("insert into xm.generation (generation, reason) overriding system value values (77777, 'restored')");
    expect(await momentOf(read, encodeMoment(before))).toEqual(before);
    expect(await refusal(() => momentOf(read, encodeMoment(after)))).toMatchObject({ code: "MOMENT_UNKNOWN" });
    const present = await now(read);
    expect(await momentOf(read, encodeMoment(present))).toEqual(present);
  });
});
