import { describe, expect, test } from "vitest";

import { openFilledCounty } from "./county/filled.ts";
import { openCounty, type CountyPlatform } from "./county/platform.ts";
import { add } from "./county/rows.ts";

const ORDERS = [
  "",
  "orderBy: [{ totalInvestment: DESC }]",
  "orderBy: [{ totalInvestment: ASC }, { name: DESC }]",
  "orderBy: [{ stage: DESC }, { checkedAt: ASC }]",
  "orderBy: [{ township: { name: ASC } }, { leader: { unit: { position: DESC } } }]",
  "orderBy: [{ field: { code: DESC } }, { urgent: ASC }, { area: DESC }]",
  "orderBy: [{ planMonth: ASC }, { startDeadline: DESC }, { share: ASC }, { batch: DESC }]",
  "orderBy: [{ id: DESC }]",
];

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly edges: readonly { readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const FIELDS = "{ nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";

async function page(county: CountyPlatform, args: string): Promise<Page> {
  const { data, errors } = await county.ask(`{ projects(${args}) ${FIELDS} }`);
  expect(errors).toBeUndefined();
  return data!["projects"] as Page;
}

describe("pages of a list", () => {
  test.each(ORDERS)("forwards and backwards they are the whole list, in its order: %s", async (order) => {
    const county = await openFilledCounty(7);
    const all = await page(county, `${order} first: 1000`);
    const ids = all.nodes.map(({ id }) => id);
    expect(all.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });

    const forwards: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const next: Page = await page(county, `${order} first: 7 ${after === null ? "" : `after: "${after}"`}`);
      expect(next.pageInfo.startCursor).toBe(next.edges[0]?.cursor ?? null);
      forwards.push(...next.nodes.map(({ id }) => id));
      after = next.pageInfo.endCursor;
      more = next.pageInfo.hasNextPage;
    }
    expect(forwards).toEqual(ids);

    const backwards: string[] = [];
    for (let before: string | null = null, more = true; more;) {
      const next: Page = await page(county, `${order} last: 8 ${before === null ? "" : `before: "${before}"`}`);
      backwards.unshift(...next.nodes.map(({ id }) => id));
      before = next.pageInfo.startCursor;
      more = next.pageInfo.hasPreviousPage;
    }
    expect(backwards).toEqual(ids);
  });

  test("a cursor keeps its place while rows are added and removed around it", async () => {
    const county = await openCounty();
    const [unit] = await add(county.owner, "Unit", [{ code: "A", name: "甲" }]);
    await add(
      county.owner,
      "Project",
      ["B", "D", "F", "H"].map((code) => ({ code, name: code, responsibleUnitId: unit })),
    );
    const first = await page(county, "first: 2");
    await add(
      county.owner,
      "Project",
      ["A", "C", "E"].map((code) => ({ code, name: code, responsibleUnitId: unit })),
    );
    await county.owner.query("delete from app.project where code = 'D'");
    const { data } = await county.ask(`{ projects(first: 9, after: "${first.pageInfo.endCursor!}") { nodes { code } } }`);
    expect(data).toEqual({ projects: { nodes: [{ code: "E" }, { code: "F" }, { code: "H" }] } });
  });

  test("nested lists page for each parent alone", async () => {
    const county = await openFilledCounty(7);
    interface Nested {
      readonly nodes: readonly { readonly id: string; readonly reports: Page }[];
    }
    const nested = async (args: string): Promise<Nested> =>
      (await county.ask(`{ projects(first: 100) { nodes { id reports${args} ${FIELDS} } } }`)).data!["projects"] as Nested;
    const whole = await nested("");
    const parent = whole.nodes.find(({ reports }) => reports.nodes.length > 2)!;
    const cursor = parent.reports.edges[0]!.cursor;
    const after = await nested(`(first: 1, after: "${cursor}")`);
    const found = after.nodes.find(({ id }) => id === parent.id)!.reports;
    expect(found.nodes).toEqual([parent.reports.nodes[1]]);
    expect(found.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  test("a root list has a hundred rows unless it is asked for more, a nested list all of them", async () => {
    const county = await openCounty();
    const [unit] = await add(county.owner, "Unit", [{ code: "A", name: "甲" }]);
    await add(
      county.owner,
      "Project",
      Array.from({ length: 130 }, (_, at) => ({ code: `P${at}`, name: "", responsibleUnitId: unit })),
    );
    const { data } = await county.ask("{ projects { nodes { id } } units { nodes { responsibleProjects { nodes { id } } } } }");
    const { projects, units } = data as { projects: Page; units: { nodes: readonly { responsibleProjects: Page }[] } };
    expect([projects.nodes.length, units.nodes[0]!.responsibleProjects.nodes.length]).toEqual([100, 130]);
  });
});

describe("what is asked wrongly", () => {
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["a page that is too large", "{ projects(first: 1001) { totalCount } }", /first is 1001: it is 0 to 1000/],
    ["a negative page", "{ projects(last: -1) { totalCount } }", /last is -1/],
    ["two sizes", "{ projects(first: 1, last: 1) { totalCount } }", /exclude each other/],
    ["a cursor of nothing", '{ projects(after: "abc") { nodes { id } } }', /"abc" is no cursor of this list/],
    ["a cursor of another order", "", /is no cursor of this list in this order/],
    [
      "a null operand",
      "{ projects(filter: { code: { eq: null } }) { totalCount } }",
      /filter\.code\.eq is null: ask for missing values with isNull/,
    ],
    ["a null condition", "{ projects(filter: { or: [{ township: null }] }) { totalCount } }", /filter\.or\[0\]\.township is null/],
    ["an amount below the 分", '{ projects(filter: { totalInvestment: { eq: "0.0000001" } }) { totalCount } }', /at most six decimals/],
    ["an id of another entity", '{ project(id: "Unit:00000000-0000-4000-8000-000000000000") { id } }', /is not the global id of a Project/],
    ["a row without a name", "{ project { id } }", /names no row \(code is missing\)/],
    ["half a natural key", '{ dictionaryEntry(code: "ecology") { id } }', /dictionary is missing/],
    ["a dimension twice", "{ projectAggregates(groupBy: [{ dimension: BATCH }, { dimension: BATCH }]) { count } }", /batch twice/],
    ["a period of no date", "{ projectAggregates(groupBy: [{ dimension: BATCH, by: YEAR }]) { count } }", /batch is no date/],
    ["days of a month", "{ projectAggregates(groupBy: [{ dimension: PLAN_MONTH, by: DAY }]) { count } }", /use MONTH, QUARTER or YEAR/],
  ];
  test.each(wrong)("%s is the caller's error, with the path and a remedy", async (what, document, message) => {
    const county = await openFilledCounty(7);
    const asked = what.startsWith("a cursor of another")
      ? `{ projects(orderBy: [{ name: ASC }], after: "${(await page(county, "first: 1")).pageInfo.endCursor!}") { nodes { id } } }`
      : document;
    const { errors } = await county.ask(asked);
    expect(errors).toMatchObject([
      { message: expect.stringMatching(message) as string, extensions: { code: "BAD_USER_INPUT" }, path: [expect.any(String)] },
    ]);
    const chinese = await county.ask(asked, { language: "zh" });
    expect(chinese.errors![0]!.message).toMatch(/[\u4e00-\u9fff]/);
  });

  test("variables that do not fit their types are told before anything runs", async () => {
    const county = await openCounty();
    const { data, errors } = await county.ask("query($d: Date) { projects(filter: { startDeadline: { eq: $d } }) { totalCount } }", {
      variables: { d: "2023-02-30" },
    });
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ message: expect.stringContaining("2023-02-30") as string, extensions: { code: "BAD_USER_INPUT" } }]);
    expect(county.roundTrips()).toEqual([]);
  });

  test("one root field that cannot be answered leaves the others, where it may be null", async () => {
    const county = await openFilledCounty(7);
    const { data, errors } = await county.ask('{ one: project(id: "x") { id } projects { totalCount } none: node(id: "x") { id } }');
    expect(data).toEqual({ one: null, projects: { totalCount: 45 }, none: null });
    expect(errors).toMatchObject([{ path: ["one"] }]);
  });

  test("an answer of more than a hundred thousand rows is refused with the list named", async () => {
    const county = await openCounty();
    const [unit] = await add(county.owner, "Unit", [{ code: "A", name: "甲" }]);
    await add(
      county.owner,
      "Project",
      Array.from({ length: 400 }, (_, at) => ({ code: `P${at}`, name: "", responsibleUnitId: unit })),
    );
    const { data, errors } = await county.ask(
      "{ projects(first: 400) { nodes { responsibleUnit { responsibleProjects { nodes { id } } } } } }",
    );
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining("projects.nodes.responsibleUnit.responsibleProjects.nodes") as string,
        extensions: { code: "ANSWER_TOO_LARGE" },
      },
    ]);
  });

  test("omitted variables are no condition", async () => {
    const county = await openFilledCounty(7);
    const document =
      "query($code: String, $kind: UnitKind) { projects(filter: { responsibleUnit: { code: { eq: $code }, kind: { eq: $kind } } }) { totalCount } }";
    expect((await county.ask(document)).data).toEqual({ projects: { totalCount: 45 } });
    expect((await county.ask(document, { variables: { code: "nobody" } })).data).toEqual({ projects: { totalCount: 0 } });
    expect((await county.ask(document, { variables: { code: null } })).errors).toMatchObject([
      { message: expect.stringContaining("responsibleUnit.code.eq") as string },
    ]);
  });
});
