import type { TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { smallCounty } from "./support/county.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await smallCounty();
});
afterAll(async () => platform[Symbol.asyncDispose]());

interface Created {
  readonly survey: Readonly<Record<string, unknown>> | null;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[]; readonly message: string }[];
}

/** Creates a survey; what came of it, with the fields that were given. */
async function create(number: string, given: Readonly<Record<string, string>>): Promise<Created> {
  const { createSurvey } = await platform.query<{ createSurvey: Created }>(
    `mutation ($input: CreateSurveyInput!) { createSurvey(input: $input) { survey { ${Object.keys(given).join(" ")} } problems { code path message } } }`,
    { input: { number, title: "测评", ...given } },
  );
  return createSurvey;
}

describe("a decimal", () => {
  test.each([
    ["12.50", "12.5"],
    ["0.000", "0"],
    ["-3.10", "-3.1"],
    ["1200", "1200"],
    ["100000000000000000.25", "100000000000000000.25"],
  ])("given as %s is stored exactly and reads %s", async (given, read) => {
    expect(await create(`score ${given}`, { score: given })).toEqual({ survey: { score: read }, problems: [] });
  });
});

describe("an amount of money", () => {
  test.each([
    ["1.500000", "1.5", "1500000"],
    ["0.000001", "0.000001", "1"],
    ["60000", "60000", "60000000000"],
  ])("of %s 万元 reads %s and is %s 分 in the table", async (given, read, fen) => {
    expect(await create(`cost ${given}`, { cost: given })).toEqual({ survey: { cost: read }, problems: [] });
    expect(await platform.sql("select cost::text from survey where number = $1", [`cost ${given}`])).toEqual([{ cost: fen }]);
  });

  test("with more than six decimals is below a 分 and refused where it stands", async () => {
    expect(await create("too fine", { cost: "1.0000001" })).toMatchObject({
      survey: null,
      problems: [{ code: "VALUE_INVALID", path: ["input", "cost"], message: expect.stringContaining("六位小数") as string }],
    });
  });

  test("is summed without an error of rounding", async () => {
    await platform.sql("insert into survey (number, title, cost) select 'sum ' || n, '', 100000 from generate_series(1, 3) n");
    const { surveyAggregates } = await platform.query<{ surveyAggregates: unknown }>(
      `{ surveyAggregates(filter: { number: { in: ["sum 1", "sum 2", "sum 3"] } }) { count cost { sum avg min max } } }`,
    );
    // 0.1 + 0.1 + 0.1, which binary fractions make 0.30000000000000004
    expect(surveyAggregates).toEqual([{ count: 3, cost: { sum: "0.3", avg: "0.1", min: "0.1", max: "0.1" } }]);
  });
});

describe("a time", () => {
  test.each(["2023-11-20T01:00:00Z", "2023-11-20T09:00:00.000+08:00", "2023-11-19T20:00:00-05:00"])(
    "%s reads with three decimals and the county's offset",
    async (given) => {
      const { survey } = await create(`closed ${given}`, { closedAt: given });
      expect(survey).toEqual({ closedAt: "2023-11-20T09:00:00.000+08:00" });
    },
  );

  test("is found by the same moment, however it is written", async () => {
    await platform.sql("insert into survey (number, title, closed_at) values ('moment', '', '2024-02-29 00:00:00.250+08')");
    const { surveys } = await platform.query<{ surveys: unknown }>(
      `{ surveys(filter: { closedAt: { eq: "2024-02-28T16:00:00.25Z" } }) { nodes { number closedAt } } }`,
    );
    expect(surveys).toEqual({ nodes: [{ number: "moment", closedAt: "2024-02-29T00:00:00.250+08:00" }] });
  });

  test("of a month reads YYYY-MM, of a day YYYY-MM-DD; what is no such day is refused", async () => {
    expect(await create("days", { month: "2023-03", heldOn: "2023-03-01" })).toEqual({
      survey: { month: "2023-03", heldOn: "2023-03-01" },
      problems: [],
    });
    const { data, errors } = await platform.ask(`{ surveys(filter: { heldOn: { eq: "2023-02-29" } }) { totalCount } }`);
    expect(data ?? null).toBeNull();
    expect(errors![0]!.message).toContain("2023-02-29");
    const { errors: month } = await platform.ask(`{ surveys(filter: { month: { eq: "2023-13" } }) { totalCount } }`);
    expect(month![0]!.message).toContain("2023-13");
  });
});

