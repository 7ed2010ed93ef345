import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The oldest Node.js that the platform runs on. */
export const neededNode = 24;

/**
 * Runs this very command line under the Node.js that the install brought along. This file runs on Node 20 and knows nothing but what is in that.
 *
 * @param script the file that node was called with
 * @returns the exit code
 */
export async function handOver(script: string, args: readonly string[]): Promise<number> {
  const node = installedNode(dirname(fileURLToPath(import.meta.url))) ?? installedNode(process.cwd());
  if (node === undefined) {
    const { node: found } = process.versions;
    process.stderr.write(`✗ 需要 Node.js ${neededNode} 或更新的版本，当前为 ${found}。请先在项目根目录运行 npm start，它会安装。\n`);
    process.stderr.write(
      `  Node.js ${neededNode} or newer is needed, this is ${found}. Run npm start in the project's root: it installs one.\n`,
    );
    return 1;
  }
  const child = spawn(node, [script, ...args], { stdio: "inherit" });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on("SIGINT", pass).on("SIGTERM", pass).on("SIGHUP", pass);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
  });
}

/** The first `node_modules/.bin/node` in or above a folder. */
function installedNode(folder: string): string | undefined {
  const found = join(folder, "node_modules", ".bin", "node");
  if (existsSync(found)) return found;
  return dirname(folder) === folder ? undefined : installedNode(dirname(folder));
}
