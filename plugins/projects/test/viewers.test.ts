import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";

let platform: TestPlatform;
let townships: readonly string[];

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [organization, projects], demo: true });
  const rows = await platform.sql<{ code: string }>("select code from app.unit where kind = 'TOWNSHIP' order by code");
  townships = rows.map(({ code }) => code);
});
afterAll(async () => platform[Symbol.asyncDispose]());

interface Seen {
  readonly projects: { readonly totalCount: number; readonly nodes: readonly { readonly code: string }[] };
  readonly projectAggregates: readonly { readonly count: number; readonly totalInvestment: { readonly sum: string | null } }[];
}

const SEEN = "{ projects(first: 1000) { totalCount nodes { code } } projectAggregates { count totalInvestment { sum } } }";

test("each of the county's townships sees its own projects, by list, count and sum", async () => {
  for (const code of townships) {
    const own = await platform.sql<{ code: string; amount: string | null }>(
      `select p.code, p.total_investment::text as amount from app.project p
       where exists (select from app.unit u where u.code = $1 and u.id in (p.township_id, p.responsible_unit_id)) order by p.code collate "C"`,
      [code],
    );
    const seen = await platform.as(`role=township; units=${code}`).query<Seen>(SEEN);
    expect(seen.projects.nodes.map((node) => node.code)).toEqual(own.map((row) => row.code));
    const [total] = await platform.sql<{ sum: string | null }>(
      "select trim_scale(sum(a) / 1000000)::text as sum from unnest($1::bigint[]) a",
      [own.map(({ amount }) => amount)],
    );
    expect(seen).toMatchObject({
      projects: { totalCount: own.length },
      projectAggregates: [{ count: own.length, totalInvestment: { sum: total?.sum ?? null } }],
    });
  }
});

test("all units of the tree together see what the county sees, and a guest of none sees no project, but every unit and enterprise", async () => {
  const county = await platform.query<Seen>(SEEN);
  expect(await platform.as("role=statistics; units=130726").query<Seen>(SEEN)).toEqual(county);
  const guest = await platform
    .as("role=guest")
    .query<{ projects: { totalCount: number }; units: { totalCount: number }; enterprises: { totalCount: number } }>(
      "{ projects { totalCount } units { totalCount } enterprises { totalCount } }",
    );
  expect(guest.projects.totalCount).toBe(0);
  expect(guest.units.totalCount).toBe((await platform.sql("select from app.unit")).length);
  expect(guest.enterprises.totalCount).toBe((await platform.sql("select from app.enterprise")).length);
});

test("a township starts its own project, which it and the county are told of, and no other township", async () => {
  const [row] = await platform.sql<{ id: string; code: string; name: string }>(
    `select p.id, p.code, u.code as name from app.project p join app.unit u on u.id = p.township_id
     where p.stage = 'PREPARATORY' and p.nature = 'NEW_START' order by p.code limit 1`,
  );
  const { id = "", code = "", name: own = "" } = row ?? {};
  const other = townships.find((one) => one !== own) ?? "";
  const start = "mutation ($id: ID!) { startProject(input: { id: $id }) { project { code stage } problems { code } } }";
  const event = "subscription { projectStarted { project { code } } }";
  const mine = platform.as(`role=township; units=${own}`);
  const theirs = platform.as(`role=township; units=${other}`);
  expect(await theirs.query(start, { id: `Project:${id}` })).toEqual({
    startProject: { project: null, problems: [{ code: "NOT_FOUND" }] },
  });
  await using toldMine = await mine.follow(event);
  await using toldTheirs = await theirs.follow<{ projectStarted: { project: { code: string } } }>(event);
  expect(await mine.query(start, { id: `Project:${id}` })).toEqual({ startProject: { project: { code, stage: "STARTED" }, problems: [] } });
  expect(await toldMine.next()).toEqual({ projectStarted: { project: { code } } });
  // the next that the other is told of is its own
  const [next] = await platform.sql<{ code: string }>(
    `update app.project set stage = 'STARTED' where id = (select p.id from app.project p join app.unit u on u.id = p.township_id
       where u.code = $1 and p.stage <> 'STARTED' order by p.code limit 1) returning code`,
    [other],
  );
  expect(await toldTheirs.next()).toEqual({ projectStarted: { project: { code: next?.code } } });
});
