import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { wan, writeUnits, writeWorks } from "./rows.ts";
import { works } from "./works.ts";

interface Shown {
  readonly metric: Record<string, never>;
}

/** Fields of a metric. */
async function shown(platform: Pick<TestPlatform, "query">, name: string, fields: string, given = ""): Promise<Record<string, unknown>> {
  const { metric } = await platform.query<Shown>(`{ metric(name: "${name}"${given}) { ${fields} } }`);
  return metric;
}

describe("a county's works in 2023", () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await createTestPlatform({ plugins: [works] });
    await writeUnits(platform);
    await writeWorks(platform, [
      {
        code: "W1",
        unit: "A",
        helper: "B",
        field: "energy",
        batch: 2,
        total: wan(500),
        deadline: "2023-03-31",
        started: "2023-03-10",
        weight: "1.25",
        enteredAt: "2023-01-01T00:30:00+08:00",
        plans: { 2022: wan(10), 2023: wan(300), 2024: wan(90) },
        reports: { "2022-12": wan(9), "2023-01": wan(10.000001), "2023-02": wan(20), "2023-11": wan(40) },
      },
      {
        code: "W2",
        unit: "A",
        nature: "CONTINUING",
        field: "roads",
        batch: 10,
        total: wan(1500),
        deadline: "2023-06-30",
        started: "2023-11-02",
        weight: "7",
        urgent: true,
        enteredAt: "2022-12-31T23:59:59+08:00",
        plans: { 2023: wan(100) },
        reports: { "2023-02": wan(33.333333), "2023-10": wan(1) },
      },
      {
        code: "W3",
        unit: "B",
        nature: "PLANNED",
        field: "energy",
        weight: "0.1",
        deadline: "2023-12-31",
        enteredAt: "2023-05-05T12:00:00+08:00",
      },
      { code: "W4", unit: "B", parent: "W2", batch: 2, total: wan(1000), deadline: "2023-09-30" },
      { code: "W5", unit: "B", parent: "W2", total: wan(999.999999), deadline: "2024-01-31" },
    ]);
  });
  afterAll(async () => platform[Symbol.asyncDispose]());

  test("months count from January to the month asked for, a year counts whole", async () => {
    expect(await shown(platform, "completionRate", "value unit", ', through: "2023-02"')).toEqual({ value: "15.83", unit: "%" });
    expect(await shown(platform, "invested", "value", ', through: "2023-02"')).toEqual({ value: "63.333334" });
    expect(await shown(platform, "invested", "value", ', through: "2022-12"')).toEqual({ value: "9" });
  });

  test("the month before today is meant unless another is named", async () => {
    expect(await shown(platform, "invested", "through value")).toEqual({ through: "2023-10", value: "64.333334" });
  });

  test("what has no business time counts as it stands, packages once", async () => {
    expect(await shown(platform, "total", "value", ', through: "2001-01"')).toEqual({ value: "2000" });
    expect(await shown(platform, "weight", "value digits")).toEqual({ value: "1.4", digits: 1 });
    expect(await shown(platform, "parts", "value")).toEqual({ value: "1" });
  });

  test("what is due counts by its deadline, and is started when it had started by then", async () => {
    expect(await shown(platform, "startRate", "value", ', through: "2023-03"')).toEqual({ value: "100" });
    expect(await shown(platform, "startRate", "value", ', through: "2023-10"')).toEqual({ value: "33.33" });
    expect(await shown(platform, "startRate", "value", ', through: "2023-11"')).toEqual({ value: "66.67" });
    expect(await shown(platform, "startsPlanned", "value", ', through: "2023-03"')).toEqual({ value: "2" });
  });

  test("a moment lies in the month of the county's own time", async () => {
    expect(await shown(platform, "entered", "value", ', through: "2023-01"')).toEqual({ value: "1" });
    expect(await shown(platform, "entered", "value", ', through: "2022-12"')).toEqual({ value: "1" });
  });

  test("a ratio of nothing is null, a sum of nothing is zero", async () => {
    expect(await shown(platform, "completionRate", "value", ', through: "2010-05"')).toEqual({ value: null });
    expect(await shown(platform, "invested", "value", ', through: "2010-05"')).toEqual({ value: "0" });
  });

  test("parts stand in the order of their values, are named in the language of the request, and lead to the rows", async () => {
    expect(await shown(platform, "total", 'byDimension(dimension: "nature") { key label value }')).toEqual({
      byDimension: [
        { key: "NEW_START", label: "新开工", value: "500" },
        { key: "CONTINUING", label: "续建", value: "1500" },
      ],
    });
    expect(await shown(platform, "total", 'byDimension(dimension: "field") { key label }')).toEqual({
      byDimension: [
        { key: "roads", label: "道路" },
        { key: "energy", label: "能源" },
      ],
    });
    expect(await shown(platform, "total", 'byDimension(dimension: "unit") { label value node { ... on Unit { code } } }')).toEqual({
      byDimension: [{ label: "甲镇", value: "2000", node: { code: "A" } }],
    });
    expect(await shown(platform, "total", 'byDimension(dimension: "batch") { key value }')).toEqual({
      byDimension: [
        { key: "2", value: "500" },
        { key: "10", value: "1500" },
      ],
    });
    expect(await shown(platform, "startsPlanned", 'byDimension(dimension: "deadline") { key value }')).toEqual({
      byDimension: [
        { key: "2023-Q1", value: "1" },
        { key: "2023-Q3", value: "1" },
      ],
    });
    expect(await shown(platform, "entered", 'byDimension(dimension: "enteredAt") { key value }', ', through: "2023-10"')).toEqual({
      byDimension: [{ key: "2023-01", value: "1" }],
    });
  });

  test("a part's key asks for that part alone", async () => {
    const asked =
      'unit: byDimension(dimension: "unit") { key value } deadline: byDimension(dimension: "deadline") { key value } helper: byDimension(dimension: "helper") { key value }';
    const dimensions = await shown(platform, "invested", asked, ', through: "2023-11"');
    for (const [dimension, parts] of Object.entries(dimensions as Record<string, { key: string | null; value: string }[]>)) {
      for (const { key, value } of parts) {
        const wanted = key === null ? "isNull: true" : `in: ["${key}"]`;
        expect(
          await shown(platform, "invested", "value", `, through: "2023-11", filter: [{ dimension: "${dimension}", ${wanted} }]`),
        ).toEqual({ value });
      }
    }
    expect(dimensions["helper"]).toHaveLength(2);
  });

  test("a series counts each period from January, or by itself", async () => {
    const months = ', through: "2023-02"';
    expect(await shown(platform, "invested", "series { period through value }", months)).toEqual({
      series: [
        { period: "2023-01", through: "2023-01", value: "10.000001" },
        { period: "2023-02", through: "2023-02", value: "63.333334" },
      ],
    });
    expect(
      await shown(platform, "invested", 'series(by: QUARTER, from: "2022-11", to: "2023-11", cumulative: false) { period through value }'),
    ).toEqual({
      series: [
        { period: "2022-Q4", through: "2022-12", value: "9" },
        { period: "2023-Q1", through: "2023-03", value: "63.333334" },
        { period: "2023-Q2", through: "2023-06", value: "0" },
        { period: "2023-Q3", through: "2023-09", value: "0" },
        { period: "2023-Q4", through: "2023-11", value: "41" },
      ],
    });
    expect(await shown(platform, "completionRate", 'series(by: YEAR, from: "2022-06", to: "2023-06") { period value }')).toEqual({
      series: [
        { period: "2022", value: "90" },
        { period: "2023", value: "15.83" },
      ],
    });
  });

  test("a change is exact, whether beside the period or the year before", async () => {
    const fields = "{ through value before difference rate }";
    expect(await shown(platform, "completionRate", `change(before: YEAR) ${fields}`, ', through: "2023-12"')).toEqual({
      change: { through: "2022-12", value: "26.08", before: "90", difference: "-63.92", rate: "-71.02" },
    });
    expect(await shown(platform, "invested", `change(before: PERIOD, cumulative: false) ${fields}`, ', through: "2023-11"')).toEqual({
      change: { through: "2023-10", value: "40", before: "1", difference: "39", rate: "3900" },
    });
    expect(await shown(platform, "invested", `change(before: PERIOD) ${fields}`, ', through: "2023-02"')).toEqual({
      change: { through: "2023-01", value: "63.333334", before: "10.000001", difference: "53.333333", rate: "533.33" },
    });
    expect(await shown(platform, "invested", `change(before: YEAR) ${fields}`, ', through: "2022-12"')).toMatchObject({
      change: { before: "0", rate: null },
    });
  });

  test("a target stands beside the figure, its periods and its parts, also where nothing was done yet", async () => {
    expect(await shown(platform, "invested", "value target { value reached }")).toEqual({
      value: "64.333334",
      target: { value: "400", reached: "16.08" },
    });
    expect(await shown(platform, "total", "target { value }")).toEqual({ target: null });
    const asked = 'byDimension(dimension: "nature") { key value target { value reached } } series(by: YEAR) { target { reached } }';
    expect(await shown(platform, "invested", asked, ', through: "2024-01"')).toEqual({
      byDimension: [{ key: "NEW_START", value: "0", target: { value: "90", reached: "0" } }],
      series: [{ target: { reached: "0" } }],
    });
  });

  test("what was reported last counts, of each work its own", async () => {
    expect(await shown(platform, "standing", "value rows { totalCount } explain { formula { en } }", ', through: "2023-02"')).toEqual({
      value: "53.333333",
      rows: { totalCount: 2 },
      explain: { formula: { en: "last of Report: Invested (Month 2023-01 to 2023-02, Invested ≠ 0 万元)" } },
    });
    expect(await shown(platform, "standing", "value", ', through: "2023-10"')).toEqual({ value: "21" });
  });

  test("the rows behind a figure are the rows of its sums, page by page", async () => {
    const rows = `rows(first: 3) { totalCount pageInfo { more: hasNextPage endCursor } nodes { __typename ... on Report { month } ... on Plan { year work { code } } } }`;
    const first = await shown(platform, "completionRate", rows, ', through: "2023-02"');
    expect(first["rows"]).toMatchObject({
      totalCount: 5,
      pageInfo: { more: true },
      nodes: [
        { __typename: "Report", month: "2023-01" },
        { __typename: "Report", month: "2023-02" },
        { __typename: "Report", month: "2023-02" },
      ],
    });
    const { endCursor } = (first["rows"] as { pageInfo: { endCursor: string } }).pageInfo;
    const second = await shown(
      platform,
      "completionRate",
      rows.replace("first: 3", `first: 3, after: "${endCursor}"`),
      ', through: "2023-02"',
    );
    expect(second["rows"]).toMatchObject({
      totalCount: 5,
      pageInfo: { more: false },
      nodes: [{ __typename: "Plan", year: 2023 }, { __typename: "Plan" }],
    });
  });

  test("a row that both sums of a ratio count stands there once", async () => {
    expect(
      await shown(platform, "startRate", "rows { totalCount edges { node { ... on Work { code } } } }", ', through: "2023-10"'),
    ).toEqual({
      rows: { totalCount: 3, edges: ["W1", "W2", "W4"].map((code) => ({ node: { code } })) },
    });
  });

  test("a figure explains itself, and the link that it gives reproduces it after the rows have changed", async () => {
    const given = ', through: "2023-02", filter: [{ dimension: "unit", isNull: false }, { dimension: "nature", in: ["NEW_START"] }]';
    const asked = await shown(
      platform,
      "completionRate",
      "value explain { definition { zh en } formula { zh en } from through rowCount sums { label value unit rowCount } link document }",
      given,
    );
    const { link, document, ...explained } = asked["explain"] as Record<string, string>;
    expect({ ...asked, explain: explained }).toEqual({
      value: "10",
      explain: {
        definition: { zh: "本年完成投资 ÷ 本年计划投资", en: "Invested this year over planned this year" },
        formula: {
          zh: "合计 月报·完成投资（月份 2023-01 至 2023-02） ÷ 合计 年度计划·计划投资（年度 2023 年）",
          en: "sum of Report: Invested (Month 2023-01 to 2023-02) ÷ sum of Plan: Planned (Year in 2023)",
        },
        from: "2023-01",
        through: "2023-02",
        rowCount: 3,
        sums: [
          { label: "合计 月报·完成投资（月份 2023-01 至 2023-02）", value: "30.000001", unit: "万元", rowCount: 2 },
          { label: "合计 年度计划·计划投资（年度 2023 年）", value: "300", unit: "万元", rowCount: 1 },
        ],
      },
    });
    expect(document).toContain("@asOf(moment:");
    await platform.sql("update plan set amount = amount * 2 where year = 2023");
    const answer = (await (await fetch(`${platform.url}${link}`)).json()) as { data: { metric: unknown } };
    await platform.sql("update plan set amount = amount / 2 where year = 2023");
    expect(answer.data.metric).toEqual({ value: "10", unit: "%" });
  });

  test("several figures come in one answer, in the order of their names, in either language", async () => {
    const { data } = await platform.ask<{ metrics: unknown }>(
      '{ metrics(names: ["total", "lead"], through: "2023-02") { name label unit definition dimensions { name by } } }',
      {},
      { "accept-language": "en" },
    );
    expect(data?.metrics).toMatchObject([
      { name: "total", label: "Total investment", unit: "万元" },
      {
        name: "lead",
        label: "Ahead of time",
        unit: "percentage points",
        dimensions: expect.arrayContaining([{ name: "deadline", by: "QUARTER" }]) as unknown,
      },
    ]);
    const { metrics } = await platform.query<{ metrics: unknown[] }>("{ metrics { name value } }");
    expect(metrics).toHaveLength(works.metrics.length);
  });

  test("a viewer's figures, parts and rows are of the rows that they see; what they refer to beyond counts as missing", async () => {
    const town = platform.as("role=township; units=A");
    expect(await shown(town, "total", "value", ', through: "2023-10"')).toEqual({ value: "2000" });
    expect(await shown(platform.as("role=township; units=B"), "invested", "value rows { totalCount }")).toEqual({
      value: "0",
      rows: { totalCount: 0 },
    });
    expect(await shown(town, "total", 'byDimension(dimension: "helper") { key label value }')).toEqual({
      byDimension: [{ key: null, label: null, value: "2000" }],
    });
    expect(await shown(town, "total", "value", ', filter: [{ dimension: "helper", isNull: true }]')).toEqual({ value: "2000" });
    expect(await shown(platform.as("role=guest"), "total", "value")).toEqual({ value: "0" });
  });

  test.each([
    ['metric(name: "nothing") { value }', /指标 nothing/],
    ['metric(name: "total") { byDimension(dimension: "code") { key } }', /维度 code/],
    ['metric(name: "total", filter: [{ dimension: "nature", in: ["ELSE"] }]) { value }', /ELSE/],
    ['metric(name: "total", filter: [{ dimension: "unit", in: ["A"] }]) { value }', /"A"/],
    ['metric(name: "total", filter: [{ dimension: "deadline", in: ["2023-Q5"] }]) { value }', /2023-Q5/],
    ['metric(name: "total", filter: [{ dimension: "batch", in: ["1x"] }]) { value }', /1x/],
    ['metric(name: "total", through: "9999-01") { value }', /9999-01/],
    ['metric(name: "total") { series(from: "2023-11", to: "2023-02") { value } }', /2023-11/],
    ['metric(name: "total") { series(from: "1990-01") { value } }', /期/],
    ['metric(name: "total") { rows(first: 1001) { totalCount } }', /1001/],
    ['metric(name: "total") { rows(after: "x") { totalCount } }', /游标/],
  ])("what cannot be meant is said with what was given: %s", async (document, message) => {
    const { errors } = await platform.ask(`{ ${document} }`);
    expect(errors).toMatchObject([{ message: expect.stringMatching(message) as unknown, extensions: { code: "BAD_USER_INPUT" } }]);
  });
});

