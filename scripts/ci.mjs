// What .ci/run runs. Plain JavaScript without dependencies, since it runs before the first install. Nothing stops it early: the last line,
// `N passed, N failed`, sums up both test runs, and each check or database that could not be had counts as one failure.
import { spawn } from "node:child_process";
import process from "node:process";
import { root } from "./boot/places.mjs";
import { startPostgres15 } from "./ci/postgres15.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/** @param {string} title */
function heading(title) {
  console.log(`\n── ${title} ──`);
}

/**
 * Runs npm with its output on ours.
 * @param {string[]} args @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function npm(args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      process.stdout.write(text);
      output = (output + text).slice(-100_000);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/** @param {NodeJS.ProcessEnv} env @param {string[]} [args] arguments of vitest @returns {Promise<Tally>} */
async function test(env, args = []) {
  const { ok, output } = await npm(["test", "--", ...args], env);
  const lines = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)];
  const [, passed = 0, failed = 1, skipped = 0] = (lines.at(-1) ?? []).map(Number);
  return { passed, failed: ok ? failed : Math.max(failed, 1), skipped: skipped || 0 };
}

/** @returns {Promise<Tally>} */
async function testOnPostgres15() {
  const postgres = await startPostgres15();
  try {
    // what cannot tell one database from another has been proven already
    const env = { ...process.env, DATABASE_URL: postgres.url, XIANMAI_TEST_POSTGRES_BIN: postgres.bin };
    return await test(env, ["--exclude=scripts/**", "--exclude=packages/plugin-api/**"]);
  } finally {
    await postgres.stop();
  }
}

/** @param {string} title @param {() => Promise<Tally>} step @returns {Promise<Tally>} */
async function step(title, step) {
  heading(title);
  try {
    return await step();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

process.on("SIGTERM", () => process.exit(143)).on("SIGINT", () => process.exit(130));
const tallies = [
  await step("检查 Checks", async () => {
    const { ok } = await npm(["run", "--silent", "check"]);
    return { passed: 0, failed: ok ? 0 : 1, skipped: 0 };
  }),
  await step("测试：自带 PostgreSQL 18 / Tests on the private PostgreSQL 18", () => {
    const { DATABASE_URL: _, DATABASE_APP_URL: __, XIANMAI_TEST_POSTGRES_BIN: ___, ...env } = process.env;
    return test(env);
  }),
  await step("测试：Debian PostgreSQL 15 / Tests on Debian's PostgreSQL 15", testOnPostgres15),
];
const sum = (/** @type {keyof Tally} */ key) => tallies.reduce((total, tally) => total + tally[key], 0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed${sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : ""}`);
process.exitCode = sum("failed") > 0 ? 1 : 0;
