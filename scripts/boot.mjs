// The door of the house, for a machine that has Node 20 and npm and nothing else:
//   node scripts/boot.mjs start [flags of `xianmai serve`]   node scripts/boot.mjs test [arguments of vitest]
//   node scripts/boot.mjs check                              node scripts/boot.mjs prepare
// It installs and builds what is not up to date, then steps aside. Plain JavaScript without dependencies: it runs before the first install.
import process from "node:process";
import { check } from "./boot/check.mjs";
import { PhaseFailed } from "./boot/phase.mjs";
import { prepare } from "./boot/prepare.mjs";
import { runServer, runTests } from "./boot/run.mjs";

const oldest = 20;

/** @param {string} command @param {string[]} args @returns {Promise<number>} the exit code */
async function boot(command, args) {
  if (Number.parseInt(process.versions.node, 10) < oldest) {
    console.error(`Node.js ${process.versions.node} 太旧，请安装 ${oldest} 或更新的版本。`);
    console.error(`Node.js ${process.versions.node} is too old; install version ${oldest} or newer: https://nodejs.org`);
    return 1;
  }
  switch (command) {
    case "start":
      await prepare();
      return runServer(args);
    case "test":
      await prepare();
      return runTests(args);
    case "check":
      await prepare();
      return check();
    case "prepare":
      await prepare();
      return 0;
    default:
      console.error(`未知命令 Unknown command "${command}": start | test | check | prepare`);
      return 2;
  }
}

const [command = "start", ...args] = process.argv.slice(2);
try {
  process.exitCode = await boot(command, args);
} catch (error) {
  console.error(error instanceof PhaseFailed ? error.message : error);
  process.exitCode = error instanceof PhaseFailed ? error.exitCode : 1;
  // whoever counts a test run finds its line here too, when it broke before the first test
  if (command === "test") console.log("\n0 passed, 1 failed");
}
