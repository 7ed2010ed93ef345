import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const checkout = join(import.meta.dirname, "..", "..");
interface Preparing {
  readonly markInstalled: () => void;
}

let root: string;
/** A run of the boot script: what it wrote to both streams as it came, and to the standard output alone. */
interface Run {
  readonly process: ChildProcess;
  output: string;
  stdout: string;
}
let running: Run[];

/** A checkout of its own, in a path with a space and Chinese characters: the real boot script around a server of a few lines. */
beforeEach(async () => {
  running = [];
  root = join(realpathSync(mkdtempSync(join(tmpdir(), "boot-"))), "县 脉");
  write("package.json", `{ "type": "module", "devDependencies": { "pnpm": "12.21.0" } }`);
  write("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
  write("pnpm-workspace.yaml", "packages: [packages/*]\nverifyDepsBeforeRun: false\n");
  write("tsconfig.build.json", `{ "compilerOptions": { "noEmit": true, "types": [] }, "files": ["packages/cli/src/main.ts"] }`);
  write("packages/cli/src/main.ts", "export const main = 1;");
  write("packages/web/package.json", "{}");
  write(
    "packages/cli/bin/xianmai.js",
    `const alive = setInterval(() => {}, 1000);
     const end = (signal) => { console.log("ended by", signal); clearInterval(alive); process.exitCode = 3; };
     process.on("SIGINT", end).on("SIGTERM", end);
     console.log("serving", JSON.stringify(process.argv.slice(2)), process.cwd());`,
  );
  mkdirSync(join(root, "plugins"));
  cpSync(join(checkout, "scripts", "boot.mjs"), join(root, "scripts", "boot.mjs"));
  cpSync(join(checkout, "scripts", "boot"), join(root, "scripts", "boot"), { recursive: true });
  for (const name of ["typescript", "pnpm", "vitest", join(".bin", "node")]) {
    mkdirSync(dirname(join(root, "node_modules", name)), { recursive: true });
    symlinkSync(realpathSync(join(checkout, "node_modules", name)), join(root, "node_modules", name));
  }
  await markInstalled();
});

afterEach(async () => {
  for (const { process } of running.filter((one) => one.process.exitCode === null && one.process.signalCode === null)) {
    process.kill("SIGTERM");
    await once(process, "close");
  }
  rmSync(dirname(root), { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** What node_modules holds stands for an install: these tests need no registry. */
async function markInstalled(): Promise<void> {
  const preparing = (await import(join(root, "scripts", "boot", "prepare.mjs"))) as Preparing;
  preparing.markInstalled();
}

function boot(...args: string[]): Run {
  const child = spawn(process.execPath, [join(root, "scripts", "boot.mjs"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const one = { process: child, output: "", stdout: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (one.stdout += text));
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (one.output += text));
  running.push(one);
  return one;
}

async function says(one: Run, text: string): Promise<void> {
  while (!one.output.includes(text)) {
    if (one.process.exitCode !== null) throw new Error(`ended without saying "${text}":\n${one.output}`);
    await Promise.race([once(one.process.stdout!, "data"), once(one.process.stderr!, "data"), once(one.process, "close")]);
  }
}

async function exitCode(one: Run): Promise<number | null> {
  if (one.process.exitCode === null) await once(one.process, "close");
  return one.process.exitCode;
}

test("start compiles, says so in one line, and gives its flags to xianmai serve in the checkout's folder", async () => {
  const start = boot("start", "--port", "4100", "--data", "./a b");
  await says(start, "serving");
  expect(start.output).toMatch(/ {2}编译 Compiling … \d+\.\d s\n/);
  expect(start.output).toContain(`serving ["serve","--port","4100","--data","./a b"] ${root}`);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends the server gracefully, and its exit code is the command's", async (signal) => {
  const start = boot("start");
  await says(start, "serving");
  start.process.kill(signal);
  expect(await exitCode(start)).toBe(3);
  expect(start.output).toContain(`ended by ${signal}`);
});

test("a keystroke that arrives from the terminal and from npm is one signal to the server", async () => {
  write(
    "packages/cli/bin/xianmai.js",
    `let n = 0; process.on("SIGINT", () => { console.log("signal", ++n); }); console.log("serving"); setInterval(() => {}, 1000); process.on("SIGTERM", () => process.exit(n));`,
  );
  const start = boot("start");
  await says(start, "serving");
  start.process.kill("SIGINT");
  await says(start, "signal 1");
  start.process.kill("SIGINT");
  start.process.kill("SIGTERM");
  expect(await exitCode(start)).toBe(1);
});

test("a start that is killed outright takes its server along, gracefully", async () => {
  const start = boot("start");
  await says(start, "serving");
  start.process.kill("SIGKILL");
  await says(start, "ended by SIGTERM");
  if (start.process.exitCode === null && start.process.signalCode === null) await once(start.process, "exit");
  expect(start.process.signalCode).toBe("SIGKILL");
});

test("of two starts at once the second waits for the first, and both serve", async () => {
  const starts = [boot("start"), boot("start")];
  await Promise.all(starts.map((start) => says(start, "serving")));
  expect(starts.map((start) => start.output)).toEqual([expect.stringContaining("Compiling"), expect.stringContaining("Compiling")]);
});

test("the lock of a process that was killed holds nobody up", async () => {
  const dead = spawn(process.execPath, ["-e", ""]);
  await once(dead, "close");
  write("node_modules/.boot/lock", `${String(dead.pid)} 1`);
  const start = boot("start");
  await says(start, "serving");
  expect(start.output).toContain("Compiling");
});

test("what does not compile is shown with its place and the remedy, and closes a test run as one failure", async () => {
  write("packages/cli/src/main.ts", `export const main: string = 1;`);
  const run = boot("test");
  expect(await exitCode(run)).not.toBe(0);
  expect(run.output).toContain("packages/cli/src/main.ts(1,14): error TS2322");
  expect(run.output).toContain("Compiling failed: correct the type errors at the places above.");
  expect(run.stdout.trimEnd().split("\n").at(-1)).toBe("0 passed, 1 failed");
});

test("a changed package.json makes the next start install, and an install that fails says what to do", async () => {
  write("packages/cli/package.json", `{ "name": "cli", "dependencies": { "zod": "4.0.0" } }`);
  const start = boot("start");
  expect(await exitCode(start)).not.toBe(0);
  expect(start.output).toContain("安装依赖 Installing dependencies … ✗");
  expect(start.output).toContain("after editing a package.json run npx pnpm install first");
});

test("pages are built once, and again when a source of theirs changes", async () => {
  write("packages/web/package.json", `{ "name": "@xianmai/web", "scripts": { "build": "node -e \\"\\"" } }`);
  await markInstalled();
  const builds = async () => {
    const prepare = boot("prepare");
    expect(await exitCode(prepare)).toBe(0);
    return prepare.output.includes("Building the pages");
  };
  expect([await builds(), await builds()]).toEqual([true, false]);
  write("packages/web/src/new.ts", "");
  expect(await builds()).toBe(true);
});

test("a test run that finds no tests closes as one failure", async () => {
  write("vitest.config.ts", "export default {}");
  const run = boot("test");
  expect(await exitCode(run)).toBe(1);
  expect(run.stdout.trimEnd().split("\n").at(-1)).toBe("0 passed, 1 failed");
});
