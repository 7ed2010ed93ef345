import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The root of this checkout. */
export const checkout = fileURLToPath(new URL("../../..", import.meta.url));
const script = join(checkout, "packages", "cli", "bin", "xianmai.js");

/** What a test may take that starts processes one after the other, in milliseconds, on a machine that others use too. */
export const longest = 60_000;

/** How the command is called. */
export interface Call {
  /** Beside the variables of this process, of which those that lead to another database are left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of `xianmai.config.ts`: the root of this checkout unless given. */
  readonly cwd?: string;
}

/** What a command left behind. */
export interface Result {
  /** The exit code; `null` when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Running {
  readonly ended: Promise<Result>;
  /** False from the moment on at which it has ended. */
  readonly alive: boolean;
  /** What it has written so far, of answers and complaints. */
  said(): string;
  kill(signal: "SIGTERM" | "SIGKILL"): Promise<Result>;
}

/** Starts the real command, as it was built. */
export function start(args: readonly string[], { env = {}, cwd = checkout }: Call = {}): Running {
  const { DATABASE_URL: _, DATABASE_APP_URL: __, XIANMAI_DATA: ___, XIANMAI_PORT: ____, ...own } = process.env;
  const child = spawn(process.execPath, [script, ...args], { cwd, env: { ...own, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  let alive = true;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const ended = new Promise<Result>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => {
      alive = false;
    });
    child.on("close", (code) => resolve({ code, out, err }));
  });
  return {
    ended,
    get alive() {
      return alive;
    },
    said: () => out + err,
    kill: async (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs the real command to its end. */
export async function xianmai(args: readonly string[], call?: Call): Promise<Result> {
  return start(args, call).ended;
}
