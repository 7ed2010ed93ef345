import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { PhaseFailed, runPhase } from "./phase.mjs";
import { node, root } from "./places.mjs";

/** Every check of the house by its npm script, in the order in which one wants to hear of them. */
const checks = [
  { script: "format:check", zh: "格式", en: "Format", remedy: { zh: "运行 npm run format。", en: "run npm run format." } },
  { script: "typecheck", zh: "类型", en: "Types", remedy: { zh: "修正上面的类型错误。", en: "correct the type errors above." } },
  { script: "lint", zh: "规范", en: "Lint", remedy: { zh: "修正上面的问题。", en: "correct what is named above." } },
  {
    script: "boundaries",
    zh: "边界",
    en: "Boundaries",
    remedy: { zh: "见 scripts/boundaries/matrix.ts。", en: "see scripts/boundaries/matrix.ts." },
  },
  { script: "deadcode", zh: "无用代码", en: "Dead code", remedy: { zh: "删除上面未用的部分。", en: "delete what is unused above." } },
];

/** Runs all checks, also after one has failed. @returns {Promise<number>} the exit code */
export async function check() {
  const failures = [];
  for (const { script, ...phase } of checks) {
    try {
      await runPhase({ ...phase, ...commandOf(script) });
    } catch (error) {
      if (!(error instanceof PhaseFailed) || error.exitCode > 128) throw error;
      failures.push(script);
      console.error(error.message);
    }
  }
  if (failures.length > 0) console.error(`\n未通过 Failed: ${failures.join(", ")}`);
  return failures.length > 0 ? 1 : 0;
}

/** The script's own words, run by a shell that finds the tools; through npm it would cost half a second each. @param {string} script */
function commandOf(script) {
  const { scripts } = /** @type {{ scripts: Record<string, string> }} */ (JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const words = (scripts[script] ?? "").split(" ");
  const tools = join(root, "node_modules", ".bin");
  const [tool = "node", ...args] = words;
  return {
    command: tool === "node" ? node() : join(tools, tool),
    args,
    env: { ...process.env, PATH: `${tools}:${process.env.PATH ?? ""}` },
  };
}
