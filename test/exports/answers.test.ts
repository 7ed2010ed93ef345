import { countyFigures } from "@xianmai/plugin-county-figures";
import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { seen, type SeenSheet } from "./support.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

let platform: TestPlatform;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [organization, projects, countyFigures], demo: true });
});
afterAll(async () => platform[Symbol.asyncDispose]());

async function post(query: string, headers: Readonly<Record<string, string>> = {}, variables: object = {}): Promise<Response> {
  return fetch(`${platform.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: XLSX, ...headers },
    body: JSON.stringify({ query, variables }),
  });
}

async function workbook(
  query: string,
  headers: Readonly<Record<string, string>> = {},
  variables: object = {},
): Promise<readonly SeenSheet[]> {
  const response = await post(query, headers, variables);
  if (response.status !== 200) throw new Error(await response.text());
  return seen(new Uint8Array(await response.arrayBuffer()));
}

async function refusal(
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; code: string; message: string }> {
  const response = await post(query, headers);
  const { errors } = (await response.json()) as { errors: [{ message: string; extensions: { code: string } }] };
  return { status: response.status, code: errors[0].extensions.code, message: errors[0].message };
}

/** The rows below the header, which ends with the row that has a text. */
function below({ rows }: SeenSheet, header: string): readonly (readonly string[])[] {
  const top = rows.findIndex((row) => row.includes(header));
  if (top < 0) throw new Error(`No row has “${header}”: ${JSON.stringify(rows.slice(0, 6))}`);
  return rows.slice(top + 1);
}

describe("a query that is asked for as a workbook", () => {
  test("is a file named by its operation, with a worksheet for each root field", async () => {
    const response = await post("query Review { projects { nodes { code } } }");
    expect(response.headers.get("content-type")).toBe(XLSX);
    expect(response.headers.get("content-disposition")).toBe("attachment; filename=Review.xlsx");
    const sheets = await workbook(
      "{ projects(first: 2) { nodes { code } } byField: projectAggregates(groupBy: [{ dimension: FIELD }]) { key { field } count } }",
    );
    expect(sheets.map(({ name }) => name)).toEqual(["重点项目", "重点项目汇总（byField）"]);
  });

  test("has the whole list where it says neither first nor last, the page where it does", async () => {
    const { projects: list } = await platform.query<{ projects: { totalCount: number; nodes: { code: string }[] } }>(
      "{ projects(first: 1000) { totalCount nodes { code } } }",
    );
    expect(list.totalCount).toBeGreaterThan(100);
    const [whole] = await workbook("{ projects { totalCount nodes { code } } }");
    expect(below(whole!, "项目编号").map(([code]) => code)).toEqual(list.nodes.map(({ code }) => code));
    const [some] = await workbook("query($n: Int) { projects(first: $n) { edges { cursor node { code } } } }", {}, { n: 3 });
    expect(below(some!, "项目编号").map(([code]) => code)).toEqual(list.nodes.slice(0, 3).map(({ code }) => code));
    const [last] = await workbook("{ projects(last: 2) { nodes { code } } }");
    expect(below(last!, "项目编号")).toHaveLength(2);
  });

  test("has objects as groups of columns, under one merged cell; what only names an object is the column itself", async () => {
    const [sheet] = await workbook(`query Q { projects(first: 1) { nodes {
      __typename code name nature field { label } responsibleUnit { name } township { code name } plannedStart totalInvestment } } }`);
    const top = sheet!.rows.findIndex((row) => row.includes("项目编号"));
    expect(sheet!.rows[0]![0]).toBe("蔚县重点项目");
    expect(sheet!.rows[1]![0]).toBe("数据截止：2023年11月20日 09:00");
    expect(sheet!.rows[1]).toContain("单位：万元");
    expect(sheet!.rows[2]![0]).toContain("演示数据");
    expect(sheet!.rows.slice(top, top + 2)).toEqual([
      ["项目编号", "项目名称", "建设性质", "项目领域", "责任单位", "建设地点", "", "计划开工时间", "总投资"],
      ["", "", "", "", "", "单位代码", "单位名称", "", ""],
    ]);
    expect(sheet!.merged).toContain(`F${top + 1}:G${top + 1}`);
    expect(sheet!.merged).toContain(`A${top + 1}:A${top + 2}`);
    expect(sheet!.rows[top + 2]![2]).toBe("新开工");
    expect(sheet!.rows[top + 2]![3]).toBe("新能源");
  });

  test("is in English for whoever prefers it", async () => {
    const [sheet] = await workbook("{ projects(first: 1) { nodes { code nature totalInvestment } } }", { "accept-language": "en" });
    expect(sheet!.name).toBe("Key project");
    expect(below(sheet!, "As of 2023-11-20 09:00")[1]).toEqual(["Code", "Nature", "Total investment"]);
    expect(below(sheet!, "Code")[0]![1]).toBe("New start");
  });

  test("has sums and groups by their keys, with a row of totals", async () => {
    const [sheet] = await workbook(
      "{ projectAggregates(groupBy: [{ dimension: FIELD }]) { key { field } count totalInvestment { sum max } } }",
    );
    const rows = below(sheet!, "最大");
    expect(sheet!.rows.find((row) => row.includes("项目领域"))).toEqual(["项目领域", "记录数", "总投资", ""]);
    const { groups, all } = await platform.query<Record<"groups" | "all", { count: number; totalInvestment: { sum: string } }[]>>(
      "{ groups: projectAggregates(groupBy: [{ dimension: FIELD }]) { count } all: projectAggregates { count totalInvestment { sum } } }",
    );
    expect(rows).toHaveLength(groups.length + 1);
    expect(rows.at(-1)).toEqual(["合计", String(all[0]!.count), String(Number(all[0]!.totalInvestment.sum)), ""]);
    expect([...sheet!.formulas.values()]).toEqual([
      expect.stringMatching(/^SUM\(B\d+:B\d+\)$/),
      expect.stringMatching(/^SUM\(C\d+:C\d+\)$/),
    ]);
  });

  test("sums a list only so that nothing is counted twice: without parts, or where it is told what they are part of", async () => {
    const sums = async (query: string): Promise<readonly string[]> => {
      const [sheet] = await workbook(`{ projects${query} }`);
      return [...sheet!.formulas.values()].map((formula) => formula.replaceAll(/\d+/g, "")).concat(below(sheet!, "总投资").at(-1)![0]!);
    };
    const [part, whole] = (
      await platform.query<{ projects: { nodes: { id: string; code: string }[] } }>("{ projects(first: 2) { nodes { id code } } }")
    ).projects.nodes;
    await platform.sql("update app.project set parent_id = (select id from app.project where code = $2) where code = $1", [
      part!.code,
      whole!.code,
    ]);
    expect(await sums(" { nodes { code totalInvestment } }")).toEqual([expect.stringMatching(/^YX/)]);
    expect(await sums("(filter: { parent: { isNull: true } }) { nodes { code totalInvestment } }")).toEqual(["SUM(B:B)", "合计"]);
    expect(await sums(" { nodes { code parent { name } totalInvestment } }")).toEqual(['SUMIF(B:B,"=",C:C)', "合计（下级不重复计）"]);
    await platform.sql("update app.project set parent_id = null where code = $1", [part!.code]);
  });

  test("has a list inside a row as rows of their own, with the row repeated beside them and not summed", async () => {
    const { units } = await platform.query<{ units: { nodes: { name: string; responsibleProjects: { nodes: { code: string }[] } }[] } }>(
      "{ units { nodes { name responsibleProjects { nodes { code } } } } }",
    );
    const [sheet] = await workbook("{ units { nodes { name responsibleProjects { nodes { code totalInvestment } } } } }");
    const expected = units.nodes.flatMap(({ name, responsibleProjects: { nodes } }) =>
      nodes.length === 0 ? [[name, ""]] : nodes.map(({ code }) => [name, code]),
    );
    expect(below(sheet!, "项目编号").map(([name, code]) => [name, code])).toEqual(expected);
  });

  test("has a metric by its parts, under the metric's own name", async () => {
    const { name, label } = projects.metrics[0]!;
    const query = `{ metric(name: "${name}") { value unit byDimension(dimension: "field") { label value } } }`;
    const [sheet] = await workbook(query);
    expect(sheet!.name).toBe(label.zh);
    const { metric } = await platform.query<{ metric: { unit: string; value: string; byDimension: { label: string; value: string }[] } }>(
      query,
    );
    expect(below(sheet!, "维度值的名称")).toEqual(
      metric.byDimension.map((part) =>
        [metric.value, metric.unit, part.label, part.value].map((text, at) => (at === 1 || at === 2 ? text : String(Number(text)))),
      ),
    );
  });

  test("has the rows that whoever asks may see, as of the time that they name", async () => {
    const viewer = { "x-xianmai-viewer": "role=township; units=130726100" };
    const [sheet] = await workbook("{ projects { nodes { code } } }", viewer);
    const { projects: list } = await platform
      .as(viewer["x-xianmai-viewer"])
      .query<{ projects: { totalCount: number } }>("{ projects { totalCount } }");
    expect(below(sheet!, "项目编号")).toHaveLength(list.totalCount);
    const [moment] = await platform.sql<{ at: Date }>("select max(at) as at from xm.moment");
    const [past] = await workbook("query($at: DateTime) @asOf(at: $at) { units { nodes { name } } }", {}, { at: moment!.at.toISOString() });
    expect(past!.rows[1]![0]).toMatch(/^数据截止：2023年11月20日/);
    expect(below(past!, "单位名称").length).toBeGreaterThan(50);
  });

  test("is of one state of the county, however many pages it takes while others write", async () => {
    const insert =
      "insert into app.official (code, name, title, rank, unit_id) select $1 || n, '某某', '干部', 'OTHER', u.id from generate_series(1, $2::int) n, (select id from app.unit limit 1) u";
    await platform.sql(insert, ["many-", 2500]);
    let writing = true;
    const writer = (async () => {
      for (let at = 0; writing; at += 1) await platform.sql(insert, [`more-${at}-`, 3]);
    })();
    try {
      const [first, list, last] = await workbook(
        "{ first: officialAggregates { count } officials { nodes { code } } last: officialAggregates { count } }",
      );
      const codes = below(list!, "干部编号").map(([code]) => code);
      const counts = [first, last].map((sheet) => Number(below(sheet!, "记录数")[0]![0]));
      expect(counts).toEqual([codes.length, codes.length]);
      expect(codes.length).toBeGreaterThan(2500);
      // by code points, as the list sorts
      expect(codes).toEqual(codes.toSorted((one, other) => (one! < other! ? -1 : 1)));
    } finally {
      writing = false;
      await writer;
    }
  });

  test("that cannot be one says why, as over JSON", async () => {
    expect(await refusal("{ units { nodes { sitedProjects { nodes { code } } responsibleProjects { nodes { code } } } } }")).toMatchObject({
      status: 400,
      code: "EXPORT_LISTS_BESIDE",
      message: expect.stringContaining("列表 sitedProjects 与 responsibleProjects 并列") as string,
    });
    expect(await refusal("mutation { __typename }")).toMatchObject({ status: 400, code: "EXPORT_QUERY_ONLY" });
    expect(await refusal("{ projects { totalCount } }")).toMatchObject({ status: 400, code: "EXPORT_NO_COLUMNS" });
    expect(await refusal("{ nothing }")).toMatchObject({ status: 400, code: "GRAPHQL_VALIDATION_FAILED" });
    expect(await refusal("{ projects(first: 100000) { nodes { code } } }")).toMatchObject({ status: 400 });
  });

  test("is JSON where JSON is as welcome", async () => {
    const response = await post("{ projects { totalCount } }", { accept: `application/json, ${XLSX}` });
    expect(response.headers.get("content-type")).toContain("application/json");
  });
});