describe("the key of a group", () => {
  const keys = async (dimension: string, by?: string): Promise<readonly unknown[]> => {
    const field = dimension === "START_DEADLINE" ? "startDeadline" : "month";
    const list = dimension === "START_DEADLINE" ? "projectAggregates" : "reportAggregates";
    const data = await platform.query<Record<string, readonly { key: Record<string, unknown>; count: number }[]>>(
      `{ ${list}(groupBy: [{ dimension: ${dimension}${by === undefined ? "" : `, by: ${by}`} }]) { key { ${field} } count } }`,
    );
    return data[list]!.map(({ key, count }) => [key[field], count]);
  };

  test.each([
    ["YEAR", [["2023", 4]]],
    [
      "QUARTER",
      [
        ["2023-Q1", 3],
        ["2023-Q2", 1],
      ],
    ],
    [
      "MONTH",
      [
        ["2023-02", 1],
        ["2023-03", 2],
        ["2023-05", 1],
      ],
    ],
    [
      "DAY",
      [
        ["2023-02-10", 1],
        ["2023-03-01", 1],
        ["2023-03-31", 1],
        ["2023-05-31", 1],
      ],
    ],
  ])("of a date by %s", async (by, expected) => {
    expect(await keys("START_DEADLINE", by)).toEqual([...expected, [null, 2]]);
  });

  test("of a month is the month, its quarter or its year", async () => {
    expect(await keys("MONTH")).toEqual([
      ["2023-01", 2],
      ["2023-02", 1],
      ["2023-03", 1],
      ["2023-04", 1],
    ]);
    expect(await keys("MONTH", "QUARTER")).toEqual([
      ["2023-Q1", 4],
      ["2023-Q2", 1],
    ]);
    expect(await keys("MONTH", "YEAR")).toEqual([["2023", 5]]);
  });

  test("of a dictionary is the entry's code, of a reference the row, of a choice its name", async () => {
    expect(
      await platform.query(`{
        byField: projectAggregates(groupBy: [{ dimension: FIELD }]) { key { field } count }
        byUnit: projectAggregates(groupBy: [{ dimension: RESPONSIBLE_UNIT }]) { key { responsibleUnit { code name parent { code } } } count }
        byNature: projectAggregates(groupBy: [{ dimension: NATURE }]) { key { nature } count }
      }`),
    ).toEqual({
      byField: expect.arrayContaining([
        { key: { field: "new-energy" }, count: 2 },
        { key: { field: "ecology" }, count: 3 },
        { key: { field: "livelihood" }, count: 1 },
      ]) as unknown,
      byUnit: expect.arrayContaining([
        { key: { responsibleUnit: { code: "A", name: "王家庄", parent: { code: "C" } } }, count: 4 },
        { key: { responsibleUnit: { code: "B", name: "张家口", parent: { code: "C" } } }, count: 1 },
        { key: { responsibleUnit: { code: "D", name: "李家堡", parent: { code: "C" } } }, count: 1 },
      ]) as unknown,
      byNature: expect.arrayContaining([
        { key: { nature: "NEW_START" }, count: 4 },
        { key: { nature: "CONTINUING" }, count: 1 },
        { key: { nature: "PLANNED" }, count: 1 },
      ]) as unknown,
    });
  });
});

describe("language", () => {
  test.each([
    [undefined, "生态环保", "没有"],
    ["zh-CN", "生态环保", "没有"],
    ["en", "Ecology", "no"],
    ["fr, en-GB;q=0.8", "Ecology", "no"],
    ["fr", "生态环保", "没有"],
  ])("asked for with %s gives labels and messages in it", async (accepted, label, word) => {
    const headers = accepted === undefined ? {} : { "accept-language": accepted };
    const { data } = await platform.ask(`{ project(code: "P3") { field { code label } } }`, {}, headers);
    expect(data).toEqual({ project: { field: { code: "ecology", label } } });
    const missing = await platform.ask<{ updateSurvey: { problems: readonly { message: string }[] } }>(
      `mutation { updateSurvey(input: { id: "Survey:00000000-0000-4000-8000-000000000000", title: "x" }) { problems { message } } }`,
      {},
      headers,
    );
    expect(missing.data?.updateSurvey.problems[0]?.message.toLowerCase()).toContain(word);
  });
});
