import { createReadPool, createWritePool, type ReadPool } from "@xianmai/database";
import { fixedClock, viewerOf, type Id, type Instant, type Viewer } from "@xianmai/plugin-api";
import { createExecutor, createOrm, resultText, type Executor, type RawResult, type ReadSet } from "@xianmai/query";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { parse } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";

import { leads, PLACES } from "./leads.ts";

let platform: TestPlatform;
let executor: Executor;
let close: () => Promise<void>;
let keeper: string;
let lead: string;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [leads] });
  for (const statement of PLACES) await platform.sql(statement);
  const [row] = await platform.sql<{ lead: string; keeper: string }>(
    "insert into app.lead (number, town_id, keeper_id) select 'L1', t.id, o.id from app.town t, app.official o where t.code = 'N' and o.code = 'ON' returning id as lead, keeper_id as keeper",
  );
  keeper = row!.keeper;
  lead = row!.lead;
  const { schema, types, model } = platform.composition;
  const { app } = platform.database;
  const readPool: ReadPool = createReadPool(app, { size: 1 });
  const writePool = createWritePool(app, { size: 1 });
  const orm = createOrm({ model, app });
  close = async () => {
    await Promise.all([readPool.close(), writePool.close(), orm.close()]);
  };
  executor = createExecutor({ schema, types, readPool, writePool, orm });
});
afterAll(async () => {
  await close();
  await platform[Symbol.asyncDispose]();
});

const clock = fixedClock("2023-11-20T01:00:00.000Z" as Instant, "Asia/Shanghai");

async function read(fields: string, viewer: Viewer): Promise<{ readonly text: string; readonly reads: ReadSet }> {
  const document = parse(`{ lead(id: "Lead:${lead}") { ${fields} } }`);
  const { result, reads } = await executor.query({ document, context: { viewer, clock, language: "zh" } });
  expect(result.errors).toBeUndefined();
  return { text: resultText({ data: result.data } as RawResult), reads: reads().get("lead")! };
}

const north = (): Viewer => viewerOf([leads], { role: "department", units: ["N"], user: keeper as Id<"Official"> });

test("what is available hangs on the row, on whose units the viewer has, and on the official where a guard asks for one", async () => {
  const { reads } = await read("availableSteps", north());
  expect(reads).toMatchObject({ perUser: true, until: undefined, complete: true });
  expect([[...reads.rows.keys()], [...reads.rows.get("lead")!], [...reads.tables]]).toEqual([["lead"], [lead], ["town"]]);
  await platform.sql("update app.lead set stage = 'LOST' where id = $1", [lead]);
  // no guard is asked where the stage says no
  expect((await read("availableSteps", north())).reads.perUser).toBe(false);
});

test("the history of stages hangs on the row and on the officials that it names, and on nothing else", async () => {
  const shown = "stageHistory { step to at outside by { name } }";
  const before = await read(shown, north());
  await platform.sql("insert into app.lead (number, town_id, stage) select 'L2', town_id, 'LOST' from app.lead where id = $1", [lead]);
  expect((await read(shown, north())).text).toBe(before.text);
  await platform.query("mutation($id: ID!) { reviveLead(input: { id: $id }) { problems { code } } }", { id: `Lead:${lead}` });
  const { answer } = await platform
    .as("role=department; units=N; user=ON")
    .query<{ answer: { problems: readonly object[] } }>(
      "mutation($id: ID!) { answer: approachLead(input: { id: $id }) { problems { code } } }",
      { id: `Lead:${lead}` },
    );
  expect(answer.problems).toEqual([]);
  const { text, reads } = await read(shown, north());
  expect(text).not.toBe(before.text);
  expect(reads).toMatchObject({ perUser: false, until: undefined, complete: true });
  expect(reads.rows).toEqual(
    new Map([
      ["lead", new Set([lead])],
      ["official", new Set([keeper])],
    ]),
  );
});
