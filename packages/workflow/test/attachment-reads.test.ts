import { createReadPool, createWritePool } from "@xianmai/database";
import { column, countyViewer, definePlugin, entity, fixedClock, lifecycle, type Instant } from "@xianmai/plugin-api";
import { createExecutor, createOrm, type ReadSet } from "@xianmai/query";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { parse } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";

import { leads, PLACES, Town } from "./leads.ts";

const words = { zh: "月报", en: "Report" } as const;

const ReportStage = lifecycle("ReportStage", words, {
  start: "DRAFT",
  states: { DRAFT: words, HANDED_IN: { ...words, end: true } },
  steps: { handIn: { ...words, from: "DRAFT", to: "HANDED_IN", requires: ["proof"] } },
});

class Report extends entity(
  "Report",
  { ...words, title: "number", key: "number", scope: "town" },
  {
    number: column.text(words),
    stage: column.stage(ReportStage),
    town: column.reference(() => Town, { ...words, inverse: "reports" }),
    proof: column.files({ zh: "佐证材料", en: "Proof", types: ["image"] }),
  },
) {}

const reports = definePlugin({
  name: "reports",
  version: "1.0.0",
  label: words,
  url: import.meta.url,
  dependsOn: { leads: "^1.0.0" },
  entities: [Report],
});

let platform: TestPlatform;
let report: string;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [leads, reports] });
  for (const statement of PLACES) await platform.sql(statement);
  const [row] = await platform.sql<{ id: string }>(
    "insert into app.report (number, town_id) select 'R1', id from app.town where code = 'N' returning id",
  );
  report = `Report:${row!.id}`;
});
afterAll(async () => platform[Symbol.asyncDispose]());

async function reads(fields: string): Promise<ReadSet | undefined> {
  const { schema, types, model } = platform.composition;
  const { app } = platform.database;
  const [readPool, writePool, orm] = [createReadPool(app, { size: 1 }), createWritePool(app, { size: 1 }), createOrm({ model, app })];
  try {
    const executor = createExecutor({ schema, types, readPool, writePool, orm });
    const clock = fixedClock("2023-11-20T01:00:00.000Z" as Instant, "Asia/Shanghai");
    const outcome = await executor.query({
      document: parse(`{ report: node(id: "${report}") { ... on Report { ${fields} } } }`),
      context: { viewer: countyViewer, clock, language: "zh" },
    });
    expect(outcome.result.errors).toBeUndefined();
    return outcome.reads().get("report");
  } finally {
    await Promise.all([readPool.close(), writePool.close(), orm.close()]);
  }
}

test("what steps are available hangs on the files of the records, where a step requires some", async () => {
  expect(await reads("availableSteps")).toMatchObject({ complete: true, tables: new Set(["attachment"]) });
});

test("a list of files hangs on the files of its record, and their addresses on nothing more", async () => {
  const found = await reads("proof { nodes { name url } } proofAggregates { count }");
  expect(found?.complete).toBe(true);
  expect([...(found?.tables ?? [])]).toEqual([]);
});
