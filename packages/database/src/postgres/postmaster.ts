import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";

import { readProcess, standsIn, tellsPlaces, unlessGone } from "./process.ts";
import { codeOf } from "./system-error.ts";

/** What a running PostgreSQL writes of itself into `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** The folder of its socket. */
  readonly socketFolder: string;
  readonly status: "starting" | "ready" | "stopping" | "unknown";
}

/** How often what PostgreSQL does is looked at, in milliseconds. */
export const glance = 20;

/** What `postmaster.pid` of a cluster says, whether or not it is true any more. */
export function readPostmaster(cluster: string): Postmaster | undefined {
  const text = unlessGone(() => readFileSync(join(cluster, "postmaster.pid"), "utf8"));
  if (text === undefined) return undefined;
  const [pid, , , port, socketFolder, , , status] = text.split("\n");
  const number = Number.parseInt(pid ?? "", 10);
  // an empty file is one that is just being written
  if (Number.isNaN(number)) return undefined;
  return { pid: number, port: Number.parseInt(port ?? "", 10), socketFolder: socketFolder ?? "", status: statusOf(status?.trim()) };
}

function statusOf(text: string | undefined): Postmaster["status"] {
  return text === "starting" || text === "ready" || text === "stopping" ? text : "unknown";
}

/** Whether the process of that number is the PostgreSQL of this cluster: numbers are given again, most of all in containers. */
export function isAlive({ pid }: Postmaster, cluster: string): boolean {
  // a postmaster stands in its cluster
  if (tellsPlaces()) return readProcess(pid)?.name === "postgres" && standsIn(pid, cluster) === true;
  const { stdout } = spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.includes("postgres") && stdout.includes(cluster);
}

/** Whether the socket of a PostgreSQL stands where it made it: whoever tidies the temporary folder may have removed it. */
export function hasSocket({ socketFolder, port }: Postmaster): boolean {
  return existsSync(join(socketFolder, `.s.PGSQL.${port}`));
}

/** Whether it has ended, or ends within that many milliseconds. */
export async function endsWithin(postmaster: Postmaster, cluster: string, patience: number): Promise<boolean> {
  for (const until = performance.now() + patience; performance.now() < until; await wait(glance)) {
    if (!isAlive(postmaster, cluster)) return true;
  }
  return false;
}

/** The PostgreSQL that runs on a cluster, in whatever state; `undefined` where none does. */
export function runningPostmaster(cluster: string): Postmaster | undefined {
  const found = readPostmaster(cluster);
  return found !== undefined && isAlive(found, cluster) ? found : undefined;
}

/**
 * Ends PostgreSQL: sessions are cut off, what was committed is written down.
 *
 * @param patience milliseconds
 * @returns whether it has ended within that time; it goes on ending by itself
 */
export async function stopPostmaster(cluster: string, patience: number): Promise<boolean> {
  const found = runningPostmaster(cluster);
  if (found === undefined) return true;
  signal(found.pid);
  for (const until = performance.now() + patience; performance.now() < until; await wait(glance)) {
    // it removes the file as the last thing it does
    if (readPostmaster(cluster)?.pid !== found.pid || !isAlive(found, cluster)) {
      rmSync(found.socketFolder, { recursive: true, force: true });
      return true;
    }
  }
  return false;
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGINT");
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
}
