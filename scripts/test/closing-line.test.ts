import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const checkout = join(import.meta.dirname, "..", "..");
let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "closing-")));
  mkdirSync(join(root, "node_modules"));
  symlinkSync(realpathSync(join(checkout, "node_modules", "vitest")), join(root, "node_modules", "vitest"));
  const reporter = JSON.stringify(join(checkout, "scripts", "closing-line.ts"));
  writeFileSync(
    join(root, "vitest.config.mjs"),
    `import { ClosingLine } from ${reporter};
     export default { test: { pool: "threads", maxWorkers: 1, reporters: ["default", new ClosingLine()] } };`,
  );
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** A vitest run over these files: its last line, and whether it succeeded. */
function run(files: Readonly<Record<string, string>>, ...args: string[]): { readonly line: string | undefined; readonly ok: boolean } {
  for (const [name, body] of Object.entries(files)) {
    writeFileSync(join(root, `${name}.test.mjs`), `import { afterAll, beforeAll, describe, expect, test } from "vitest";\n${body}`);
  }
  const vitest = join(checkout, "node_modules", "vitest", "vitest.mjs");
  const { status, stdout } = spawnSync(process.execPath, [vitest, "run", ...args], { cwd: root, encoding: "utf8" });
  return { line: stdout.trimEnd().split("\n").at(-1), ok: status === 0 };
}

const passing = `test("a", () => {});`;

test("the run closes with what passed and failed, and names what was skipped only where there is something", () => {
  expect(run({ a: passing, b: `test("b", () => {});` })).toEqual({ line: "2 passed, 0 failed", ok: true });
  expect(run({ b: `test("b", () => { expect(1).toBe(2); }); test.skip("c", () => {});` })).toEqual({
    line: "1 passed, 1 failed, 1 skipped",
    ok: false,
  });
});

test("a file that cannot be loaded is a failure", () => {
  expect(run({ a: passing, b: `throw new Error("while loading");` })).toEqual({ line: "1 passed, 1 failed", ok: false });
});

test("a suite whose hook throws is a failure, although its tests count as skipped", () => {
  const hook = `describe("s", () => { beforeAll(() => { throw new Error("hook"); }); test("b", () => {}); });`;
  expect(run({ a: passing, b: hook })).toEqual({ line: "1 passed, 1 failed, 1 skipped", ok: false });
});

test("an error outside every test is a failure", () => {
  expect(run({ a: `test("a", () => { void Promise.reject(new Error("nobody waits")); });` })).toEqual({
    line: "1 passed, 1 failed",
    ok: false,
  });
});

test("a run without a test, or with nothing but skipped ones, is a failure", () => {
  expect(run({})).toEqual({ line: "0 passed, 1 failed", ok: false });
  expect(run({ a: passing }, "-t", "no such name")).toEqual({ line: "0 passed, 1 failed, 1 skipped", ok: false });
});
