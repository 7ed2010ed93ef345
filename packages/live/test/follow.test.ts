import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { auditFilesIn, createReadPool, openFeed, sealNow, type ReadPool } from "@xianmai/database";
import type { TestDatabase } from "@xianmai/database/testing";
import fc from "fast-check";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { stepFired } from "../src/event-names.ts";
import { follow, type Frame } from "../src/follow.ts";
import { createTail, type Tail } from "../src/tail.ts";
import { createTransitions, type Transition } from "../src/transitions.ts";
import { everyTransition } from "../src/visible.ts";
import { stages, task, taskDatabase, TaskStage } from "./task.ts";

let database: TestDatabase;
let pool: ReadPool;
let tail: Tail;
let clients: Client[];

beforeEach(async () => {
  database = await taskDatabase();
  pool = createReadPool(database.app, { size: 2 });
  tail = createTail({ open: async () => openFeed(database.app), every: 5, onError: () => undefined });
  clients = [];
});

afterEach(async () => {
  await tail.stop();
  await pool.close();
  await Promise.all(clients.map(async (client) => client.end()));
  await database.drop();
});

async function connect(settings = database.owner): Promise<Client> {
  const client = new Client(settings);
  client.on("error", () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

async function following(after?: string): Promise<AsyncIterableIterator<Frame>> {
  const transitions = createTransitions(async (statements) => pool.batch({ role: "xm_all" }, statements));
  return follow({ tail, transitions, entity: task, wants: () => true, visible: everyTransition }, after);
}

async function take(frames: AsyncIterableIterator<Frame>, count: number): Promise<Frame[]> {
  const taken: Frame[] = [];
  while (taken.length < count) {
    const { value, done } = (await frames.next()) as IteratorResult<Frame, undefined>;
    if (done === true || value === undefined) break;
    taken.push(value);
  }
  return taken;
}

const told = (frame: Frame): string => (frame.gap ? "gap" : `${frame.transition.key}: ${frame.transition.from} → ${frame.transition.to}`);

const key = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

describe("a follower of stages", () => {
  test("is told who moved a row by which step, and neither for a change from outside", async () => {
    const writer = await connect();
    const frames = await following();
    await writer.query("insert into app.task (id, name) values ($1, 'a')", [key(1)]);
    await take(frames, 1);
    await writer.query("begin");
    await writer.query("select set_config('xm.actor', 'county', true), set_config('xm.origin', 'beginTask', true)");
    await writer.query("update app.task set stage = 'DOING'");
    await writer.query("commit");
    await writer.query("update app.task set stage = 'DONE'");
    const [inside, outside] = (await take(frames, 2)) as { transition: Transition }[];
    expect([inside?.transition.actor, inside?.transition.origin]).toEqual(["county", "beginTask"]);
    expect([outside?.transition.actor, outside?.transition.origin]).toEqual([null, null]);
    await frames.return?.();
  });

  test("that begins once the tail has caught up is told nothing of what was committed before", async () => {
    const writer = await connect();
    for (const number of [1, 2, 3]) {
      await writer.query("insert into app.task (id, name) values ($1, 'a')", [key(number)]);
      await tail.caughtUp();
      const frames = await following();
      await writer.query("update app.task set stage = 'DOING' where id = $1", [key(number)]);
      expect((await take(frames, 1)).map(told)).toEqual([`${key(number)}: OPEN → DOING`]);
      await frames.return?.();
    }
  });

  test("is told once of a transaction that moves a row twice, and not of one that moves it back or only renames it", async () => {
    const writer = await connect();
    const frames = await following();
    await writer.query("insert into app.task (id, name) values ($1, 'a'), ($2, 'b')", [key(1), key(2)]);
    await take(frames, 2);
    await writer.query(
      "begin; update app.task set stage = 'DOING'; update app.task set name = name || '!'; update app.task set stage = 'OPEN' where name = 'b!'; commit",
    );
    await writer.query("update app.task set name = 'c'");
    await writer.query(`update app.task set stage = 'DONE' where id = '${key(2)}'`);
    expect((await take(frames, 2)).map(told)).toEqual([`${key(1)}: OPEN → DOING`, `${key(2)}: OPEN → DONE`]);
    await frames.return?.();
  });

  test("of a cursor that the feed does not know is told of the gap, and then of what happens", async () => {
    const writer = await connect();
    const cursors = [
      "nonsense",
      Buffer.from("1|99|5:5:|5:5:|0|0|").toString("base64url"),
      Buffer.from("1|1|999999999:999999999:|999999999:999999999:|0|0|").toString("base64url"),
    ];
    for (const [at, cursor] of cursors.entries()) {
      const frames = await following(cursor);
      await writer.query("insert into app.task (id, name) values ($1, 'a')", [key(at)]);
      expect((await take(frames, 2)).map(told)).toEqual(["gap", `${key(at)}: null → OPEN`]);
      await frames.return?.();
    }
  });

  test("of a cursor that is older than the feed goes back is told of the gap", async () => {
    const writer = await connect();
    const before = await following();
    await writer.query("insert into app.task (id, name) values ($1, 'a')", [key(1)]);
    const [first] = await take(before, 1);
    await before.return?.();
    await writer.query("update app.task set stage = 'DOING'");
    await tail.caughtUp();
    const folder = await mkdtemp(join(tmpdir(), "xianmai-live-"));
    // nothing is forgotten that is not sealed, and a transaction of any other database holds the horizon back for as long as it runs
    await expect
      .poll(async () => {
        await sealNow({ owner: database.owner, files: auditFilesIn(folder) });
        await writer.query("select xm.announce_reader('tail', $1, interval '1 minute')", [tail.position?.snapshot]);
        await writer.query("select xm.record_moment(now() - interval '1 hour', false)");
        return (await writer.query<{ gone: string }>("select xm.forget_changes(interval '1 minute', 1000) as gone")).rows[0]?.gone;
      })
      .not.toBe("0");
    await rm(folder, { recursive: true });
    const frames = await following(first?.cursor);
    await writer.query("update app.task set stage = 'DONE'");
    expect((await take(frames, 2)).map(told)).toEqual(["gap", `${key(1)}: DOING → DONE`]);
    await frames.return?.();
  });

  test("goes on when PostgreSQL closes every connection, and misses nothing of what was written meanwhile", async () => {
    const writer = await connect();
    const frames = await following();
    await writer.query("insert into app.task (id, name) values ($1, 'a')", [key(1)]);
    await take(frames, 1);
    const killer = await connect(database.app);
    await killer.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()",
    );
    await writer.query("update app.task set stage = 'DONE'");
    expect((await take(frames, 1)).map(told)).toEqual([`${key(1)}: OPEN → DONE`]);
    await frames.return?.();
  });
});

type Write = { readonly row: number; readonly stage: (typeof stages)[number] | "insert" | "delete" };
interface Turn {
  readonly writer: number;
  readonly act: Write | "commit" | "rollback";
}

const WRITERS = 3;
const ROWS = 3;

// writers never touch each other's rows, so that none waits; their transactions overlap at will
const turns = fc.array(
  fc.record({
    writer: fc.nat(WRITERS - 1),
    act: fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ row: fc.nat(ROWS - 1), stage: fc.constantFrom(...stages, "insert" as const, "delete" as const) }),
      },
      { weight: 2, arbitrary: fc.constant("commit" as const) },
      { weight: 1, arbitrary: fc.constant("rollback" as const) },
    ),
  }),
  { minLength: 5, maxLength: 60 },
);

