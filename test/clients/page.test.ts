import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { pageFiles } from "./support/page.ts";

/** Files of the page that a project of a test is made of: they are run as the page shows them. */
const LAID_DOWN = ["codegen.ts", "src/ask.ts", "src/board.ts", "relay.config.json", "src/projects.ts"];

/** Files of the page that are checked and run here, so that they must read the same. */
const HERE = ["apollo.ts", "urql.ts", "relay.ts"];

test("every file that docs/dashboards.md shows is run", () => {
  expect([...pageFiles().keys()].toSorted()).toEqual([...LAID_DOWN, ...HERE].toSorted());
});

test.each(HERE)("docs/dashboards.md shows %s as it is run", (name) => {
  expect(pageFiles().get(name)).toBe(readFileSync(new URL(`support/${name}`, import.meta.url), "utf8"));
});
