import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { exitCodeOf } from "./phase.mjs";
import { node, root } from "./places.mjs";

const sameKeystroke = 500;

/** @param {string[]} args flags of `xianmai serve` @returns {Promise<number>} the server's exit code, once it has ended */
export function runServer(args) {
  const follow = new URL("follow-parent.mjs", import.meta.url).href;
  return run(["--import", follow, join(root, "packages", "cli", "bin", "xianmai.js"), "serve", ...args], () => {});
}

/** @param {string[]} args arguments of `vitest run` @returns {Promise<number>} */
export async function runTests(args) {
  let closes = false;
  const code = await run([join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...args], () => {
    closes = true;
  });
  // vitest did not reach its reporters, or was killed: the run still ends with a countable line
  if (!closes || code > 128) console.log("\n0 passed, 1 failed");
  return code;
}

/**
 * Runs Node on the terminal of this process until it ends. The child stands in a process group of its own: Ctrl-C reaches this process from the
 * terminal and again from npm, and the child, which may take a second signal for impatience, hears of it once.
 * @param {string[]} args @param {() => void} onMessage
 * @returns {Promise<number>}
 */
function run(args, onMessage) {
  return new Promise((resolve, reject) => {
    const detached = process.platform !== "win32";
    const child = spawn(node(), args, { cwd: root, detached, stdio: ["inherit", "inherit", "inherit", "ipc"] });
    /** @type {Map<NodeJS.Signals, number>} */
    const heard = new Map();
    const pass = (/** @type {NodeJS.Signals} */ signal) => {
      const now = performance.now();
      // a closed terminal is no reason to end less gracefully
      if (now - (heard.get(signal) ?? -Infinity) > sameKeystroke) child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
      heard.set(signal, now);
    };
    process.on("SIGINT", pass).on("SIGTERM", pass).on("SIGHUP", pass);
    child.on("message", onMessage);
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(exitCodeOf(code, signal)));
  });
}
