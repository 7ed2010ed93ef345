import { describe, expect, test } from "vitest";

import { countyViewer, definePlugin, viewerOf } from "@xianmai/plugin-api";

const plugins = [
  definePlugin({
    name: "blockers",
    version: "1.0.0",
    label: { zh: "堵点", en: "Blockers" },
    url: import.meta.url,
    permissions: {
      "blocker.handle": { zh: "办理", en: "Handle", roles: ["department", "township"] },
      "blocker.count": { zh: "统计", en: "Count", roles: ["statistics", "guest"] },
    },
  }),
];

describe("what a viewer may do", () => {
  test("the county holds every permission, also one that no plugin declares", () => {
    for (const viewer of [countyViewer, viewerOf(plugins, { role: "county" })]) {
      expect([viewer.may("blocker.handle"), viewer.may("blocker.none")]).toEqual([true, true]);
    }
  });

  test("every other role holds what the plugins give to it", () => {
    expect(viewerOf(plugins, { role: "township" }).may("blocker.handle")).toBe(true);
    expect(viewerOf(plugins, { role: "statistics" }).may("blocker.handle")).toBe(false);
    expect(viewerOf(plugins, { role: "statistics" }).may("blocker.count")).toBe(true);
    expect(viewerOf(plugins, { role: "department" }).may("toString")).toBe(false);
  });

  test("a guest holds none, whatever a plugin says", () => {
    expect(viewerOf(plugins, { role: "guest" }).may("blocker.count")).toBe(false);
  });
});
