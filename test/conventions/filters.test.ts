import type { TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { smallCounty } from "./support/county.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await smallCounty();
});
afterAll(async () => platform[Symbol.asyncDispose]());

async function codes(filter: string): Promise<readonly string[]> {
  const { projects } = await platform.query<{ projects: { nodes: readonly { code: string }[] } }>(
    `{ projects(filter: ${filter}) { nodes { code } } }`,
  );
  return projects.nodes.map(({ code }) => code);
}

const ALL = ["P1", "P2", "P3", "P4", "P5", "P6"];

describe("an operand that is left out is no condition", () => {
  test.each([
    ["in the value of a condition", "query ($x: String) { projects(filter: { code: { eq: $x } }) { totalCount } }"],
    ["in one of what is referred to", "query ($x: String) { projects(filter: { responsibleUnit: { code: { eq: $x } } }) { totalCount } }"],
    [
      "in one of the rows that refer to it",
      'query ($x: YearMonth) { projects(filter: { reports: { none: { month: { eq: $x } } }, code: { eq: "P6" } }) { totalCount } }',
    ],
    ["in a list", "query ($x: [ProjectStage!]) { projects(filter: { stage: { in: $x } }) { totalCount } }"],
    ["as a whole filter", "query ($x: ProjectFilter) { projects(filter: $x) { totalCount } }"],
  ])("%s", async (_where, document) => {
    const { projects } = await platform.query<{ projects: { totalCount: number } }>(document);
    expect(projects.totalCount).toBe(document.includes("P6") ? 1 : 6);
  });

  test("an empty condition is none", async () => {
    expect(await codes("{}")).toEqual(ALL);
    expect(await codes("{ code: {} }")).toEqual(ALL);
    expect(await codes("{ and: [] }")).toEqual(ALL);
  });
});

describe("an operand of null is an error that names isNull and the place", () => {
  test.each([
    ["{ projects(filter: { code: { eq: null } }) { totalCount } }", "filter.code.eq"],
    ["query ($x: String) { projects(filter: { or: [{ code: { eq: $x } }] }) { totalCount } }", "filter.or[0].code.eq"],
    ["query ($x: Decimal) { projectAggregates(filter: { totalInvestment: { gt: $x } }) { count } }", "filter.totalInvestment.gt"],
    ["{ projects(filter: { parent: null }) { totalCount } }", "filter.parent"],
    ["query ($x: YearMonth) { projects { nodes { reports(filter: { month: { lte: $x } }) { totalCount } } } }", "filter.month.lte"],
  ])("%s", async (document, place) => {
    const { errors } = await platform.ask(document, { x: null }, { "accept-language": "en" });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    expect(errors![0]!.message).toContain("isNull");
    expect(errors![0]!.message).toContain(place);
  });
});

describe("conditions", () => {
  test.each([
    ["hold together where several are given", `{ nature: { eq: NEW_START }, stage: { eq: RESERVED } }`, ["P1", "P6"]],
    [
      "hold together with or, which one of its own fulfils",
      `{ nature: { eq: NEW_START }, or: [{ stage: { eq: STARTED } }, { code: { eq: "P6" } }] }`,
      ["P3", "P6"],
    ],
    ["are turned round by not", `{ not: { stage: { in: [RESERVED, STARTED] } } }`, ["P4", "P5"]],
    ["ask for what is missing by isNull", `{ totalInvestment: { isNull: true } }`, ["P3"]],
    ["ask for what is there by isNull: false", `{ parent: { isNull: false } }`, ["P4"]],
    ["ne asks for another value, not for none", `{ startDeadline: { ne: "2023-03-01" } }`, ["P1", "P3", "P4"]],
    ["compare amounts as numbers", `{ totalInvestment: { gte: "1200.50", lt: "60000.000001" } }`, ["P1", "P2"]],
    ["compare dates", `{ startDeadline: { gt: "2023-03-01", lte: "2023-05-31" } }`, ["P3", "P4"]],
    ["take a dictionary's entry by its code", `{ field: { eq: "ecology" } }`, ["P3", "P4", "P6"]],
    ["take several of its codes", `{ field: { in: ["livelihood", "new-energy"] } }`, ["P1", "P2", "P5"]],
    ["look at what is referred to", `{ township: { kind: { eq: TOWNSHIP }, position: { gt: 2 } } }`, ["P1", "P2", "P5", "P6"]],
    ["look at the rows that refer to it: some", `{ reports: { some: { invested: { gte: "3" } } } }`, ["P1"]],
    ["every", `{ reports: { every: { invested: { lt: "1" } } } }`, ["P2", "P3", "P4", "P5", "P6"]],
    ["none", `{ reports: { none: { month: { eq: "2023-01" } } } }`, ["P3", "P4", "P5", "P6"]],
  ])("%s", async (_what, filter, expected) => {
    expect(await codes(filter)).toEqual(expected);
  });
});
