import { createReadPool, differenceOf, migrate, openFeed, settingsOf } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { column, definePlugin, entity, unitTree, viewerOf, type Viewer } from "@xianmai/plugin-api";
import { buildModel, entityOf, type Model } from "@xianmai/plugin-api/model";
import fc from "fast-check";
import { Client } from "pg";
import { expect, test } from "vitest";

import { createEventSource } from "../src/event-fields.ts";
import { follow, type Frame } from "../src/follow.ts";
import { createTail } from "../src/tail.ts";
import { stages, TaskStage } from "./task.ts";

class Unit extends entity(
  "Unit",
  { zh: "单位", en: "Unit", title: "code", key: "code", scope: "everyone" },
  { code: column.text({ zh: "代码", en: "Code" }), parent: column.self({ zh: "上级", en: "Parent", inverse: "children" }) },
) {}

class Job extends entity(
  "Job",
  { zh: "工作", en: "Job", title: "name", scope: "unit" },
  {
    name: column.text({ zh: "名称", en: "Name" }),
    unit: column.reference(() => Unit, { zh: "单位", en: "Unit" }),
    stage: column.stage(TaskStage),
  },
) {}

const declared = definePlugin({
  name: "jobs",
  version: "1.0.0",
  label: { zh: "工作", en: "Jobs" },
  url: import.meta.url,
  entities: [Unit, Job],
  provides: { units: unitTree(Unit, { parent: "parent", code: "code" }) },
});

const model: Model = (() => {
  const difference = differenceOf(buildModel([declared]), declared);
  return buildModel([{ ...declared, migrations: difference === undefined ? [] : [{ id: "2026-01-01-job", ...difference }] }]);
})();
const job = entityOf(model, "Job");

async function jobsDatabase(): Promise<TestDatabase> {
  return createTestDatabase({
    name: "live: jobs",
    prepare: async ({ owner }) => {
      await migrate({ owner, model, log: () => undefined });
    },
  });
}

/** What one transaction does to one of a few rows, in as many statements. */
interface Act {
  readonly row: number;
  readonly changes: readonly { readonly unit: number | undefined; readonly stage: (typeof stages)[number] | undefined }[];
  readonly removes: boolean;
}

const UNITS = 4;
/** The unit of the last word, which every viewer hears. */
const LAST = UNITS;

const act: fc.Arbitrary<Act> = fc.record({
  row: fc.nat(3),
  changes: fc.array(
    fc.record({ unit: fc.option(fc.nat(UNITS - 1), { nil: undefined }), stage: fc.option(fc.constantFrom(...stages), { nil: undefined }) }),
    { minLength: 1, maxLength: 3 },
  ),
  removes: fc.boolean(),
});

const viewers: readonly Viewer[] = [
  viewerOf([], { role: "county" }),
  ...[[0], [1], [0, 1], [2, 3], []].map((units) => viewerOf([], { role: "township", units: [...units, LAST].map(String) })),
];

interface State {
  readonly unit: number;
  readonly stage: string;
}

test("a viewer is told of a stage exactly where both the row that was and the row that is are theirs, and again from any cursor", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
      const database = await jobsDatabase();
      const owner = new Client(database.owner);
      const pool = createReadPool(database.app, { size: 2 });
      const tail = createTail({ open: async () => openFeed(database.app), every: 5, onError: () => undefined });
      try {
        await owner.connect();
        for (let unit = 0; unit <= LAST; unit += 1) await owner.query("insert into app.unit (code) values ($1)", [String(unit)]);
        await tail.ready();
        const source = createEventSource(tail, async (settings, statements) => pool.batch(settings, statements));
        const started = await Promise.all(
          viewers.map(async (viewer) =>
            follow({ ...source, entity: job, wants: () => true, visible: source.visibleTo(viewer) }, undefined),
          ),
        );
        const happened: { readonly row: number; readonly before: State | undefined; readonly after: State }[] = [];
        const rows = new Map<number, State>();
        for (const one of [...acts, { row: 9, changes: [{ unit: LAST, stage: "DOING" as const }], removes: false }]) {
          const before = rows.get(one.row);
          const after = await perform(owner, one, before);
          if (after === undefined) rows.delete(one.row);
          else {
            rows.set(one.row, after);
            if (before?.stage !== after.stage) happened.push({ row: one.row, before, after });
          }
        }
        for (const [at, viewer] of viewers.entries()) {
          const sees = (state: State): boolean => settingsOf(viewer).role === "xm_all" || viewer.units.includes(String(state.unit));
          const expected = happened
            .filter(({ before, after }) => sees(after) && (before === undefined || sees(before)))
            .map(({ row, before, after }) => `${row}: ${before?.stage ?? null} → ${after.stage}`);
          const frames = await upToTheLast(started[at]!);
          expect(frames.map(told)).toEqual(expected);
          // from the middle on, as after a torn connection
          const middle = frames[Math.floor(frames.length / 2)]!;
          const again = await follow({ ...source, entity: job, wants: () => true, visible: source.visibleTo(viewer) }, middle.cursor);
          const rest = frames.slice(frames.indexOf(middle) + 1);
          expect(rest.length === 0 ? [] : (await upToTheLast(again)).map(told)).toEqual(rest.map(told));
          await again.return?.();
        }
      } finally {
        await tail.stop();
        await Promise.all([owner.end(), pool.close()]);
        await database.drop();
      }
    }),
    { numRuns: 12 },
  );
}, 60_000);

const key = (row: number): string => `00000000-0000-4000-8000-${String(row).padStart(12, "0")}`;

async function perform(owner: Client, { row, changes, removes }: Act, before: State | undefined): Promise<State | undefined> {
  let state = before;
  await owner.query("begin");
  for (const { unit, stage } of changes) {
    if (state === undefined) {
      state = { unit: unit ?? 0, stage: stage ?? "OPEN" };
      await owner.query("insert into app.job (id, name, unit_id, stage) select $1, 'x', id, $3 from app.unit where code = $2", [
        key(row),
        String(state.unit),
        state.stage,
      ]);
    } else {
      state = { unit: unit ?? state.unit, stage: stage ?? state.stage };
      await owner.query("update app.job set stage = $3, unit_id = (select id from app.unit where code = $2) where id = $1", [
        key(row),
        String(state.unit),
        state.stage,
      ]);
    }
  }
  if (removes && before !== undefined) {
    await owner.query("delete from app.job where id = $1", [key(row)]);
    state = undefined;
  }
  await owner.query("commit");
  return state;
}

async function upToTheLast(frames: AsyncIterableIterator<Frame>): Promise<readonly Frame[]> {
  const all: Frame[] = [];
  for await (const frame of frames) {
    all.push(frame);
    if (!frame.gap && frame.transition.key === key(9)) break;
  }
  return all;
}

const told = (frame: Frame): string =>
  frame.gap ? "gap" : `${Number(frame.transition.key.slice(-4))}: ${frame.transition.from} → ${frame.transition.to}`;
