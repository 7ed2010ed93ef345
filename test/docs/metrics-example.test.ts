import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform } from "@xianmai/testing";
import { expect, test } from "vitest";

import { monthly } from "./monthly.ts";

test("what was invested by October over what the year plans is the completion rate, in the whole and in each part", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, projects, monthly], demo: true });
  await platform.sql(
    "insert into year_plan (project_id, year, amount) select id, 2023, 647400000000 from project where code = 'YX2023-001'",
  );
  await platform.sql("insert into monthly_report (project_id, month, invested) select project_id, '2023-10', 629000000000 from year_plan");
  const { metric } = await platform.query<{ metric: object }>(
    '{ metric(name: "completionRate", through: "2023-10") { value unit byDimension(dimension: "field") { value } rows { totalCount } } }',
  );
  expect(metric).toEqual({ value: "97.16", unit: "%", byDimension: [{ value: "97.16" }], rows: { totalCount: 2 } });
});
