import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";
import { root } from "./places.mjs";

const tailLines = 40;
const tick = 1000;

/** A phase that did not succeed; the message is ready to print, the exit code is the command's own (128 + n for a signal). */
export class PhaseFailed extends Error {
  /** @param {string} message @param {number} exitCode */
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** @param {number | null} code @param {NodeJS.Signals | null} signal @returns {number} what a shell would report */
export function exitCodeOf(code, signal) {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}

/**
 * Runs one command as one line of progress, `  安装依赖 Installing dependencies … 12.3 s`, keeping its output to itself. When it fails the end of
 * that output and the remedy become the error. Ctrl-C and SIGTERM end the command, then the phase fails.
 * @param {{ zh: string, en: string, remedy: { zh: string, en: string }, command: string, args: string[], env?: NodeJS.ProcessEnv }} phase
 * @returns {Promise<void>}
 */
export async function runPhase({ zh, en, remedy, command, args, env = process.env }) {
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const label = `  ${zh} ${en} … `;
  process.stdout.write(label);
  const ticking = process.stdout.isTTY ? setInterval(() => process.stdout.write(`\r${label}${seconds()}`), tick) : undefined;

  const { code, output } = await collect(command, args, env);
  clearInterval(ticking);
  process.stdout.write(`${process.stdout.isTTY ? `\r${label}` : ""}${code === 0 ? seconds() : "✗"}      \n`.replace(/ +\n$/, "\n"));
  if (code === 0) return;
  const tail = output.trimEnd().split("\n").slice(-tailLines).join("\n");
  throw new PhaseFailed(`${tail}\n\n${zh}失败：${remedy.zh}\n${en} failed: ${remedy.en}`, code);
}

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<{ code: number, output: string }>} */
function collect(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-100_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      child.kill(signal);
    };
    process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop);
    const end = (/** @type {number} */ code) => {
      process.off("SIGINT", stop).off("SIGTERM", stop).off("SIGHUP", stop);
      resolve({ code, output });
    };
    child.on("error", (error) => {
      output += `${command}: ${error.message}`;
      end(127);
    });
    child.on("close", (code, signal) => end(exitCodeOf(code, signal)));
  });
}
