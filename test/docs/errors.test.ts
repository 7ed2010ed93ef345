import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { pageText } from "./documents.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What else is written in capitals: settings, other programs' words, kinds of days, how names are written. */
const NO_CODES: ReadonlySet<string> = new Set([
  "DATABASE_URL",
  "DATABASE_APP_URL",
  "XIANMAI_DATA",
  "XIANMAI_PORT",
  "XIANMAI_TEST_POSTGRES",
  "PG_VERSION",
  "ERR_WORKER_OUT_OF_MEMORY",
  "ABORT_ERR",
  "UPPER_SNAKE",
  "UNDER_CONSTRUCTION",
  "NEW_START",
  "MAKE_UP",
  "WORKING_DAYS",
  "WORKING_HOURS",
  "MORNING_ONLY",
  "AFTERNOON_ONLY",
]);

const CODE = /[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+/;

/** Every code in the packages' sources, and the problems that plugins declare. */
function codesInSources(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of globSync("packages/*/src/**/*.ts", { cwd: root, exclude: ["packages/web/**"] })) {
    const source = readFileSync(`${root}${file}`, "utf8");
    for (const [, code = ""] of source.matchAll(new RegExp(`"(${CODE.source})"`, "g"))) if (!NO_CODES.has(code)) found.add(code);
    for (const [, code = ""] of source.matchAll(new RegExp(`^\\s+(${CODE.source}): \\{ zh:`, "gm")))
      if (!NO_CODES.has(code)) found.add(code);
  }
  for (const file of globSync("plugins/*/src/plugin.ts", { cwd: root })) {
    const [, problems = ""] = /problems: \{([\s\S]*?)\n {2}\}/.exec(readFileSync(`${root}${file}`, "utf8")) ?? [];
    for (const [, code = ""] of problems.matchAll(new RegExp(`^\\s+(${CODE.source}):`, "gm"))) found.add(code);
  }
  return found;
}

const documented = [...pageText("docs/errors.md").matchAll(new RegExp(`^\\| \`(${CODE.source})\` +\\| .+ \\| .+ \\|$`, "gm"))].map(
  ([, code = ""]) => code,
);

test("every code that the platform gives stands in docs/errors.md, and no other", () => {
  expect(documented.toSorted()).toEqual([...codesInSources()].toSorted());
});

test("no code stands there twice", () => {
  expect(new Set(documented).size).toBe(documented.length);
});
