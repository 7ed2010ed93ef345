import { expect, test } from "vitest";

import { blockers, urgency } from "./support/blockers.ts";
import { startPlatform } from "./support/platform.ts";

test("two platforms with different plugins answer side by side in one process, each as if it were alone", async () => {
  await using one = await startPlatform("blockers alone", [blockers]);
  await using other = await startPlatform("blockers", [urgency, blockers]);
  const raise = `mutation ($number: String!) { raiseBlocker(input: { number: $number, summary: "缺水" }) { blocker { number summary } } }`;
  for (const [platform, number] of [
    [one, "B-1"],
    [other, "B-1"],
    [one, "B-2"],
  ] as const) {
    expect((await platform.graphql(raise, { number })).data).toEqual({ raiseBlocker: { blocker: { number, summary: "缺水!" } } });
  }
  expect((await other.graphql("{ blockers { totalCount nodes { urgency } } }")).data).toEqual({
    blockers: { totalCount: 1, nodes: [{ urgency: 3 }] },
  });
  const unknown = await one.graphql("{ blockers { nodes { urgency } } }");
  expect(unknown.errors?.[0]?.message).toContain('Cannot query field "urgency" on type "Blocker"');
});
