import fc from "fast-check";
import type { Client } from "pg";
import { expect, test } from "vitest";

import {
  asOf,
  createReadPool,
  createWritePool,
  CURRENT_MOMENT,
  currentMoment,
  encodeMoment,
  migrate,
  momentAt,
  momentOf,
  recordMoment,
  type Moment,
  type ReadPool,
  type Statement,
  type WritePool,
} from "@xianmai/database";
import { column, entity, instant, type Column, type Entity, type Instant, type Migration } from "@xianmai/plugin-api";
import { buildModel, type Model } from "@xianmai/plugin-api/model";

import { openCounty, type County } from "../county.ts";
import { migrated, nextMigration, units, Work, workColumns, WorkKind, worksOf } from "../sample.ts";
import { programs, UNITS, write } from "./writers.ts";

const WRITERS = 4;
const COUNTY = { role: "xm_all" } as const;

/** A row as it is read: every column as text, by the name that it had in the first phase. */
type Row = Readonly<Record<string, string | null>>;

/** The tables at one stage of their life: columns of the database by the name that they had first. */
interface Phase {
  readonly unit: Readonly<Record<string, string>>;
  readonly work: Readonly<Record<string, string>>;
  /** What writers do to columns that not every phase has. */
  readonly own: readonly string[];
}

const unit = { id: "id", code: "code", name: "name", parent: "parent_id" };
const some = "where unit_id in (select id from app.unit where code in ('u1', 'u2'))";

const work = { id: "id", code: "code", name: "name", unit: "unit_id", kind: "kind", amount: "amount", month: "month", order: '"order"' };
const wider = { ...work, remark: "remark", weight: "weight" };
const { month: _dropped, ...kept } = wider;

const PHASES: readonly Phase[] = [
  {
    unit,
    work,
    own: [
      `update app.work set kind = 'REPAIR', month = '2023-01' ${some}`,
      `update app.work set amount = 5, "order" = "order" + 1 ${some}`,
    ],
  },
  {
    unit,
    work: wider,
    own: [`update app.work set remark = 'r', month = '2023-02' ${some}`, `update app.work set weight = weight + 1 ${some}`],
  },
  {
    unit,
    work: { ...kept, kind: "sort" },
    own: [`update app.work set sort = 'NEW', remark = null ${some}`, `update app.work set amount = amount + 1, "order" = 3000 ${some}`],
  },
];

function redeclared(columns: Readonly<Record<string, Column | undefined>>): Entity {
  const all = Object.fromEntries(Object.entries({ ...workColumns, ...columns }).filter(([, one]) => one !== undefined));
  return entity("Work", { zh: "工程", en: "Work", title: "code", key: "code", scope: "everyone" }, all as typeof workColumns);
}

const added = {
  remark: column.text({ zh: "备注", en: "Remark", optional: true }),
  weight: column.integer({ zh: "权重", en: "Weight", default: 7 }),
};
const moved = {
  ...added,
  kind: undefined,
  month: undefined,
  sort: column.choice(WorkKind, { zh: "类别", en: "Sort", default: "NEW", was: "kind" }),
  order: column.money({ zh: "次序", en: "Order", default: "0" }),
};

/** The models of the phases, each with one migration more. */
function models(): readonly Model[] {
  let migrations: readonly Migration[] = [];
  return [Work, redeclared(added), redeclared(moved)].map((declared) => {
    const plain = buildModel([...migrated(units).plugins, worksOf(declared, migrations)]);
    migrations = [...migrations, ...nextMigration(plain, plain.plugins.at(-1)!)];
    return buildModel([...migrated(units).plugins, worksOf(declared, migrations)]);
  });
}

const MODELS = models();

function statements(phase: Phase): readonly Statement[] {
  return (["unit", "work"] as const).map((table) => ({
    text: `select ${Object.values(phase[table])
      .map((name) => `${name}::text`)
      .join(", ")} from ${table} order by id`,
    values: [],
  }));
}

/** What a table answered: its rows by their keys. */
async function answers(
  pool: ReadPool,
  phase: Phase,
): Promise<{ readonly moment: string; readonly rows: Readonly<Record<string, readonly Row[]>> }> {
  const [present, ...results] = await pool.batch(COUNTY, [CURRENT_MOMENT, ...statements(phase)]);
  const rows = Object.fromEntries(
    (["unit", "work"] as const).map((table, at) => [
      table,
      (results[at]?.rows ?? []).map((cells) =>
        Object.fromEntries(Object.keys(phase[table]).map((name, cell) => [name, cells[cell] ?? null])),
      ),
    ]),
  );
  return { moment: encodeMoment(currentMoment(present)), rows };
}

