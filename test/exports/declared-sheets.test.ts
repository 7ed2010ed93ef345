import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { readXlsx } from "hucre/xlsx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { countyFigures } from "@xianmai/plugin-county-figures";
import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";

const plugins = [organization, projects, countyFigures];
const sheets = plugins.flatMap((plugin) => plugin.sheets.map(({ name }) => name));

let platform: TestPlatform;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins, demo: true });
});
afterAll(async () => platform[Symbol.asyncDispose]());

interface Had {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

async function have(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Had> {
  const response = await fetch(`${platform.url}/export/${path}`, { headers });
  return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** The rows of the first worksheet. */
async function rowsOf({ bytes }: Pick<Had, "bytes">): Promise<string[][]> {
  const { sheets: worksheets } = await readXlsx(bytes);
  return worksheets[0]!.rows.map((row) => row.map((cell) => (cell instanceof Date ? cell.toISOString() : String(cell ?? ""))));
}

/** What stands below a header. */
function column(rows: readonly (readonly string[])[], header: string): string[] {
  const top = rows.findIndex((row) => row.includes(header));
  return rows.slice(top + 1).map((row) => row[rows[top]!.indexOf(header)]!);
}

const text = ({ bytes }: Had): string => new TextDecoder().decode(bytes);

describe("GET /export/<sheet>.xlsx", () => {
  test.each(sheets)("%s can be imported again, and changes nothing", async (sheet) => {
    const { status, bytes } = await have(`${sheet}.xlsx`);
    expect(status).toBe(200);
    const outcome = await platform.import(sheet, { name: `${sheet}.xlsx`, bytes }, { dryRun: true });
    expect(outcome).toMatchObject({ added: 0, changed: [], problems: [], created: [], ignored: [] });
    expect(outcome.rows).toBe(outcome.unchanged);
    expect(outcome.rows).toBeGreaterThan(0);
  });

  test("is a file with the title as its name, which no cache keeps", async () => {
    const { headers } = await have("projects.xlsx");
    expect(headers.get("content-type")).toBe("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    const named = headers.get("content-disposition") ?? "";
    expect(named).toMatch(/^attachment; /);
    expect(decodeURIComponent(named)).toContain("filename*=UTF-8''蔚县重点项目任务分解表.xlsx");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("has the rows in the order of the list, says of when they are and that they are invented, and sums what has a sum", async () => {
    const rows = await rowsOf(await have("projects.xlsx"));
    const { projects: list } = await platform.query<{ projects: { nodes: { code: string }[] } }>(
      "{ projects(first: 1000) { nodes { code } } }",
    );
    expect(column(rows, "项目编号")).toEqual([...list.nodes.map(({ code }) => code), "合计"]);
    expect(rows[0]![0]).toBe("蔚县重点项目任务分解表");
    expect(rows[1]![0]).toBe("数据截止：2023年11月20日 09:00");
    expect(rows[2]![0]).toContain("演示数据");
    const { sum } = (
      await platform.query<{ a: [{ totalInvestment: { sum: string } }] }>("{ a: projectAggregates { totalInvestment { sum } } }")
    ).a[0].totalInvestment;
    expect(Number(column(rows, "总投资").at(-1)!)).toBe(Number(sum));
  });

  test("has the rows that whoever asks may see, and no other", async () => {
    const township = await have("projects.xlsx", { "x-xianmai-viewer": "role=township; units=130726100" });
    const { projects: list } = await platform
      .as("role=township; units=130726100")
      .query<{ projects: { nodes: { code: string }[] } }>("{ projects(first: 1000) { nodes { code } } }");
    expect(column(await rowsOf(township), "项目编号")).toEqual([...list.nodes.map(({ code }) => code), "合计"]);
    expect(list.nodes.length).toBeGreaterThan(0);
    expect(list.nodes.length).toBeLessThan(146);
  });

  test("has the rows that a filter of the API leaves, says so, and can be imported again", async () => {
    const filter = JSON.stringify({ nature: { eq: "CONTINUING" }, township: { code: { eq: "130726100" } } });
    const had = await have(`projects.xlsx?filter=${encodeURIComponent(filter)}`);
    const { projects: list } = await platform.query<{ projects: { nodes: { code: string }[] } }>(
      "query ($filter: ProjectFilter) { projects(filter: $filter, first: 1000) { nodes { code } } }",
      { filter: JSON.parse(filter) as object },
    );
    const rows = await rowsOf(had);
    expect(column(rows, "项目编号")).toEqual([...list.nodes.map(({ code }) => code), "合计"]);
    expect(list.nodes.length).toBeGreaterThan(0);
    expect(rows.map(([first]) => first)).toContain("按条件筛选，不是全部记录。");
    const outcome = await platform.import("projects", { name: "some.xlsx", bytes: had.bytes }, { dryRun: true });
    expect(outcome).toMatchObject({ rows: list.nodes.length, unchanged: list.nodes.length, problems: [] });
  });

  test("asked as of a time has the rows as they were", async () => {
    await using other = await createTestPlatform({ plugins, demo: true });
    const url = `${other.url}/export/units.xlsx`;
    const [before] = await other.sql<{ at: Date }>("select max(at) as at from xm.moment");
    await other.sql("update app.unit set name = '改名镇' where code = '130726100'");
    const names = async (asOf: string): Promise<string[]> =>
      column(await rowsOf({ bytes: new Uint8Array(await (await fetch(`${url}${asOf}`)).arrayBuffer()) }), "单位名称");
    expect(await names("")).toContain("改名镇");
    expect(await names(`?asOf=${before!.at.toISOString()}`)).not.toContain("改名镇");
  });

  test.each([
    ["nothing.xlsx", 404, /没有名为 nothing 的表。可用的表：.*projects（重点项目任务分解表）/],
    ["projects.xlsx?asOf=yesterday", 400, /“yesterday”不是时点。请写日期，如 2023-06-30/],
    ["projects.xlsx?asOf=2031-01-01", 400, /2031/],
    ["projects.xlsx?filter=nature", 400, /条件 nature 无法使用：JSON。请按接口的 filter 写成 JSON/],
    ['projects.xlsx?filter={"colour":{"eq":"red"}}', 400, /条件 \{"colour".*无法使用：.*colour/],
  ])("that cannot be had says why, and what to do: %s", async (path, status, message) => {
    const answer = await have(path);
    expect(answer.status).toBe(status);
    expect(text(answer)).toMatch(message);
  });

  test("is refused to the page of another site, and by another method", async () => {
    expect((await have("projects.xlsx", { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await fetch(`${platform.url}/export/projects.xlsx`, { method: "POST" })).status).toBe(405);
  });
});
