import type { TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { demoCounty, smallCounty } from "./support/county.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await smallCounty();
});
afterAll(async () => platform[Symbol.asyncDispose]());

const BOARD = `query Board($unit: String, $first: Int = 50, $after: String) {
  projects(filter: { nature: { in: [NEW_START, CONTINUING] }, parent: { isNull: true }, responsibleUnit: { code: { eq: $unit } },
                     or: [{ stage: { eq: STARTED } }, { totalInvestment: { gte: "50000" } }] },
           orderBy: [{ totalInvestment: DESC }, { code: ASC }], first: $first, after: $after) {
    totalCount  pageInfo { hasNextPage endCursor }
    nodes { id code name totalInvestment responsibleUnit { name } reports(last: 3) { nodes { month invested } } }
    edges { cursor node { code } }
  }
}`;

interface Board {
  readonly projects: {
    readonly totalCount: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly nodes: readonly { readonly id: string; readonly code: string }[];
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly code: string } }[];
  };
}

describe("a board of projects", () => {
  // P4 is part of P1, P5 is only planned
  test("has those that are to start or go on, are no part of another, and have started or are large, the largest first", async () => {
    const { projects } = await platform.query<Board>(BOARD);
    expect(projects).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: false } });
    expect(projects.nodes.map(({ code }) => code)).toEqual(["P6", "P1", "P2", "P3"]);
  });

  test("shows each with its unit and its last three months, in their order", async () => {
    const { projects } = await platform.query<Board>(BOARD);
    expect(projects.nodes[1]).toEqual({
      id: expect.stringMatching(/^Project:[0-9a-f-]{36}$/) as string,
      code: "P1",
      name: "项目 P1",
      totalInvestment: "60000",
      responsibleUnit: { name: "王家庄" },
      reports: {
        nodes: [
          { month: "2023-02", invested: "2" },
          { month: "2023-03", invested: "3.25" },
          { month: "2023-04", invested: "4" },
        ],
      },
    });
    expect(projects.nodes[3]).toMatchObject({ code: "P3", totalInvestment: null, reports: { nodes: [] } });
  });

  test("is of one unit where one is named, and of all where none is", async () => {
    const { projects } = await platform.query<Board>(BOARD, { unit: "D" });
    expect(projects).toMatchObject({ totalCount: 1, nodes: [{ code: "P3" }] });
  });

  test("goes on after a cursor, an edge's as well as a page's, and counts the whole all the same", async () => {
    const first = await platform.query<Board>(BOARD, { first: 2 });
    expect(first.projects.edges.map(({ node }) => node.code)).toEqual(["P6", "P1"]);
    expect(first.projects.pageInfo).toEqual({ hasNextPage: true, endCursor: first.projects.edges[1]!.cursor });
    const second = await platform.query<Board>(BOARD, { first: 2, after: first.projects.pageInfo.endCursor });
    expect(second.projects.nodes.map(({ code }) => code)).toEqual(["P2", "P3"]);
    expect(second.projects).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: false } });
    const third = await platform.query<Board>(BOARD, { first: 1, after: first.projects.edges[0]!.cursor });
    expect(third.projects.nodes.map(({ code }) => code)).toEqual(["P1"]);
  });
});

