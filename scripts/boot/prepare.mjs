import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { alone } from "./lock.mjs";
import { runPhase } from "./phase.mjs";
import { node, notes, root } from "./places.mjs";
import { filesBeneath, hashOf, isStamped, stamp } from "./stamp.mjs";

const web = join(root, "packages", "web");
const lockFile = join(root, "pnpm-lock.yaml");
const installed = join(notes, "installed");

/**
 * Says that what lies in node_modules is what the lock file asks for.
 * @public for tests, whose installs are not made here
 */
export function markInstalled() {
  stamp(installed, installHash());
}

/** Brings node_modules and every build result up to date, doing nothing that is done already. @returns {Promise<void>} */
export function prepare() {
  return alone(async () => {
    await install();
    await compile();
    await buildPages();
  });
}

async function install() {
  const hash = installHash();
  if (isStamped(installed, hash) && existsSync(join(root, "node_modules", "typescript"))) return;
  const { command, args } = pnpm();
  await runPhase({
    zh: "安装依赖",
    en: "Installing dependencies",
    command,
    // the lock file names each package by its hash; asking the registry for the age of all of them again would double the time and fail on mirrors
    args: [...args, "install", "--frozen-lockfile", "--config.minimumReleaseAge=0", "--config.confirmModulesPurge=false"],
    remedy: {
      zh: "请检查网络或镜像（npm config get registry）后重试；若改过 package.json，先运行 npx pnpm install。",
      en: "check the network or the mirror (npm config get registry) and run it again; after editing a package.json run npx pnpm install first.",
    },
  });
  markInstalled();
}

/** @returns {string} a hash of everything that an install depends on */
function installHash() {
  const manifests = ["packages", "plugins"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name, "package.json")),
  );
  const inputs = [lockFile, join(root, "pnpm-workspace.yaml"), join(root, "package.json"), ...manifests.filter((path) => existsSync(path))];
  return hashOf(inputs, [process.platform, process.arch]);
}

async function compile() {
  await runPhase({
    zh: "编译",
    en: "Compiling",
    command: node(),
    args: [join(root, "node_modules", "typescript", "bin", "tsc"), "-b", "tsconfig.build.json"],
    remedy: { zh: "请按上面的位置修正类型错误。", en: "correct the type errors at the places above." },
  });
}

async function buildPages() {
  if (!("build" in (manifest(web).scripts ?? {}))) return;
  const hash = hashOf([...filesBeneath(web, (name) => ["dist", "node_modules", "test"].includes(name)), lockFile]);
  const done = join(web, "dist", ".built");
  if (isStamped(done, hash)) return;
  await runPhase({
    zh: "构建页面",
    en: "Building the pages",
    command: node(),
    args: [join(root, "node_modules", "pnpm", "bin", "pnpm.mjs"), "--filter", "@xianmai/web", "build"],
    remedy: { zh: "请按上面的提示修正 packages/web。", en: "correct packages/web as the lines above say." },
  });
  stamp(done, hash);
}

/** @typedef {{ version?: string, scripts?: Record<string, string>, devDependencies?: Record<string, string> }} Manifest */

/** @param {string} folder @returns {Manifest} */
function manifest(folder) {
  return /** @type {Manifest} */ (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
}

/** The pnpm of the lock file: the one in node_modules, the one of this machine, else fetched by npm. @returns {{ command: string, args: string[] }} */
function pnpm() {
  const version = manifest(root).devDependencies?.pnpm ?? "latest";
  const own = join(root, "node_modules", "pnpm");
  if (existsSync(join(own, "package.json")) && manifest(own).version === version) {
    return { command: node(), args: [join(own, "bin", "pnpm.mjs")] };
  }
  const found = spawnSync("pnpm", ["--version"], { cwd: root, encoding: "utf8", timeout: 5000 });
  if (found.status === 0 && found.stdout.trim() === version) return { command: "pnpm", args: [] };
  const exec = ["exec", "--yes", `--package=pnpm@${version}`, "--", "pnpm"];
  // npm tells its scripts where it lies, so that nothing depends on the shell or on npm.cmd
  const npm = process.env.npm_execpath;
  return npm === undefined ? { command: "npm", args: exec } : { command: process.execPath, args: [npm, ...exec] };
}