/** What each row has gone through, worked out without the database: committed stages only, one step per transaction. */
function expected(script: readonly Turn[]): Map<string, string[]> {
  const committed = new Map<string, string>();
  const heard = new Map<string, string[]>();
  const open = new Map<number, Map<string, string | undefined>>();
  for (const { writer, act } of script) {
    const changes = open.get(writer) ?? new Map<string, string | undefined>();
    open.set(writer, changes);
    if (act === "rollback") open.delete(writer);
    else if (act === "commit") {
      for (const [row, stage] of changes) {
        const before = committed.get(row);
        if (stage === undefined) committed.delete(row);
        else committed.set(row, stage);
        if (stage !== undefined && stage !== before) heard.set(row, [...(heard.get(row) ?? []), `${before ?? null} → ${stage}`]);
      }
      open.delete(writer);
    } else {
      const row = key(writer * ROWS + act.row);
      const now = changes.has(row) ? changes.get(row) : committed.get(row);
      if (act.stage === "insert") {
        if (now === undefined) changes.set(row, "OPEN");
      } else if (act.stage === "delete") {
        if (now !== undefined) changes.set(row, undefined);
      } else if (now !== undefined) changes.set(row, act.stage);
    }
  }
  return heard;
}

async function play(script: readonly Turn[], writers: readonly Client[]): Promise<void> {
  const open = new Set<number>();
  for (const { writer, act } of script) {
    const client = writers[writer]!;
    if (!open.has(writer)) await client.query("begin");
    open.add(writer);
    if (act === "commit" || act === "rollback") {
      await client.query(act);
      open.delete(writer);
      continue;
    }
    const row = key(writer * ROWS + act.row);
    if (act.stage === "insert") await client.query("insert into app.task (id, name) values ($1, 'x') on conflict do nothing", [row]);
    else if (act.stage === "delete") await client.query("delete from app.task where id = $1", [row]);
    else await client.query("update app.task set stage = $2 where id = $1", [row, act.stage]);
  }
  for (const writer of open) await writers[writer]!.query("rollback");
}