interface Answer {
  readonly phase: Phase;
  readonly moment: string;
  readonly rows: Readonly<Record<string, readonly Row[]>>;
}

/** Reads as of a moment, and compares with what was answered then: the columns that there are still; those that came later were unknown. */
async function expectAnswered(pool: ReadPool, now: Phase, { phase, rows }: Answer, moment: Moment): Promise<void> {
  const past = await answers(asOf(pool, moment), now);
  const then = Object.fromEntries(
    (["unit", "work"] as const).map((table) => [
      table,
      rows[table]?.map((row) =>
        Object.fromEntries(Object.keys(now[table]).map((name) => [name, name in phase[table] ? (row[name] ?? null) : null])),
      ),
    ]),
  );
  expect(past.rows).toEqual(then);
}

/** Answers of random moments while `writing` goes on; others are recorded meanwhile. */
async function observe(county: Watched, phase: Phase, writing: () => boolean): Promise<readonly Answer[]> {
  const all: Answer[] = [];
  do {
    all.push({ phase, ...(await answers(county.pool, phase)) });
    if (all.length % 3 === 0) await recordMoment(county.recording, { pressing: true });
  } while (writing() && all.length < 40);
  return all;
}

/** Takes away what nobody can see any more, as PostgreSQL itself does from time to time. */
async function vacuuming(cleaner: Client, writing: () => boolean): Promise<void> {
  while (writing()) await cleaner.query("vacuum app.unit, app.work, xmh.unit, xmh.work, xm.change");
}

interface Watched {
  readonly owner: County["owner"];
  readonly pool: ReadPool;
  readonly recording: WritePool;
}

/** What was answered at a time at which nobody wrote, when it was recorded. */
interface Recorded {
  readonly at: Instant;
  readonly answer: Answer;
}

async function record(county: Watched, phase: Phase): Promise<Recorded> {
  const at = await recordMoment(county.recording, { pressing: true });
  return { at: at!, answer: { phase, ...(await answers(county.pool, phase)) } };
}

/** A time from that of a record to the last millisecond before the next one, or to now. */
async function timeSince({ owner }: Watched, at: Instant, share: number): Promise<Instant> {
  const { rows } = await owner.query<{ from: Date; to: Date }>(
    "select $1::timestamptz as from, coalesce((select min(at) - interval '1 millisecond' from xm.moment where at > $1), clock_timestamp()) as to",
    [at],
  );
  const [from, to] = [rows[0]!.from.getTime(), rows[0]!.to.getTime()];
  return instant(new Date(from + Math.floor((to - from) * share)).toISOString())!;
}

test(
  "what is read as of a moment is what was answered in it, and as of a time what the newest recorded moment before it was answered, whatever was written how and by how many, also after columns were added, renamed, retyped and dropped",
  { timeout: 240_000 },
  async () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.tuple(...PHASES.map(() => programs(WRITERS))), share, async (phases, within) => {
        const county = await openCounty();
        const pool = createReadPool(county.database.app, { size: 2 });
        const recording = createWritePool(county.database.app, { size: 1 });
        const watched = { owner: county.owner, pool, recording };
        const writers = await Promise.all(Array.from({ length: WRITERS }, () => county.open(county.database.owner)));
        for (let at = 0; at < UNITS; at += 1)
          await county.owner.query("insert into app.unit (code, name) values ($1, 'first')", [`u${at}`]);
        const cleaner = await county.open(county.database.owner);
        const known: Answer[] = [];
        const recorded: Recorded[] = [];
        for (const [at, phase] of PHASES.entries()) {
          if (at > 0) await migrate({ owner: county.database.owner, model: MODELS[at]!, log: () => undefined });
          let open = true;
          const writing = Promise.all(writers.map(async (writer, which) => write(writer, phases[at]?.[which] ?? [], phase.own))).finally(
            () => {
              open = false;
            },
          );
          const cleaning = vacuuming(cleaner, () => open);
          known.push(...(await observe(watched, phase, () => open)));
          await writing;
          await cleaning;
          recorded.push(await record(watched, phase));
          for (const answer of known) await expectAnswered(pool, phase, answer, await momentOf(pool, answer.moment));
          for (const { at: time, answer } of recorded) {
            for (const part of [0, within, 1]) {
              await expectAnswered(pool, phase, answer, await momentAt(pool, await timeSince(watched, time, part)));
            }
          }
        }
        await pool.close();
        await recording.close();
        await Promise.all([...writers, cleaner].map((client) => client.end()));
      }),
      { numRuns: 6, endOnFailure: true },
    );
  },
);
