import { readdirSync, readFileSync } from "node:fs";

import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform } from "@xianmai/testing";
import { expect, test } from "vitest";

import { blocks } from "./documents.ts";
import { visits } from "./visits.ts";

test("a visit that was made is told to subscribers, and counted on its project", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, projects, visits], demo: true });
  await platform.sql(
    "insert into visit (code, summary, unit_id, project_id) select 'V1', '进场道路', township_id, id from project where code = 'YX2023-001'",
  );
  await using follower = await platform.follow<{ visitMade: object }>("subscription { visitMade { step visit { code stage } } }");
  const { visit } = await platform.query<{ visit: { id: string } }>(`{ visit(code: "V1") { id } }`);
  await platform.query("mutation ($id: ID!) { makeVisit(input: { id: $id }) { problems { message } } }", { id: visit.id });
  expect((await follower.next()).visitMade).toEqual({ step: "MAKE", visit: { code: "V1", stage: "MADE" } });
  expect(await platform.query(`{ project(code: "YX2023-001") { visitCount } }`)).toEqual({ project: { visitCount: 1 } });
});

/** Code without what a formatter may change. */
const bare = (code: string): string => code.replaceAll(/\s+/g, "").replaceAll(/,([)}\]])/g, "$1");

const own = readdirSync(new URL(".", import.meta.url))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => bare(readFileSync(new URL(name, import.meta.url), "utf8")))
  .join("\n");

for (const { place, text } of blocks("ts")) {
  test(`${place}: the code shown is the code that is run`, () => {
    const missing = text.split(/\n(?=export|import|test)/).filter((part) => !own.includes(bare(part)));
    expect(missing).toEqual([]);
  });
}
