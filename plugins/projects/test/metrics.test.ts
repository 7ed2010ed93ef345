import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [organization, projects], demo: true });
});
afterAll(async () => platform[Symbol.asyncDispose]());

interface Figure {
  readonly value: string;
}

test("the demo has 146 key projects of 446.497645 亿元, by every dimension the same", async () => {
  const dimensions = ["field", "nature", "level", "stage", "township", "responsibleUnit", "leader", "batch"];
  const parts = dimensions.map((dimension) => `${dimension}: byDimension(dimension: "${dimension}") { value }`).join(" ");
  const { count, investment } = await platform.query<Record<string, Record<string, Figure[]> & Figure>>(
    `{ count: metric(name: "keyProjectCount") { value ${parts} } investment: metric(name: "keyProjectInvestment") { value ${parts} } }`,
  );
  expect([count!.value, investment!.value]).toEqual(["146", "446.497645"]);
  const sum = (figures: readonly Figure[]): bigint => figures.reduce((total, { value }) => total + fen(value), 0n);
  for (const dimension of dimensions) {
    expect([sum(count![dimension]!), sum(investment![dimension]!)]).toEqual([fen("146"), fen("446.497645")]);
  }
});

test("starts are counted against the year and against what is due: two figures, both what SQL says", async () => {
  const [row] = await platform.sql<Record<string, string>>(
    `select made::text, due::text, planned::text, overdue::text, trim_scale(round(100.0 * made / planned, 2))::text as of_year, trim_scale(round(100.0 * made / due, 2))::text as of_due
     from (select count(*) filter (where actual_start between '2023-01-01' and '2023-10-31') as made,
                  count(*) filter (where start_deadline between '2023-01-01' and '2023-10-31') as due,
                  count(*) filter (where start_deadline between '2023-01-01' and '2023-12-31') as planned,
                  count(*) filter (where start_deadline between '2023-01-01' and '2023-10-31' and (actual_start is null or actual_start > '2023-10-31')) as overdue
           from project where nature = 'NEW_START' and parent_id is null) as counted`,
  );
  const names = {
    made: "startsMade",
    due: "startsDue",
    planned: "startsPlanned",
    overdue: "startsOverdue",
    of_year: "startRateOfYear",
    of_due: "startRateOfDue",
  };
  const asked = Object.entries(names).map(([key, name]) => `${key}: metric(name: "${name}", through: "2023-10") { value }`);
  const figures = await platform.query<Record<string, Figure>>(`{ ${asked.join(" ")} }`);
  expect(Object.fromEntries(Object.entries(figures).map(([key, { value }]) => [key, value]))).toEqual(row);
  expect(row!["planned"]).toBe("98");
  expect(Number(row!["overdue"])).toBeGreaterThan(0);
});

/** 亿元 in 分. */
function fen(value: string): bigint {
  const [whole = "0", fraction = ""] = value.split(".");
  return BigInt(whole + fraction.padEnd(10, "0"));
}
