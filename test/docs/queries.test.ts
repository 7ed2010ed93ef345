import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { blocks } from "./documents.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [organization, projects], demo: true });
});
afterAll(async () => platform[Symbol.asyncDispose]());

const operations = blocks("graphql");

test("the pages show operations", () => {
  expect(operations.length).toBeGreaterThan(10);
});

const isSubscription = ({ text }: { readonly text: string }): boolean => text.trimStart().startsWith("subscription");

for (const { place, text } of operations.filter(isSubscription)) {
  test(`${place}: the subscription tells of a project that is started in SQL`, async () => {
    await using follower = await platform.follow<{ projectStarted: { project: { code: string } } }>(text);
    const [started] = await platform.sql<{ code: string }>(
      "update app.project set stage = 'STARTED' where id = (select id from app.project where stage = 'PREPARATORY' order by code limit 1) returning code",
    );
    expect((await follower.next()).projectStarted.project.code).toBe(started?.code);
  });
}

for (const { place, text } of operations.filter((operation) => !isSubscription(operation))) {
  test(`${place}: the operation is answered without an error`, async () => {
    expect(await platform.query(text)).toBeTruthy();
  });
}

test("the README's first query counts the demo's projects", async () => {
  const [first] = operations.filter(({ place }) => place.startsWith("README.md"));
  const data = await platform.query<{ projects: { totalCount: number }; projectAggregates: { count: number }[] }>(first?.text ?? "");
  expect(data.projectAggregates.reduce((sum, { count }) => sum + count, 0)).toBe(data.projects.totalCount);
});
