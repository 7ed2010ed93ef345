import { countyViewer } from "@xianmai/plugin-api";
import { parse } from "graphql";
import { describe, expect, test } from "vitest";

import { CLOCK, openCounty } from "./county/platform.ts";
import { add, entryId } from "./county/rows.ts";

async function small() {
  const county = await openCounty();
  const { owner } = county;
  const [a, b] = await add(owner, "Unit", [
    { code: "A", name: "发改局", kind: "DEPARTMENT", position: 2 },
    { code: "B", name: "蔚州镇", kind: "TOWNSHIP", position: 1, aliases: ['说"引号"', "a,b"] },
  ]);
  const energy = await entryId(owner, "project-field", "new-energy");
  const projects = await add(owner, "Project", [
    {
      code: "P1",
      name: "光伏",
      responsibleUnitId: a,
      townshipId: b,
      fieldId: energy,
      totalInvestment: 12_345_678n,
      startDeadline: "2023-03-31",
      tags: ["x"],
      checkedAt: "2023-11-20T01:00:00.000Z",
      area: "12.50",
      batch: 1,
    },
    { code: "P2", name: "古城", responsibleUnitId: a, batch: 2, urgent: true, totalInvestment: 1_000_000n },
    { code: "P3", name: "子项", responsibleUnitId: b, batch: 2 },
  ]);
  await owner.query("update app.project set parent_id = $1 where code = 'P3'", [projects[0]]);
  await add(owner, "Report", [
    { projectId: projects[0], month: "2023-02", invested: 5_000_000n },
    { projectId: projects[0], month: "2023-01", invested: 3_000_000n },
    { projectId: projects[1], month: "2023-01", invested: 1n },
  ]);
  return { ...county, units: { a, b }, projects };
}

describe("a list", () => {
  test("shows every kind of column as the conventions say", async () => {
    const { ask, projects } = await small();
    const { data, errors } = await ask(`{ projects(first: 1) { totalCount pageInfo { hasNextPage hasPreviousPage } nodes {
      __typename id code name nature stage field { code label } responsibleUnit { id code name aliases kind } township { name aliases } leader { name } parent { code }
      batch totalInvestment share area startDeadline planMonth checkedAt urgent tags half
      subprojects { totalCount nodes { code parent { code } } } reports(last: 1) { nodes { month invested } pageInfo { hasPreviousPage } } } } }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      projects: {
        totalCount: 3,
        pageInfo: { hasNextPage: true, hasPreviousPage: false },
        nodes: [
          {
            __typename: "Project",
            id: `Project:${projects[0]!}`,
            code: "P1",
            name: "光伏",
            nature: "NEW_START",
            stage: "RESERVED",
            field: { code: "new-energy", label: "New energy" },
            responsibleUnit: { id: expect.stringMatching(/^Unit:/) as string, code: "A", name: "发改局", aliases: [], kind: "DEPARTMENT" },
            township: { name: "蔚州镇", aliases: ['说"引号"', "a,b"] },
            leader: null,
            parent: null,
            batch: 1,
            totalInvestment: "12.345678",
            share: null,
            area: "12.5",
            startDeadline: "2023-03-31",
            planMonth: null,
            checkedAt: "2023-11-20T09:00:00.000+08:00",
            urgent: false,
            tags: ["x"],
            half: "6.172839",
            subprojects: { totalCount: 1, nodes: [{ code: "P3", parent: { code: "P1" } }] },
            reports: { nodes: [{ month: "2023-02", invested: "5" }], pageInfo: { hasPreviousPage: true } },
          },
        ],
      },
    });
  });
});

test("what directives leave nothing of is an empty object, at every level", async () => {
  const { ask } = await small();
  const { data } = await ask(
    `query($no: Boolean!) { a: projects { nodes @include(if: $no) { id } } b: projects(first: 1) { pageInfo { hasNextPage @include(if: $no) } edges { cursor @include(if: $no) }
      nodes { code @include(if: $no) responsibleUnit { id @include(if: $no) } reports { totalCount @include(if: $no) } } }
      c: projectAggregates { count @include(if: $no) batch { sum @include(if: $no) } } d: units @include(if: $no) { totalCount } }`,
    { variables: { no: false } },
  );
  expect(data).toEqual({
    a: {},
    b: { pageInfo: {}, edges: [{}], nodes: [{ responsibleUnit: {}, reports: {} }] },
    c: [{ batch: {} }],
  });
});

describe("one row", () => {
  test("is found by its id, by its natural key, or by both where they agree", async () => {
    const { ask, projects, owner } = await small();
    const { rows } = await owner.query<{ id: string }>("select id from app.dictionary where code = 'project-field'");
    const { data, errors } = await ask(
      `query($id: ID!, $dictionary: ID!) {
        a: project(id: $id) { code } b: project(code: "P2") { code } c: project(id: $id, code: "P1") { code } d: project(id: $id, code: "P2") { code } e: project(code: "none") { code }
        report(project: $id, month: "2023-02") { invested } dictionaryEntry(dictionary: $dictionary, code: "ecology") { zh dictionary { code } }
        node(id: $id) { __typename id ... on Project { name } }
      }`,
      { variables: { id: `Project:${projects[0]!}`, dictionary: `Dictionary:${rows[0]!.id}` } },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      a: { code: "P1" },
      b: { code: "P2" },
      c: { code: "P1" },
      d: null,
      e: null,
      report: { invested: "5" },
      dictionaryEntry: { zh: "生态", dictionary: { code: "project-field" } },
      node: { __typename: "Project", id: `Project:${projects[0]!}`, name: "光伏" },
    });
  });
});

describe("aggregates", () => {
  test("group by dictionaries, references and quarters, in their own order, with exact figures", async () => {
    const { ask } = await small();
    const { data, errors } = await ask(`{
      all: projectAggregates { count totalInvestment { sum avg min max } batch { sum avg min max } }
      by: projectAggregates(filter: { parent: { isNull: true } }, groupBy: [{ dimension: FIELD }, { dimension: START_DEADLINE, by: QUARTER }, { dimension: TOWNSHIP }]) {
        key { field startDeadline township { code name } nature } count totalInvestment { sum }
      }
      none: projectAggregates(filter: { code: { eq: "x" } }) { count totalInvestment { sum avg } }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      all: [
        {
          count: 3,
          totalInvestment: { sum: "13.345678", avg: "6.672839", min: "1", max: "12.345678" },
          batch: { sum: "5", avg: "1.666667", min: 1, max: 2 },
        },
      ],
      by: [
        {
          key: { field: "new-energy", startDeadline: "2023-Q1", township: { code: "B", name: "蔚州镇" }, nature: null },
          count: 1,
          totalInvestment: { sum: "12.345678" },
        },
        { key: { field: null, startDeadline: null, township: null, nature: null }, count: 1, totalInvestment: { sum: "1" } },
      ],
      none: [{ count: 0, totalInvestment: { sum: null, avg: null } }],
    });
  });
});

test("a reading that nobody waits for any more ends, with an error and no answer", async () => {
  const { executor } = await small();
  const signal = AbortSignal.abort();
  const result = await executor.execute({
    document: parse("{ projects { totalCount } }"),
    context: { viewer: countyViewer, clock: CLOCK, language: "en", signal },
  });
  expect(result).toMatchObject({ data: null, errors: [{ path: ["projects"] }] });
});