test("the whole, its parts, its rows and other figures are of one state, whatever is written meanwhile", async () => {
  await using platform = await createTestPlatform({ plugins: [works] });
  await writeUnits(platform);
  await writeWorks(platform, [
    { code: "W1", unit: "A", total: wan(100), plans: { 2023: wan(50) } },
    { code: "W2", unit: "B", total: wan(200), plans: { 2023: wan(50) } },
  ]);
  let writing = true;
  const written = (async () => {
    let times = 0;
    // moves money between units, and changes the whole, in one statement
    for (; writing; times += 1) {
      await platform.sql("update work set total = case code when 'W1' then total + 3000000 else total - 1000000 end");
      await platform.sql("insert into work (code, unit_id, total) select $1, id, 1000000 from unit where code = 'A'", [`N${times}`]);
    }
    return times;
  })();
  const document = `{ metric(name: "total") { value sums { value rowCount } byDimension(dimension: "unit") { value sums { rowCount } } rows(first: 0) { totalCount } }
    again: metric(name: "total") { value } metrics(names: ["total", "invested"]) { value target { value } } }`;
  try {
    for (let asked = 0; asked < 25; asked += 1) {
      const { metric, again, metrics } = await platform.query<{
        metric: {
          value: string;
          sums: [{ rowCount: number }];
          byDimension: { value: string; sums: [{ rowCount: number }] }[];
          rows: { totalCount: number };
        };
        again: { value: string };
        metrics: { value: string }[];
      }>(document);
      const { value, sums, byDimension, rows } = metric;
      expect(byDimension.reduce((sum, part) => sum + Number(part.value), 0)).toBe(Number(value));
      expect(byDimension.reduce((sum, part) => sum + part.sums[0].rowCount, 0)).toBe(sums[0].rowCount);
      expect([rows.totalCount, again.value, metrics]).toEqual([
        sums[0].rowCount,
        value,
        [
          { value, target: null },
          { value: "0", target: { value: "100" } },
        ],
      ]);
    }
  } finally {
    writing = false;
    await written;
  }
  expect(await written).toBeGreaterThan(1);
});