describe("figures", () => {
  const FIGURES = `{ projectAggregates(filter: { parent: { isNull: true } }, groupBy: [{ dimension: FIELD }, { dimension: START_DEADLINE, by: QUARTER }]) {
    key { field startDeadline }  count  totalInvestment { sum avg min max } } }`;

  test("by field and quarter are those of plain SQL over the demo", async () => {
    await using demo = await demoCounty();
    await demo.sql("update project set parent_id = (select id from project where code = 'YX2023-001') where code = 'YX2023-002'");
    const expected = await demo.sql(
      `select json_build_object('field', e.code, 'startDeadline', to_char(p.start_deadline, 'YYYY"-Q"Q')) as key, count(*)::int as count,
              json_build_object('sum', trim_scale(sum(total_investment) / 1000000)::text, 'avg', trim_scale(round(avg(total_investment) / 1000000, 6))::text,
                                'min', trim_scale(min(total_investment)::numeric / 1000000)::text, 'max', trim_scale(max(total_investment)::numeric / 1000000)::text) as "totalInvestment"
       from project p join dictionary_entry e on e.id = p.field_id where parent_id is null
       group by e.position, e.code, to_char(p.start_deadline, 'YYYY"-Q"Q') order by e.position, to_char(p.start_deadline, 'YYYY"-Q"Q') nulls last`,
    );
    const { projectAggregates } = await demo.query<{ projectAggregates: readonly { readonly count: number }[] }>(FIGURES);
    expect(projectAggregates).toEqual(expected);
    expect(projectAggregates.reduce((sum, { count }) => sum + count, 0)).toBe(145);
  });

  test("without groupBy are one group, of nothing too", async () => {
    expect(
      await platform.query(`{
        all: projectAggregates { count totalInvestment { sum avg min max } }
        none: projectAggregates(filter: { code: { eq: "none" } }) { count totalInvestment { sum avg min max } }
      }`),
    ).toEqual({
      // 211200.500001 over the five that say an amount
      all: [{ count: 6, totalInvestment: { sum: "211200.500001", avg: "42240.1", min: "0.000001", max: "80000" } }],
      none: [{ count: 0, totalInvestment: { sum: null, avg: null, min: null, max: null } }],
    });
  });

  test("stand beside the list of a unit's projects too, under its filter and by group", async () => {
    expect(
      await platform.query(`{ units(filter: { kind: { eq: TOWNSHIP } }) { nodes {
        code
        sitedProjectAggregates { count totalInvestment { sum } }
        byStage: sitedProjectAggregates(filter: { nature: { eq: NEW_START } }, groupBy: [{ dimension: STAGE }]) { key { stage } count }
      } } }`),
    ).toEqual({
      units: {
        nodes: [
          {
            code: "D",
            sitedProjectAggregates: [{ count: 2, totalInvestment: { sum: "80000" } }],
            byStage: [
              { key: { stage: "PREPARATORY" }, count: 1 },
              { key: { stage: "STARTED" }, count: 1 },
            ],
          },
          {
            code: "B",
            sitedProjectAggregates: [{ count: 4, totalInvestment: { sum: "131200.500001" } }],
            byStage: [{ key: { stage: "RESERVED" }, count: 2 }],
          },
        ],
      },
    });
  });
});

