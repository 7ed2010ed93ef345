import { describe, expect, test } from "vitest";

import { openCounty, type CountyPlatform } from "./county/platform.ts";
import { add } from "./county/rows.ts";

const PAGE = `{ projects(first: 50) { totalCount nodes { code name field { code label } responsibleUnit { name parent { name } } township { name } leader { name unit { name } }
  reports { nodes { month invested } } blockers { totalCount nodes { summary owner { name ownedBlockers(first: 1) { nodes { summary } } } } } } } }`;

async function countyOf(projects: number): Promise<CountyPlatform> {
  const county = await openCounty();
  const [unit, other] = await add(county.owner, "Unit", [
    { code: "A", name: "甲" },
    { code: "B", name: "乙", position: 1 },
  ]);
  await county.owner.query("update app.unit set parent_id = $1 where code = 'B'", [unit]);
  await county.owner.query(
    `insert into app.project (code, name, responsible_unit_id, township_id, total_investment, nature, stage, urgent, tags, batch)
     select 'P' || lpad(n::text, 6, '0'), '项目' || n, case when n % 2 = 0 then $1::uuid else $2 end, $1, n::bigint * 1000000, 'NEW_START', 'RESERVED', false, '{}', n % 4 + 1 from generate_series(1, $3::int) n`,
    [unit, other, projects],
  );
  await county.owner.query(
    `insert into app.report (project_id, month, invested) select id, m, 100 from app.project, unnest(array['2023-01', '2023-02', '2023-03']) m;
     insert into app.blocker (project_id, owner_id, summary, raised_on) select id, responsible_unit_id, code, '2023-01-01' from app.project where batch = 1`,
  );
  await county.owner.query("analyze");
  return county;
}

