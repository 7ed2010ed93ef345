import type { TestPlatform, TestViewer } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { smallCounty } from "./support/county.ts";

/** A row that nobody has. */
const NONE = "00000000-0000-4000-8000-000000000000";

let platform: TestPlatform;
/** The township D: P3 and P4 are its own; P4's package P1 and the project of its blocker are not. */
let township: TestViewer;
let foreign: string;
beforeAll(async () => {
  platform = await smallCounty();
  await platform.sql(
    `insert into blocker (project_id, owner_id, summary) select p.id, u.id, p.code from project p, unit u where p.code in ('P1', 'P3') and u.code = 'D'`,
  );
  // what the alerts of its rows write would be another moment
  await platform.settled();
  township = platform.as("role=township; units=D");
  const [row] = await platform.sql<{ id: string }>("select id from project where code = 'P1'");
  foreign = row!.id;
});
afterAll(async () => platform[Symbol.asyncDispose]());

describe("a row that is not the viewer's and one that is not there", () => {
  test.each([
    "query ($id: ID!) { project(id: $id) { code } }",
    "query ($id: ID!) { node(id: $id) { id } }",
    "query ($id: ID!) { nodes(ids: [$id, $id]) { id } }",
    "query ($id: ID!) { projects(filter: { id: { eq: $id } }) { totalCount nodes { id } } }",
    "query ($id: ID!) { projectAggregates(filter: { id: { eq: $id } }) { count totalInvestment { sum } } }",
    "query ($id: ID!) { reports(filter: { project: { id: { eq: $id } } }) { totalCount } }",
    'query ($id: ID!) { report(project: $id, month: "2023-01") { invested } }',
    'mutation ($id: ID!) { updateProject(input: { id: $id, name: "x" }) { project { id } problems { code path message } } }',
    'mutation ($id: ID!) { startProject(input: { id: $id, on: "2023-03-01" }) { project { id } problems { code path message } } }',
    "mutation ($id: ID!) { updateProject(input: { id: $id, parent: $id }) { project { id } problems { code path message } } }",
  ])("are answered alike: %s", async (document) => {
    const answers = await Promise.all(
      [foreign, NONE].map(async (id) => {
        const answer = await township.ask(document, { id: `Project:${id}` });
        expect(answer.errors).toBeUndefined();
        return JSON.stringify(answer).replaceAll(id, "…");
      }),
    );
    expect(answers[0]).toBe(answers[1]);
  });

  test("are NOT_FOUND where they are to be changed, and REFERENCE_NOT_FOUND where they are referred to, in the same words", async () => {
    const { project } = await township.query<{ project: { id: string } }>(`{ project(code: "P3") { id } }`);
    const told = await Promise.all(
      [foreign, NONE].map(async (id) => {
        const answer = await township.query<Record<string, { problems: readonly { code: string; message: string }[] }>>(
          `mutation ($id: ID!, $own: ID!) {
             changed: updateProject(input: { id: $id, name: "x" }) { problems { code message } }
             referred: updateProject(input: { id: $own, parent: $id }) { problems { code message } }
           }`,
          { id: `Project:${id}`, own: project.id },
        );
        return JSON.stringify(answer).replaceAll(id, "…");
      }),
    );
    expect(told[0]).toBe(told[1]);
    expect(JSON.parse(told[0]!)).toMatchObject({
      changed: { problems: [{ code: "NOT_FOUND" }] },
      referred: { problems: [{ code: "REFERENCE_NOT_FOUND" }] },
    });
  });
});

describe("a reference to what is not the viewer's", () => {
  test("reads null, also where its column is required, without an error", async () => {
    expect(
      await township.query(
        `{ projects { nodes { code parent { code } } }  blockers(orderBy: [{ summary: ASC }]) { nodes { summary project { code } } } }`,
      ),
    ).toEqual({
      projects: {
        nodes: [
          { code: "P3", parent: null },
          { code: "P4", parent: null },
        ],
      },
      blockers: {
        nodes: [
          { summary: "P1", project: null },
          { summary: "P3", project: { code: "P3" } },
        ],
      },
    });
    expect(await platform.query(`{ blockers(orderBy: [{ summary: ASC }]) { nodes { project { code } } } }`)).toEqual({
      blockers: { nodes: [{ project: { code: "P1" } }, { project: { code: "P3" } }] },
    });
  });

  test("is missing to a filter", async () => {
    const count = async (filter: string): Promise<number> => {
      const { projects } = await township.query<{ projects: { totalCount: number } }>(`{ projects(filter: ${filter}) { totalCount } }`);
      return projects.totalCount;
    };
    expect(await count(`{ parent: { code: { eq: "P1" } } }`)).toBe(0);
    expect(await count(`{ parent: { isNull: true } }`)).toBe(2);
    expect(await count(`{ parent: { isNull: false } }`)).toBe(0);
    expect(await count(`{ parent: { totalInvestment: { gt: "0" } } }`)).toBe(0);
  });

  test("comes last in an order, as what is missing does", async () => {
    for (const direction of ["ASC", "DESC"]) {
      const { blockers } = await township.query<{ blockers: { nodes: readonly { summary: string }[] } }>(
        `{ blockers(orderBy: [{ project: { code: ${direction} } }]) { nodes { summary } } }`,
      );
      expect(blockers.nodes.map(({ summary }) => summary)).toEqual(["P3", "P1"]);
    }
  });

  test("is in the group of what is missing", async () => {
    expect(await township.query(`{ projectAggregates(groupBy: [{ dimension: PARENT }]) { key { parent { code } } count } }`)).toEqual({
      projectAggregates: [{ key: { parent: null }, count: 2 }],
    });
  });
});

test("counts and figures are over what is the viewer's", async () => {
  expect(
    await township.query(
      `{ projects { totalCount } projectAggregates { count totalInvestment { sum } } unit(code: "A") { responsibleProjects { totalCount nodes { code } } } }`,
    ),
  ).toEqual({
    projects: { totalCount: 2 },
    projectAggregates: [{ count: 2, totalInvestment: { sum: "80000" } }],
    unit: { responsibleProjects: { totalCount: 1, nodes: [{ code: "P4" }] } },
  });
});
