import { expect, test } from "vitest";

import { smallCounty } from "./support/county.ts";

interface Group {
  readonly count: number;
  readonly totalInvestment: { readonly sum: string | null };
}

interface Tiles {
  readonly projects: { readonly totalCount: number; readonly nodes: readonly { readonly totalInvestment: string | null }[] };
  readonly whole: readonly Group[];
  readonly byStage: readonly Group[];
  readonly units: {
    readonly nodes: readonly { readonly responsibleProjects: { readonly totalCount: number }; readonly own: readonly Group[] }[];
  };
}

const TILES = `{
  projects(first: 1000) { totalCount nodes { totalInvestment } }
  whole: projectAggregates { count totalInvestment { sum } }
  byStage: projectAggregates(groupBy: [{ dimension: STAGE }]) { count totalInvestment { sum } }
  units { nodes { responsibleProjects { totalCount } own: responsibleProjectAggregates { count totalInvestment { sum } } } }
}`;

// whole amounts, so that a test may add them as numbers
const sum = (amounts: readonly (string | null)[]): number => amounts.reduce((total, amount) => total + Number(amount ?? "0"), 0);
const count = (groups: readonly Group[]): number => groups.reduce((total, group) => total + group.count, 0);
const invested = (groups: readonly Group[]): number => sum(groups.map(({ totalInvestment }) => totalInvestment.sum));

test("all tiles of a screen show one state: totals equal the sum of their parts, also while others write", async () => {
  await using county = await smallCounty();
  await county.sql("update project set total_investment = 0");
  let writing = true;
  const write = async (): Promise<number> => {
    let written = 0;
    while (writing) {
      // one statement is one transaction: a project more or less, another amount, another stage, another unit
      await county.sql(
        `insert into project (code, name, nature, stage, field_id, responsible_unit_id, township_id, total_investment)
         select 'N' || $1::int, 'N', 'NEW_START', 'RESERVED', field_id, responsible_unit_id, township_id, ($1::int % 7) * 1000000 from project where code = 'P1'`,
        [written],
      );
      await county.sql(
        `update project set total_investment = total_investment + 1000000, stage = (array['RESERVED', 'STARTED'])[1 + $1::int % 2],
           responsible_unit_id = (select id from unit where code = (array['A', 'B', 'D'])[1 + $1::int % 3]) where code in ('P1', 'P2', 'P3')`,
        [written],
      );
      written++;
    }
    return written;
  };
  const writer = write();
  const seen = new Set<number>();
  for (let asked = 0; asked < 60; asked++) {
    const { projects, whole, byStage, units } = await county.query<Tiles>(TILES);
    seen.add(projects.totalCount);
    const total = whole[0]!.count;
    expect([projects.totalCount, projects.nodes.length, count(byStage)]).toEqual([total, total, total]);
    expect(units.nodes.reduce((all, unit) => all + unit.responsibleProjects.totalCount, 0)).toBe(total);
    expect(count(units.nodes.flatMap(({ own }) => own))).toBe(total);
    const worth = invested(whole);
    expect(sum(projects.nodes.map(({ totalInvestment }) => totalInvestment))).toBe(worth);
    expect(invested(byStage)).toBe(worth);
    expect(invested(units.nodes.flatMap(({ own }) => own))).toBe(worth);
  }
  writing = false;
  expect(await writer).toBeGreaterThan(10);
  expect(seen.size).toBeGreaterThan(10);
});