describe("the statements of an answer", () => {
  test("are one for each list level and each count, in one round trip, the same at 146 rows and at 20,000", async () => {
    for (const size of [146, 20_000]) {
      const county = await countyOf(size);
      const { data, errors } = await county.ask(PAGE);
      expect(errors).toBeUndefined();
      const { totalCount, nodes } = data!["projects"] as {
        readonly totalCount: number;
        readonly nodes: readonly { readonly code: string }[];
      };
      expect([totalCount, nodes.length, nodes[0]?.code]).toEqual([size, 50, "P000001"]);
      // projects and their count, reports, blockers and their count, the blockers of their owners
      expect(county.roundTrips()).toEqual([6]);
    }
  });

  test("are one for nested sums and groups, however many rows they stand under", async () => {
    const county = await countyOf(200);
    const { data } = await county.ask(`{ units { nodes { code
      responsibleProjectAggregates(groupBy: [{ dimension: BATCH }]) { key { batch } count }
      sitedProjectAggregates(filter: { batch: { eq: 1 } }) { count totalInvestment { sum } } } } }`);
    expect(data).toEqual({
      units: {
        nodes: [
          {
            code: "A",
            responsibleProjectAggregates: [
              { key: { batch: 1 }, count: 50 },
              { key: { batch: 3 }, count: 50 },
            ],
            // 4 + 8 + … + 200, each 万元
            sitedProjectAggregates: [{ count: 50, totalInvestment: { sum: "5100" } }],
          },
          {
            code: "B",
            responsibleProjectAggregates: [
              { key: { batch: 2 }, count: 50 },
              { key: { batch: 4 }, count: 50 },
            ],
            sitedProjectAggregates: [{ count: 0, totalInvestment: { sum: null } }],
          },
        ],
      },
    });
    expect(county.roundTrips()).toEqual([3]);
  });

  test("are one for all sums over the same rows, each grouped in its own way and order; one more for other rows", async () => {
    const county = await countyOf(8);
    const { data, errors } = await county.ask(
      `query($big: Decimal!, $limit: Decimal!) {
        all: projectAggregates(filter: { totalInvestment: { gte: $big } }) { count totalInvestment { sum avg } }
        byUnit: projectAggregates(filter: { totalInvestment: { gte: $big } }, groupBy: [{ dimension: RESPONSIBLE_UNIT }]) {
          key { responsibleUnit { name projects: responsibleProjects(last: 1) { nodes { code } } } } count }
        byBatch: projectAggregates(filter: { totalInvestment: { gte: $big } }, groupBy: [{ dimension: BATCH }]) { key { batch } batch { max } }
        byBoth: projectAggregates(filter: { totalInvestment: { gte: $big } }, groupBy: [{ dimension: BATCH }, { dimension: RESPONSIBLE_UNIT }]) {
          key { batch responsibleUnit { code } } count }
        again: projectAggregates(filter: { totalInvestment: { gte: $big } }) { count }
        others: projectAggregates(filter: { totalInvestment: { gte: $limit } }) { count }
      }`,
      { variables: { big: "3", limit: "7" } },
    );
    expect(errors).toBeUndefined();
    const group = (batch: number, code: string, count: number): object => ({ key: { batch, responsibleUnit: { code } }, count });
    expect(data).toEqual({
      // 3 + 4 + … + 8
      all: [{ count: 6, totalInvestment: { sum: "33", avg: "5.5" } }],
      byUnit: [
        { key: { responsibleUnit: { name: "甲", projects: { nodes: [{ code: "P000008" }] } } }, count: 3 },
        { key: { responsibleUnit: { name: "乙", projects: { nodes: [{ code: "P000007" }] } } }, count: 3 },
      ],
      byBatch: [1, 2, 3, 4].map((batch) => ({ key: { batch }, batch: { max: batch } })),
      byBoth: [group(1, "A", 2), group(2, "B", 1), group(3, "A", 1), group(4, "B", 2)],
      again: [{ count: 6 }],
      others: [{ count: 2 }],
    });
    // the sums, the others, and the projects of the units that are keys
    expect(county.roundTrips()).toEqual([3]);
  });

  test("of sums over the same rows are two where one is grouped by the same in another order", async () => {
    const county = await countyOf(4);
    const by = (...dimensions: readonly string[]): string => dimensions.map((dimension) => `{ dimension: ${dimension} }`).join(", ");
    const sums = (key: string, ...dimensions: readonly string[]): string =>
      `${key}: projectAggregates(groupBy: [${by(...dimensions)}]) { key { batch responsibleUnit { code } } }`;
    const { data } = await county.ask(
      `{ ${sums("one", "BATCH", "RESPONSIBLE_UNIT")} ${sums("other", "RESPONSIBLE_UNIT", "BATCH")} ${sums("again", "BATCH", "RESPONSIBLE_UNIT")} }`,
    );
    const group = (batch: number, code: string): object => ({ key: { batch, responsibleUnit: { code } } });
    const one = [group(1, "A"), group(2, "B"), group(3, "A"), group(4, "B")];
    expect(data).toEqual({ one, other: [group(1, "A"), group(3, "A"), group(2, "B"), group(4, "B")], again: one });
    expect(county.roundTrips()).toEqual([2]);
  });

  test("of sums that cannot be meant are none, and fail alone where a selection below them cannot be", async () => {
    const county = await countyOf(2);
    const { errors } = await county.ask(
      `{ twice: projectAggregates(groupBy: [{ dimension: BATCH }, { dimension: BATCH }]) { count } all: projectAggregates { count }
         wrong: projectAggregates(groupBy: [{ dimension: RESPONSIBLE_UNIT }]) { key { responsibleUnit { responsibleProjects(filter: { code: null }) { totalCount } } } } }`,
    );
    expect(errors?.map(({ path, message }) => [path, /BATCH|batch|code/.exec(message)?.[0]])).toEqual([
      [["twice"], "batch"],
      [["wrong"], "code"],
    ]);
    expect(county.roundTrips()).toEqual([1]);
  });

  test("of sums with too many groups are refused, naming whose they are", async () => {
    const county = await openCounty();
    const document = "{ byPlace: unitAggregates(groupBy: [{ dimension: POSITION }]) { count } all: unitAggregates { count } }";
    const grow = async (from: number, to: number): Promise<unknown> =>
      county.owner.query(
        "insert into app.unit (code, name, aliases, position) select n::text, '', '{}', n from generate_series($1::int, $2::int) n",
        [from, to],
      );
    await county.owner.query("alter table app.unit disable trigger user");
    const refused = (key: string): object => ({
      path: [key],
      message: expect.stringContaining("byPlace takes the answer beyond 100000 rows") as string,
    });
    await grow(1, 100_001);
    expect(await county.ask(document)).toMatchObject({ data: null, errors: [refused("byPlace")] });
    await grow(100_002, 200_002);
    // the row of the other is missing now
    expect(await county.ask(document)).toMatchObject({ data: null, errors: [refused("byPlace"), refused("all")] });
  });

  test("of references alone are none of their own", async () => {
    const county = await countyOf(3);
    await county.ask(
      "{ projects { nodes { responsibleUnit { name parent { name } } leader { unit { parent { name } } } parent { parent { code } } } } }",
    );
    expect(county.roundTrips()).toEqual([1]);
  });

  test("of several root fields go out together and see one state, whoever writes meanwhile", async () => {
    const county = await countyOf(40);
    let writing = true;
    const writer = (async () => {
      while (writing) await county.owner.query("update app.project set total_investment = total_investment + 1000000");
    })();
    const document =
      "{ a: projectAggregates { totalInvestment { sum } } b: projects { nodes { totalInvestment } } c: projectAggregates(filter: { batch: { gte: 1 } }) { totalInvestment { sum } } }";
    for (let run = 0; run < 60; run += 1) {
      const { data } = await county.ask(document);
      const { a, b, c } = data as {
        readonly a: readonly { readonly totalInvestment: { readonly sum: string } }[];
        readonly b: { readonly nodes: readonly { readonly totalInvestment: string }[] };
        readonly c: unknown;
      };
      expect(c).toEqual(a);
      expect(b.nodes.reduce((sum, { totalInvestment }) => sum + Number(totalInvestment), 0)).toBe(Number(a[0]!.totalInvestment.sum));
    }
    writing = false;
    await writer;
    expect(new Set(county.roundTrips())).toEqual(new Set([3]));
  });

  test("are none where nothing is read", async () => {
    const county = await countyOf(1);
    expect((await county.ask("{ __typename }")).data).toEqual({ __typename: "Query" });
    expect((await county.ask('{ __schema { queryType { name } } __type(name: "Project") { description } }')).data).toEqual({
      __schema: { queryType: { name: "Query" } },
      __type: { description: "项目 Project" },
    });
    expect(county.roundTrips()).toEqual([]);
  });

  test("hold no value of the question: quotes and semicolons are data", async () => {
    const county = await countyOf(2);
    const nasty = `'; drop table app.project; --"`;
    const { data } = await county.ask(
      'query($s: String!) { projects(filter: { or: [{ name: { contains: $s } }, { name: { search: $s } }, { code: { in: [$s, "P000001"] } }] }) { nodes { code } } }',
      {
        variables: { s: nasty },
      },
    );
    expect(data).toEqual({ projects: { nodes: [{ code: "P000001" }] } });
    expect(county.roundTrips()).toEqual([1]);
  });
});
