import { countyFigures } from "@xianmai/plugin-county-figures";
import { createTestPlatform, withMigrations, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [countyFigures], demo: true });
});
afterAll(async () => platform[Symbol.asyncDispose]());

test("the committed migrations are all that the declarations ask for", () => {
  expect(withMigrations([countyFigures])).toEqual([countyFigures]);
});

test("both ten billions stand beside their targets and the year before, by what was published last", async () => {
  const shown = "value unit target { value reached } change(before: YEAR) { before rate }";
  const answer = await platform.query(
    `{ gdp: metric(name: "countyGdp") { ${shown} } investment: metric(name: "countyFixedAssetInvestment") { ${shown} } }`,
  );
  expect(answer).toEqual({
    // of October nothing is published: GDP is a figure of quarters
    gdp: { value: "74.12", unit: "亿元", target: { value: "100", reached: "74.12" }, change: { before: "66.74", rate: "11.06" } },
    investment: { value: "87.52", unit: "亿元", target: { value: "100", reached: "87.52" }, change: { before: "70.28", rate: "24.53" } },
  });
});

test("a figure leads to the report that it was read from, and to its source", async () => {
  const { metric } = await platform.query<{ metric: object }>(
    '{ metric(name: "countyGdp", through: "2023-08") { value rows { totalCount nodes { ... on CountyFigureReport { month source cumulative } } } } }',
  );
  expect(metric).toEqual({
    value: "46.33",
    rows: { totalCount: 1, nodes: [{ month: "2023-06", source: "县统计局6月统计月报（演示）", cumulative: "463300" }] },
  });
});

test("a month is entered by whoever acts for the county, and a second report of a month is refused", async () => {
  const { countyFigures: found } = await platform.query<{ countyFigures: { nodes: { id: string; name: string }[] } }>(
    "{ countyFigures { nodes { id name } } }",
  );
  expect(found.nodes.map(({ name }) => name)).toEqual(["地区生产总值", "固定资产投资"]);
  const input = { figure: found.nodes[1]!.id, month: "2023-11", cumulative: "951000", source: "县统计局月报" };
  const document =
    "mutation ($input: CreateCountyFigureReportInput!) { createCountyFigureReport(input: $input) { countyFigureReport { month } problems { code } } }";
  const create = async (viewer: Pick<TestPlatform, "query">): Promise<unknown> =>
    (await viewer.query<{ createCountyFigureReport: unknown }>(document, { input })).createCountyFigureReport;
  expect(await create(platform.as("role=department"))).toEqual({ countyFigureReport: null, problems: [{ code: "PERMISSION_DENIED" }] });
  expect(await create(platform)).toEqual({ countyFigureReport: { month: "2023-11" }, problems: [] });
  expect(await create(platform)).toMatchObject({ countyFigureReport: null, problems: [{ code: "UNIQUE_TAKEN" }] });
  const { metric } = await platform.query<{ metric: object }>(
    '{ metric(name: "countyFixedAssetInvestment", through: "2023-11") { value } }',
  );
  expect(metric).toEqual({ value: "95.1" });
});
