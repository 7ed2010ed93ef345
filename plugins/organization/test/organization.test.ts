import { readFile } from "node:fs/promises";
import { writeXlsx, type CellValue } from "hucre/xlsx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { definePlugin, dictionary } from "@xianmai/plugin-api";
import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform, withMigrations, type TestFile, type TestPlatform } from "@xianmai/testing";

/** A plugin of a test: it brings a dictionary and nothing else. */
const requests = definePlugin({
  name: "requests",
  version: "1.0.0",
  label: { zh: "诉求", en: "Requests" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  dictionaries: [
    dictionary(
      "request-kind",
      { zh: "诉求类别", en: "Kinds of requests" },
      { land: { zh: "用地", en: "Land" }, funds: { zh: "融资", en: "Funds" } },
    ),
  ],
});

const table = async (rows: CellValue[][]): Promise<TestFile> => ({
  name: "表.xlsx",
  bytes: await writeXlsx({ sheets: [{ name: "表", rows }] }),
});

const demoFile = async (sheet: string): Promise<TestFile> => ({
  name: `${sheet}.xlsx`,
  bytes: await readFile(organization.demo!.sheets.find((found) => found.sheet === sheet)!.file),
});

test("the committed migrations are all that the declarations ask for", () => {
  expect(withMigrations([organization])).toEqual([organization]);
});

describe("organization by itself", () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await createTestPlatform({ plugins: [organization, requests], demo: true });
  });
  afterAll(async () => platform[Symbol.asyncDispose]());

  test("names nothing of projects in its schema", async () => {
    const { __schema } = await platform.query<{ __schema: { types: { name: string; fields: { name: string }[] | null }[] } }>(
      "{ __schema { types { name fields { name } } } }",
    );
    const names = __schema.types.flatMap(({ name, fields }) => [name, ...(fields ?? []).map((field) => field.name)]);
    expect(names.filter((name) => /project/i.test(name))).toEqual([]);
  });

  test("shows the county as a tree with its 22 townships below it", async () => {
    const { unit } = await platform.query<{ unit: object }>(
      `{ unit(code: "130726") { name kind parent { name } children(filter: { kind: { eq: TOWNSHIP } }, first: 2) { totalCount nodes { code name } } } }`,
    );
    expect(unit).toEqual({
      name: "蔚县",
      kind: "COUNTY",
      parent: null,
      children: {
        totalCount: 22,
        nodes: [
          { code: "130726100", name: "蔚州镇" },
          { code: "130726101", name: "代王城镇" },
        ],
      },
    });
  });

  test("lists units in the order in which the county lists them", async () => {
    const { units } = await platform.query<{ units: { nodes: { position: number }[] } }>("{ units { nodes { position } } }");
    expect(units.nodes.map(({ position }) => position)).toEqual(units.nodes.map((_, at) => at + 1));
  });

  test("tells county leaders from other officials, and lists a unit's officials", async () => {
    const { officials, unit } = await platform.query<{ officials: { totalCount: number }; unit: object }>(
      `{ officials(filter: { rank: { eq: COUNTY_LEVEL } }) { totalCount } unit(code: "130726-FGJ") { officials { nodes { title rank } } } }`,
    );
    expect(officials.totalCount).toBe(14);
    expect(unit).toEqual({ officials: { nodes: [{ title: "局长", rank: "OTHER" }] } });
  });

  test("an entry of a dictionary is labelled in the language of the request", async () => {
    const asked = `{ dictionary(code: "request-kind") { zh entries { nodes { code label } } } }`;
    const labels = async (language: string): Promise<unknown> =>
      (await platform.ask<{ dictionary: unknown }>(asked, {}, { "accept-language": language })).data?.dictionary;
    expect(await labels("zh-CN")).toEqual({
      zh: "诉求类别",
      entries: {
        nodes: [
          { code: "land", label: "用地" },
          { code: "funds", label: "融资" },
        ],
      },
    });
    expect(await labels("en")).toMatchObject({ entries: { nodes: [{ label: "Land" }, { label: "Funds" }] } });
  });
});

describe("the sheets of organization", () => {
  test("the same lists imported twice change nothing", async () => {
    await using platform = await createTestPlatform({ plugins: [organization], demo: true });
    expect(await platform.import("units", await demoFile("units"))).toMatchObject({
      rows: 53,
      added: 0,
      changed: [],
      unchanged: 53,
      problems: [],
    });
    expect(await platform.import("officials", await demoFile("officials"))).toMatchObject({
      rows: 36,
      added: 0,
      changed: [],
      unchanged: 36,
    });
  });

  test("an official's unit may be written by a former name, and the columns as another office calls them", async () => {
    await using platform = await createTestPlatform({ plugins: [organization], demo: true });
    const file = await table([
      ["编号", "干部姓名", "现任职务", "职级", "工作单位"],
      ["GB900", "甲某某", "副局长", "副科级", "卫计局"],
      ["GB901", "乙某某", "副县长", "副县级", "县政府"],
    ]);
    expect(await platform.import("officials", file)).toMatchObject({ added: 2, problems: [], applied: true });
    const { officials } = await platform.query<{ officials: unknown }>(
      `{ officials(filter: { code: { in: ["GB900", "GB901"] } }) { nodes { name rank unit { name } } } }`,
    );
    expect(officials).toEqual({
      nodes: [
        { name: "甲某某", rank: "OTHER", unit: { name: "卫生健康局" } },
        { name: "乙某某", rank: "COUNTY_LEVEL", unit: { name: "蔚县" } },
      ],
    });
  });

  test("a unit that no list names is reported with its cell, and nothing is imported", async () => {
    await using platform = await createTestPlatform({ plugins: [organization], demo: true });
    const file = await table([
      ["干部编号", "姓名", "级别", "所在单位"],
      ["GB900", "甲某某", "正科级", "住建局"],
      ["GB901", "乙某某", "正科级", "无此局"],
    ]);
    const outcome = await platform.import("officials", file);
    expect(outcome.problems).toMatchObject([{ row: 3, column: "所在单位", cell: "D3", value: "无此局" }]);
    expect(outcome.applied).toBe(false);
    expect(await platform.sql("select 1 from official where code = 'GB900'")).toEqual([]);
  });

  test("a county begins with a list of its own units, in which the tree is given by names", async () => {
    await using platform = await createTestPlatform({ plugins: [organization] });
    const file = await table([
      ["某县单位名录", null, null, null, null],
      ["序号", "代码", "单位", "类型", "隶属单位"],
      [1, "990101", "某县", "县", null],
      [2, "990101-01", "某局", "部门", "某县"],
      [3, "990101001", "某镇", "镇", "某县"],
    ]);
    expect(await platform.import("units", file)).toMatchObject({ added: 3, problems: [] });
    const { unit } = await platform.query<{ unit: unknown }>(`{ unit(code: "990101") { children { nodes { name kind } } } }`);
    expect(unit).toEqual({
      children: {
        nodes: [
          { name: "某局", kind: "DEPARTMENT" },
          { name: "某镇", kind: "TOWNSHIP" },
        ],
      },
    });
  });
});
