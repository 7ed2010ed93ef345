import fc from "fast-check";
import { expect, test } from "vitest";

import { asOf, createReadPool, CURRENT_MOMENT, currentMoment, migrate, type Moment, type ReadPool, type Settings } from "@xianmai/database";

import { emptyDatabase, type County } from "../county.ts";
import { scopeModel } from "../scope/sample.ts";

const UNITS = ["a", "b", "c"] as const;
type Unit = (typeof UNITS)[number];

/** What happens to the rows: a project or a report is made, led elsewhere, renamed or removed. */
interface Deed {
  readonly kind: "project" | "report" | "move" | "share" | "lead" | "rename" | "remove project" | "remove report";
  readonly pick: number;
  readonly unit: Unit;
}

const deeds = fc.array(
  fc.record({
    kind: fc.constantFrom<Deed["kind"]>(
      "project",
      "report",
      "report",
      "move",
      "share",
      "lead",
      "rename",
      "remove project",
      "remove report",
    ),
    pick: fc.nat(4),
    unit: fc.constantFrom(...UNITS),
  }),
  { minLength: 3, maxLength: 12 },
);

async function act({ owner }: County, { kind, pick, unit }: Deed): Promise<void> {
  const id = "(select id from app.unit where code = $1)";
  const nth = (table: string): string => `(select id from app.${table} order by id limit 1 offset ${pick})`;
  switch (kind) {
    case "project":
      await owner.query(`insert into app.project (code, responsible_id) values (gen_random_uuid()::text, ${id})`, [unit]);
      return;
    case "report":
      await owner.query(`insert into app.report (note, project_id) select 'new', p from ${nth("project")} p(p) where p is not null`);
      return;
    case "move":
      await owner.query(`update app.project set responsible_id = ${id} where id = ${nth("project")}`, [unit]);
      return;
    case "share":
      await owner.query(`update app.project set township_id = ${id} where id = ${nth("project")}`, [unit]);
      return;
    case "lead":
      await owner.query(`update app.report set project_id = p from ${nth("project")} p(p) where id = ${nth("report")} and p is not null`);
      return;
    case "rename":
      await owner.query(`update app.report set note = note || '+' where id = ${nth("report")}`);
      return;
    case "remove project":
      await owner.query(
        `delete from app.project where id = ${nth("project")} and not exists (select from app.report where project_id = app.project.id)`,
      );
      return;
    case "remove report":
      await owner.query(`delete from app.report where id = ${nth("report")}`);
  }
}

/** A row with the units whose it is, by plain SQL as the owner: no policy and no hidden column has a part in it. */
interface Owned {
  readonly id: string;
  readonly text: string;
  readonly units: readonly string[];
}

type Tables = Readonly<Record<"project" | "report", readonly Owned[]>>;

async function tables(county: County): Promise<Tables> {
  const units = `array(select u.code from app.unit u where u.id in (p.responsible_id, p.township_id))`;
  return {
    project: await county.rows<Owned>(`select p.id, p.code as text, ${units} as units from app.project p`),
    report: await county.rows<Owned>(
      `select r.id, r.note as text, ${units} as units from app.report r join app.project p on p.id = r.project_id`,
    ),
  };
}

async function seen(pool: ReadPool, settings: Settings): Promise<Readonly<Record<"project" | "report", unknown>>> {
  const [projects, reports, counts] = await pool.batch(settings, [
    { text: "select id, code from project order by id", values: [] },
    { text: "select id, note from report order by id", values: [] },
    { text: "select (select count(*) from project), (select count(*) from report)", values: [] },
  ]);
  expect(counts?.rows[0]).toEqual([String(projects?.rows.length), String(reports?.rows.length)]);
  return { project: projects?.rows, report: reports?.rows };
}

/** What was the viewer's then, unless it is somebody else's now. */
function expected(were: Tables, now: Tables, viewer: readonly string[]): Readonly<Record<"project" | "report", unknown>> {
  const own = ({ units }: Owned): boolean => units.some((unit) => viewer.includes(unit));
  const of = (table: keyof Tables): unknown =>
    were[table]
      .filter((row) => own(row) && now[table].every((current) => current.id !== row.id || own(current)))
      .map(({ id, text }) => [id, text])
      .toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1));
  return { project: of("project"), report: of("report") };
}

test(
  "what a viewer is shown of the past is what was theirs then and is not another's now, rows and counts alike, with a scope of its own or one from above",
  { timeout: 120_000 },
  async () => {
    const viewers = fc.subarray([...UNITS], { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(fc.array(deeds, { minLength: 2, maxLength: 4 }), viewers, async (phases, viewer) => {
        const county = await emptyDatabase();
        await migrate({ owner: county.database.owner, model: scopeModel, log: () => undefined });
        for (const code of UNITS) await county.owner.query("insert into app.unit (code) values ($1)", [code]);
        const pool = createReadPool(county.database.app, { size: 1 });
        const past: { readonly moment: Moment; readonly were: Tables }[] = [];
        for (const phase of phases) {
          for (const deed of phase) await act(county, deed);
          const [present] = await pool.batch({ role: "xm_all" }, [CURRENT_MOMENT]);
          past.push({ moment: currentMoment(present), were: await tables(county) });
        }
        const now = await tables(county);
        for (const { moment, were } of past) {
          expect(await seen(asOf(pool, moment), { units: viewer })).toEqual(expected(were, now, viewer));
          expect(await seen(asOf(pool, moment), { role: "xm_all" })).toEqual(expected(were, were, UNITS));
        }
        await pool.close();
      }),
      { numRuns: 15, endOnFailure: true },
    );
  },
);