function byRow(frames: readonly Frame[]): Map<string, string[]> {
  const heard = new Map<string, string[]>();
  for (const frame of frames) {
    if (frame.gap) throw new Error("A gap was reported.");
    const { key: row, from, to } = frame.transition;
    heard.set(row, [...(heard.get(row) ?? []), `${from} → ${to}`]);
  }
  return heard;
}

const BEGIN = key(998);
const END = key(999);

/** Everything up to the row that marks a place. */
async function until(frames: AsyncIterableIterator<Frame>, mark: string): Promise<Frame[]> {
  const heard: Frame[] = [];
  for (;;) {
    const [frame] = await take(frames, 1);
    if (frame === undefined) throw new Error("The frames ended.");
    if (!frame.gap && frame.transition.key === mark) return heard;
    heard.push(frame);
  }
}

test("whatever transactions do and however they overlap: nothing is lost, nothing told twice, each row in its order, from any cursor on", async () => {
  const writers = await Promise.all(Array.from({ length: WRITERS }, async () => connect()));
  const marker = await connect();
  await fc.assert(
    fc.asyncProperty(turns, fc.double({ min: 0, max: 0.999, noNaN: true }), async (script, where) => {
      const frames = await following();
      // the tail may still stand before the end of the run before
      await marker.query("delete from app.task");
      await marker.query("insert into app.task (id, name) values ($1, 'begin')", [BEGIN]);
      await until(frames, BEGIN);
      await play(script, writers);
      await marker.query("insert into app.task (id, name) values ($1, 'end')", [END]);
      const heard = await until(frames, END);
      expect(byRow(heard)).toEqual(expected(script));

      const cut = Math.floor(where * heard.length);
      const cursor = heard[cut]?.cursor;
      if (cursor === undefined) return;
      const rest = await until(await following(cursor), END);
      expect(byRow([...heard.slice(0, cut + 1), ...rest])).toEqual(expected(script));
    }),
    { numRuns: 40 },
  );
});

describe("the event of a step", () => {
  const steps = Object.entries(TaskStage.steps);

  test("is that of the step whose start fits, else of the one that names none", () => {
    expect(stepFired(steps, { from: "OPEN", to: "DOING" })).toBe("begin");
    expect(stepFired(steps, { from: "DONE", to: "DOING" })).toBe("reopen");
    expect(stepFired(steps, { from: null, to: "DOING" })).toBe("begin");
    expect(stepFired(steps, { from: "OPEN", to: "DONE" })).toBe("finish");
    expect(stepFired(steps, { from: "DOING", to: "OPEN" })).toBeUndefined();
  });
});
