import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync, type Stats } from "node:fs";

import { isRoot } from "./data-folder.ts";
import { codeOf } from "./system-error.ts";

/** A process as the system tells of it. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** The name of its program. */
  readonly name: string;
  /** The user whose rights it has. */
  readonly uid: number;
  /** The command line, or what the process calls itself instead: `postgres: checkpointer`. */
  readonly title: string;
}

/** Whether this system tells where a process stands, as Linux does. */
export function tellsPlaces(): boolean {
  return existsSync("/proc/self/status");
}

/**
 * Whether a folder is the current directory of a process, by whatever name; `undefined` where that cannot be told: the process is another
 * user's, or gone. Only where `tellsPlaces`.
 */
export function standsIn(pid: number, folder: string): boolean | undefined {
  const wanted = unlessGone(() => statSync(folder));
  if (wanted === undefined) return undefined;
  try {
    const found = statSync(`/proc/${pid}/cwd`);
    return found.ino === wanted.ino && found.dev === wanted.dev;
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (["EACCES", "EPERM"].includes(code)) return isRoot() ? askAsOwner(pid, folder, wanted) : undefined;
    if (["ENOENT", "ENOTDIR", "ESRCH"].includes(code)) return undefined;
    throw error;
  }
}

/** Root in a container mostly lacks the right to look at processes of others (CAP_SYS_PTRACE), but may become the user whose they are. */
function askAsOwner(pid: number, folder: string, { uid, gid }: Stats): boolean | undefined {
  const script = '[ "$1" -ef "$2" ] && exit 10; [ -e "$1" ] && exit 11; exit 12';
  const { status } = spawnSync("/bin/sh", ["-c", script, "sh", `/proc/${pid}/cwd`, folder], { cwd: "/", uid, gid, stdio: "ignore" });
  return status === 10 ? true : status === 11 ? false : undefined;
}

/** A process that lives; `undefined` when it is gone, or dead and only not yet reaped. */
export function readProcess(pid: number): Process | undefined {
  const status = unlessGone(() => readFileSync(`/proc/${pid}/status`, "utf8"));
  const title = unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  if (status === undefined || title === undefined || /^[ZX]/.test(field(status, "State"))) return undefined;
  return {
    pid,
    parent: Number.parseInt(field(status, "PPid"), 10),
    name: field(status, "Name"),
    // real, effective, saved, of the file system
    uid: Number.parseInt(field(status, "Uid").split("\t")[1] ?? "", 10),
    title: title.replaceAll("\0", " ").trim(),
  };
}

/** Every living process of a program that this one may see. Only where `tellsPlaces`. */
export function processesOf(program: string): readonly Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? [])
    .filter(({ name }) => name === program);
}

function field(status: string, name: string): string {
  return new RegExp(`^${name}:\\t(.*)$`, "m").exec(status)?.[1] ?? "";
}

/** Files and processes may go between two looks at them, and other users' processes may not be looked at. */
export function unlessGone<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ESRCH", "EACCES", "EPERM"].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}
