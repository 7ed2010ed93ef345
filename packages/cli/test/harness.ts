import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const script = join(root, "packages", "cli", "bin", "xianmai.js");

/** How the command is called. */
export interface Call {
  /** Beside this process's own variables; those that would lead to another database are left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The root of the project, with its configuration, unless given. */
  readonly cwd?: string;
  readonly node?: string;
}

/** What a command left behind. */
export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Running {
  readonly pid: number;
  /** Waits until it has written something to its standard output; rejects when it ends without. */
  says(part: string): Promise<string>;
  /** What it wrote so far. */
  readonly err: () => string;
  readonly ended: Promise<Result>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the real command. */
export function start(args: readonly string[], { env = {}, cwd = root, node = process.execPath }: Call = {}): Running {
  const { DATABASE_URL: _, DATABASE_APP_URL: __, XIANMAI_DATA: ___, XIANMAI_PORT: ____, ...own } = process.env;
  const child = spawn(node, [script, ...args], { cwd, env: { ...own, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  let heard = (): void => undefined;
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
    heard();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<Result>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, out, err }));
  });
  return {
    pid: child.pid ?? 0,
    says: (part) =>
      new Promise((resolve, reject) => {
        heard = () => {
          if (out.includes(part)) resolve(out);
        };
        heard();
        void ended.then((result) => reject(new Error(`It ended without a word of “${part}”:\n${result.out}${result.err}`)));
      }),
    err: () => err,
    ended,
    kill: (signal) => void child.kill(signal),
  };
}

/** Runs the real command to its end. */
export function xianmai(args: readonly string[], call?: Call): Promise<Result> {
  return start(args, call).ended;
}

/** A folder for a data folder, with a space and Chinese characters, that PostgreSQL's user may pass through; and how to remove it. */
export function newFolder(): { readonly path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "县 脉-")));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
