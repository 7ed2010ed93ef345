import { spawn, spawnSync } from "node:child_process";
import { statSync } from "node:fs";

import { Refusal } from "@xianmai/plugin-api";

import { isRoot } from "./data-folder.ts";

/** The user that PostgreSQL runs as when root starts it, since PostgreSQL itself refuses to be root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** What a command of PostgreSQL left behind. */
export interface Outcome {
  readonly ok: boolean;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

/**
 * The account for a cluster.
 *
 * @param cluster the folder of the cluster, which may not exist yet: one that does runs as its owner
 * @returns `undefined` when PostgreSQL runs as this very user
 * @throws Refusal DATA_FOLDER_DENIED when the cluster is another user's and this process may not become that one
 */
export function accountFor(cluster: string): Account | undefined {
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (isRoot()) {
    if (owner !== undefined && owner.uid !== 0) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
    return named("postgres") ?? named("nobody") ?? { name: "uid 65534", uid: 65_534, gid: 65_534 };
  }
  if (owner === undefined || process.geteuid === undefined || owner.uid === process.geteuid()) return undefined;
  throw new Refusal(
    "DATA_FOLDER_DENIED",
    {
      zh: `数据库文件 ${cluster} 属于用户 ${owner.uid}，当前用户 ${process.geteuid()} 不能启动它。`,
      en: `The database in ${cluster} belongs to user ${owner.uid}; the current user ${process.geteuid()} cannot start it.`,
    },
    {
      zh: "请用 root 或该用户运行，或用 --data 另选一个文件夹。",
      en: "Run as root or as that user, or choose another folder with --data.",
    },
  );
}

function named(name: string): Account | undefined {
  const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, name], { encoding: "utf8" }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { name, uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10) };
}

/** What to give `spawn` so that the child is that account, stands where it may stand, and inherits none of our PG… variables. */
export function identity(account: Account | undefined): {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
} {
  return {
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" },
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  };
}

/** Runs a command to its end as that account. */
export function runAs(account: Account | undefined, command: string, args: readonly string[], input = ""): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...identity(account), stdio: "pipe" });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      resolve({ ok: false, output: output + error.message });
    });
    child.on("close", (code) => {
      resolve({ ok: code === 0, output });
    });
    // a command that ended without reading its input is judged by its exit code
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** Whether that account can pass through every folder down to this one: tried as that account, since rights are more than mode bits. */
export async function canReach(account: Account | undefined, folder: string): Promise<boolean> {
  return (await runAs(account, "/bin/sh", ["-c", 'cd -- "$1"', "sh", folder])).ok;
}