test("629.0 of 647.4 by the end of October is 97.16 %, 13.8 points ahead of time", async () => {
  await using platform = await createTestPlatform({ plugins: [works] });
  await writeUnits(platform);
  await writeWorks(platform, [
    { code: "W", unit: "X", plans: { 2023: wan(6_474_000) }, reports: { "2023-03": wan(6_000_000), "2023-10": wan(290_000) } },
  ]);
  expect(
    await platform.query(
      '{ rate: metric(name: "completionRate", through: "2023-10") { value } lead: metric(name: "lead", through: "2023-10") { value } }',
    ),
  ).toEqual({
    rate: { value: "97.16" },
    lead: { value: "13.8" },
  });
});

test("a published roll-up of a first half of 2023 comes out at the digits shown, parts and whole", async () => {
  await using platform = await createTestPlatform({ plugins: [works] });
  await writeUnits(platform);
  // the published parts miss the whole by a hundredth: the rows have digits that were not shown
  for (const [nature, count, plan, done] of [
    ["CONTINUING", 185, 3_275_349_000_000n, 2_357_950_000_000n],
    ["NEW_START", 157, 1_945_400_000_000n, 1_019_700_000_000n],
    ["PLANNED", 188, 397_810_000_000n, 245_550_000_000n],
  ] as const) {
    await platform.sql(
      "insert into work (code, unit_id, nature) select $1 || n, (select id from unit where code = 'X'), $1 from generate_series(1, $2) n",
      [nature, count],
    );
    for (const [table, column, value, sum] of [
      ["plan", "year, amount", "2023", plan],
      ["report", "month, invested", "'2023-06'", done],
    ] as const) {
      await platform.sql(
        `insert into ${table} (work_id, ${column})
         select id, ${value}, $2::bigint / $3 + case when code = $1 || 1 then $2::bigint % $3 else 0 end from work where nature = $1`,
        [nature, sum, count],
      );
    }
  }
  const parts = 'value byDimension(dimension: "nature") { key value }';
  const through = 'through: "2023-06"';
  expect(
    await platform.query(`{ plan: metric(name: "plannedInYi", ${through}) { ${parts} } done: metric(name: "investedInYi", ${through}) { ${parts} }
                            rate: metric(name: "completionRate", ${through}) { ${parts} rows { totalCount } } }`),
  ).toEqual({
    plan: shownParts("561.86", "194.54", "327.53", "39.78"),
    done: shownParts("362.32", "101.97", "235.8", "24.56"),
    rate: { ...shownParts("64.49", "52.42", "71.99", "61.73"), rows: { totalCount: 1060 } },
  });
});

function shownParts(value: string, newStarts: string, continuing: string, planned: string): object {
  return {
    value,
    byDimension: [
      { key: "NEW_START", value: newStarts },
      { key: "CONTINUING", value: continuing },
      { key: "PLANNED", value: planned },
    ],
  };
}
