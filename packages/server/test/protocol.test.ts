import { auditServer } from "graphql-http";
import { afterAll, beforeAll, expect, test } from "vitest";

import { blockers } from "./support/blockers.ts";
import { startPlatform, type TestPlatform } from "./support/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform("blockers alone", [blockers]);
});
afterAll(async () => platform[Symbol.asyncDispose]());

test("GraphQL over HTTP is spoken as its specification demands", async () => {
  const results = await auditServer({ url: `${platform.server.url}/graphql` });
  expect(results.length).toBeGreaterThan(50);
  expect(results.filter(({ status }) => status === "error").map(({ name }) => name)).toEqual([]);
});