describe("a step and its event", () => {
  interface Started {
    readonly projectStarted: { readonly cursor: string; readonly project: { readonly code: string } | null };
  }
  const start = async (county: TestPlatform, code: string, on = "2023-03-01"): Promise<unknown> => {
    const { project } = await county.query<{ project: { id: string } }>("query ($code: String!) { project(code: $code) { id } }", { code });
    const { startProject } = await county.query<{ startProject: unknown }>(
      `mutation ($id: ID!, $on: Date!) {
         startProject(input: { id: $id, on: $on, reason: "手续齐全" }) { project { stage actualStart } problems { code path message } } }`,
      { id: project.id, on },
    );
    return startProject;
  };

  test("a project that is started is so in the payload; one that has started cannot, and the problem says why", async () => {
    await using county = await smallCounty();
    expect(await start(county, "P1")).toEqual({ project: { stage: "STARTED", actualStart: "2023-03-01" }, problems: [] });
    expect(await start(county, "P1")).toMatchObject({ project: null, problems: [{ code: "STEP_NOT_AVAILABLE", path: ["input", "id"] }] });
    expect(await start(county, "P4", "2023-11-21")).toMatchObject({
      project: null,
      problems: [{ code: "DATE_IN_FUTURE", path: ["input", "on"] }],
    });
  });

  test("the event tells when, by whom and of which project; after its cursor comes what happened since", async () => {
    await using county = await smallCounty();
    await using follower = await county.follow<Started>("subscription { projectStarted { cursor at by project { code name } } }");
    await start(county, "P1");
    const { projectStarted } = await follower.next();
    expect(projectStarted).toEqual({
      cursor: expect.any(String) as string,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00$/) as string,
      by: "county",
      project: { code: "P1", name: "项目 P1" },
    });
    await start(county, "P4");
    await start(county, "P6");
    await using later = await county.follow<Started>(
      "subscription ($after: String) { projectStarted(after: $after) { cursor project { code } } }",
      { after: projectStarted.cursor },
    );
    const told = [await later.next(), await later.next()];
    expect(told.map((event) => event.projectStarted.project?.code)).toEqual(["P4", "P6"]);
  });

  const OF_A_FIELD = `subscription ($after: String, $field: String) {
    projectStarted(after: $after, filter: { field: { eq: $field } }) { cursor gap project { code } } }`;
  const codeOf = ({ projectStarted }: Started): string | undefined => projectStarted.project?.code;

  test("events can be filtered as a list is; an operand that is left out is no condition here either", async () => {
    await using county = await smallCounty();
    await using ecology = await county.follow<Started>(OF_A_FIELD, { field: "ecology" });
    await using every = await county.follow<Started>(OF_A_FIELD);
    for (const code of ["P1", "P4", "P6"]) await start(county, code);
    expect([codeOf(await ecology.next()), codeOf(await ecology.next())]).toEqual(["P4", "P6"]);
    expect([codeOf(await every.next()), codeOf(await every.next()), codeOf(await every.next())]).toEqual(["P1", "P4", "P6"]);
  });

  test("a filter is on the row as its start left it, also where that is told later", async () => {
    await using county = await smallCounty();
    await using follower = await county.follow<Started>(OF_A_FIELD, {});
    await start(county, "P1");
    const { projectStarted } = await follower.next();
    await start(county, "P4");
    await start(county, "P6");
    // P4 leaves the field that it was started in, and P1 comes to it too late
    const move = "update project set field_id = (select id from dictionary_entry where code = $2) where code = $1";
    await county.sql(move, ["P4", "livelihood"]);
    await county.sql(move, ["P1", "ecology"]);
    await using later = await county.follow<Started>(OF_A_FIELD, { field: "ecology", after: projectStarted.cursor });
    expect([codeOf(await later.next()), codeOf(await later.next())]).toEqual(["P4", "P6"]);
  });

  test("a filter looks at what is referred to, and to whom that is not visible it is missing", async () => {
    await using county = await smallCounty();
    const document = "subscription { projectStarted(filter: { parent: { isNull: true } }) { cursor project { code } } }";
    await using all = await county.follow<Started>(document);
    await using township = await county.as("role=township; units=D").follow<Started>(document);
    // a part of P1, which is not the township's; P6 is a part of nothing
    await start(county, "P4");
    await start(county, "P6");
    expect(codeOf(await township.next())).toBe("P4");
    expect(codeOf(await all.next())).toBe("P6");
  });

  test("a filter with an operand of null is refused, as a list's is", async () => {
    await using county = await smallCounty();
    await using refused = await county.follow<Started>(OF_A_FIELD, { field: null });
    await expect(refused.next()).rejects.toThrow("isNull");
  });
});

describe("a row by its global id", () => {
  test("is found whatever its type, several in the order asked for, and null where there is none", async () => {
    const { project, unit } = await platform.query<Record<"project" | "unit", { id: string }>>(
      `{ project(code: "P1") { id } unit(code: "B") { id } }`,
    );
    expect(
      await platform.query(
        `query ($project: ID!, $ids: [ID!]!) {
           node(id: $project) { __typename id ... on Project { code } }
           nodes(ids: $ids) { __typename ... on Unit { name } ... on Project { code } }
         }`,
        { project: project.id, ids: [unit.id, "Project:00000000-0000-4000-8000-000000000000", project.id] },
      ),
    ).toEqual({
      node: { __typename: "Project", id: project.id, code: "P1" },
      nodes: [{ __typename: "Unit", name: "张家口" }, null, { __typename: "Project", code: "P1" }],
    });
  });
});
