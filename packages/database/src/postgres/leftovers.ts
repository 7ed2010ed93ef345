import { statSync } from "node:fs";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";

import { Refusal, type Label } from "@xianmai/plugin-api";

import type { Place } from "./place.ts";
import { glance } from "./postmaster.ts";
import { processesOf, readProcess, standsIn, tellsPlaces, type Process } from "./process.ts";
import { codeOf } from "./system-error.ts";

const program = "postgres";
/** Every process that PostgreSQL starts calls itself so at once; the first one, which starts the others, keeps its command line. */
const childTitle = "postgres: ";
/** How long the system may take to end who was killed. */
const killedWithin = 10_000;

interface Found {
  /** Processes of this cluster's, left behind by a PostgreSQL that is no more. */
  readonly orphans: readonly Process[];
  /** Processes that stand in the cluster and may well serve somebody. */
  readonly living: readonly Process[];
  /** Those of PostgreSQL's user of which it cannot be told where they stand. */
  readonly doubtful: readonly Process[];
}

/**
 * Ends what a killed PostgreSQL left behind on a cluster and what does not end by itself: one process may wait for ever for what another held
 * that was killed with the first one, and nobody starts PostgreSQL on the cluster as long as it lives.
 *
 * It is ended by SIGKILL: a signal that asks is heard only by who does not wait. That loses nothing. Without its first process PostgreSQL takes
 * no connections and acknowledges nothing, what it had acknowledged is in the log on the disk, and the next start recovers from that log, as after
 * any crash. Only those are ended that are proven to be such: processes of PostgreSQL's, of the cluster's user, that stand in the cluster
 * (where all of its processes stand) and whose parent is none of PostgreSQL's.
 *
 * @throws Refusal POSTGRES_LEFTOVERS when there are none, when someone may be served by them, when this cannot be told, or when they do not end
 */
export async function endLeftovers({ cluster }: Place, log: (line: Label) => void): Promise<void> {
  if (!tellsPlaces()) throw notTold(cluster, []);
  const { orphans, living, doubtful } = find(cluster);
  if (living.length > 0) throw inUse(cluster, living);
  if (orphans.length === 0) throw notTold(cluster, doubtful);
  log({
    zh: `PostgreSQL 曾被强行终止，留下的进程互相等待，不会自行结束，现予以终止：${named(orphans)}。已提交的数据不受影响。`,
    en: `PostgreSQL was killed and left processes behind that will not end by themselves; ending them: ${named(orphans)}. Nothing committed is lost.`,
  });
  for (const { pid } of orphans) endOrphan(pid, cluster);
  let left = orphans;
  for (const until = performance.now() + killedWithin; performance.now() < until; await wait(glance)) {
    left = find(cluster).orphans;
    if (left.length === 0) return;
  }
  throw undying(cluster, left);
}

function find(cluster: string): Found {
  const orphans: Process[] = [];
  const living: Process[] = [];
  const doubtful: Process[] = [];
  const { uid } = statSync(cluster);
  for (const one of processesOf(program)) {
    const here = standsIn(one.pid, cluster);
    if (here === true) (isOrphan(one, cluster, uid) ? orphans : living).push(one);
    // it may have ended just now
    else if (here === undefined && one.uid === uid && readProcess(one.pid) !== undefined) doubtful.push(one);
  }
  return { orphans, living, doubtful };
}

/** Of one that stands in the cluster. A parent that is not seen is another user's, and so not this cluster's PostgreSQL. */
function isOrphan({ parent, title, uid }: Process, cluster: string, owner: number): boolean {
  // a parent outside of what this container sees has no number
  if (uid !== owner || !title.startsWith(childTitle) || !(parent > 0)) return false;
  const above = readProcess(parent);
  return above?.name !== program && above?.name !== "postmaster" && standsIn(parent, cluster) !== true;
}

/** Looks once more: a number may have been given to someone else. */
function endOrphan(pid: number, cluster: string): void {
  const now = readProcess(pid);
  if (now?.name !== program || standsIn(pid, cluster) !== true || !isOrphan(now, cluster, statSync(cluster).uid)) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // it has ended by itself, or stays and is named
    if (!["ESRCH", "EPERM"].includes(codeOf(error) ?? "")) throw error;
  }
}

/** `4711 (checkpointer), 4712 (xm_app xianmai [local] idle)` */
function named(processes: readonly Process[]): string {
  return processes
    .map(({ pid, title }) => `${pid} (${title.startsWith(childTitle) ? title.slice(childTitle.length) : program})`)
    .join(", ");
}

function inUse(cluster: string, living: readonly Process[]): Refusal {
  const first = living.filter(({ parent }) => !living.some(({ pid }) => pid === parent));
  return new Refusal(
    "POSTGRES_LEFTOVERS",
    {
      zh: `位于 ${cluster} 的数据库正被不属于本程序记录（postmaster.pid）的 PostgreSQL 进程使用：${named(first)}。`,
      en: `The database in ${cluster} is in use by a PostgreSQL that its postmaster.pid does not name: ${named(first)}.`,
    },
    {
      zh: `请停止它（kill -INT ${pids(first)}），然后重新启动。`,
      en: `Stop it (kill -INT ${pids(first)}), then start again.`,
    },
  );
}

function notTold(cluster: string, doubtful: readonly Process[]): Refusal {
  const command = tellsPlaces() ? `sudo ls -l /proc/[0-9]*/cwd | grep -F '${cluster}'` : "sudo lsof -a -c postgres -d cwd";
  const some = doubtful.length > 0;
  return new Refusal(
    "POSTGRES_LEFTOVERS",
    {
      zh: `被强行终止的 PostgreSQL 留下的进程仍占用 ${cluster} 的内存${some ? `，可能是：${named(doubtful)}` : ""}。`,
      en: `Processes left behind by a PostgreSQL that was killed still hold the memory of ${cluster}${some ? `, perhaps ${named(doubtful)}` : ""}.`,
    },
    {
      zh: `用 ${command} 找出当前目录为 ${cluster} 的 postgres 进程，用 kill -9 终止它们（已提交的数据不受影响），然后重新启动。`,
      en: `Find the processes named postgres whose current directory is ${cluster} with ${command}, end them with kill -9 (nothing committed is lost), and start again.`,
    },
  );
}

function undying(cluster: string, left: readonly Process[]): Refusal {
  return new Refusal(
    "POSTGRES_LEFTOVERS",
    {
      zh: `被强行终止的 PostgreSQL 在 ${cluster} 留下的进程用 kill -9 也没有结束：${named(left)}。`,
      en: `Processes left behind by a PostgreSQL that was killed in ${cluster} do not end by kill -9 either: ${named(left)}.`,
    },
    {
      zh: `它们在等待磁盘，或当前用户无权终止它们：请检查磁盘，以 root 运行 kill -9 ${pids(left)}，或重启机器。`,
      en: `They wait for the disk, or may not be ended by this user: see to the disk, run kill -9 ${pids(left)} as root, or restart the machine.`,
    },
  );
}

function pids(processes: readonly Process[]): string {
  return processes.map(({ pid }) => pid).join(" ");
}
