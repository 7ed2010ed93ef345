import { spawn } from "node:child_process";
import { chownSync, closeSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { Refusal, type Label } from "@xianmai/plugin-api";

import { identity, type Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { endLeftovers } from "./leftovers.ts";
import { hashOf, type Place } from "./place.ts";
import { glance, isAlive, readPostmaster, runningPostmaster, stopPostmaster, type Postmaster } from "./postmaster.ts";
import { codeOf } from "./system-error.ts";

/** Settings of the server by name, for tests: `{ fsync: "off" }`. */
export type ServerSettings = Readonly<Record<string, string>>;

/** Recovery after a crash reads at most the log since the last checkpoint; a slow disk takes minutes. */
const patience = 600_000;
/** How long the sessions of a killed PostgreSQL may take to end. */
const dyingWithin = 30_000;
const tellEvery = 5_000;
const socketName = "/.s.PGSQL.5432";
/** What the kernel keeps of a socket's path, on macOS. */
const longestSocket = 103;

/**
 * The PostgreSQL that runs on a cluster already, once it takes connections; `undefined` where none does.
 *
 * @throws Refusal POSTGRES_SLOW after ten minutes of recovery
 */
export async function adopt({ cluster }: Place, log: (line: Label) => void): Promise<Postmaster | undefined> {
  const found = runningPostmaster(cluster);
  if (found === undefined) return undefined;
  if (found.status !== "stopping") return whenReady(cluster, () => !isAlive(found, cluster), log);
  await stopPostmaster(cluster, patience);
  return undefined;
}

/**
 * Starts PostgreSQL on a cluster on which none runs. It outlives this process.
 *
 * @throws Refusal POSTGRES_NOT_STARTED with the end of its log, POSTGRES_SLOW after ten minutes of recovery, POSTGRES_LEFTOVERS when processes of a
 * killed PostgreSQL keep it from starting and cannot be ended
 */
export async function start(binaries: Binaries, place: Place, settings: ServerSettings, log: (line: Label) => void): Promise<Postmaster> {
  let told = false;
  for (let since = performance.now(); ; await wait(glance)) {
    const tried = await tryStart(binaries, place, settings, log);
    if (typeof tried === "object") return tried;
    // the sessions of a PostgreSQL that was killed live for a moment longer, and keep its memory
    if (!tried.includes("shared memory block")) throw notStarted(place.cluster, tried);
    const elapsed = performance.now() - since;
    if (elapsed > tellEvery && !told) {
      told = true;
      const seconds = dyingWithin / 1000;
      log({
        zh: `PostgreSQL 曾被强行终止，留下的进程尚未结束，最多等待 ${seconds} 秒 …`,
        en: `PostgreSQL was killed and processes of it have not ended yet; waiting for up to ${seconds} s …`,
      });
    }
    if (elapsed < dyingWithin) continue;
    await endLeftovers(place, log);
    since = performance.now();
  }
}

/** @returns what PostgreSQL said where it ended instead */
async function tryStart(
  binaries: Binaries,
  place: Place,
  settings: ServerSettings,
  log: (line: Label) => void,
): Promise<Postmaster | string> {
  const stale = readPostmaster(place.cluster);
  if (stale !== undefined) clear(stale.socketFolder);
  const logFile = join(place.home, "postgres-start.log");
  const output = openSync(logFile, "w", 0o600);
  if (place.account !== undefined) chownSync(logFile, place.account.uid, place.account.gid);
  const socketFolder = makeSocketFolder(place);
  const child = spawn(binaries.postgres, serverArguments(place, socketFolder, settings), {
    ...identity(place.account),
    // PostgreSQL refuses a lock file whose process lives, unless it is its own or the one named here: a number given again to someone else
    env: { ...identity(place.account).env, ...(stale === undefined ? {} : { PG_GRANDPARENT_PID: String(stale.pid) }) },
    // a session of its own: Ctrl-C is for the server, which then ends PostgreSQL itself
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  let failure = "";
  let ended = false;
  child.on("error", (error) => {
    failure = error.message;
    ended = true;
  });
  child.on("exit", (_, signal) => {
    if (signal !== null) failure = `${signal}`;
    ended = true;
  });
  child.unref();
  const ready = await whenReady(place.cluster, () => ended, log, child.pid);
  if (ready !== undefined) return ready;
  clear(socketFolder);
  return `${readFileSync(logFile, "utf8")}${failure}`;
}

function serverArguments({ cluster }: Place, socketFolder: string, settings: ServerSettings): readonly string[] {
  const all: ServerSettings = {
    listen_addresses: "",
    port: "5432",
    unix_socket_directories: socketFolder,
    unix_socket_permissions: "0700",
    // one file for each day of the week, begun anew when its day comes again
    logging_collector: "on",
    log_directory: "log",
    log_filename: "postgresql-%a.log",
    log_rotation_age: "1d",
    log_rotation_size: "0",
    log_truncate_on_rotation: "on",
    log_checkpoints: "off",
    // values of a statement are the county's, not the log's
    log_error_verbosity: "terse",
    log_parameter_max_length_on_error: "0",
    ...settings,
  };
  return ["-D", cluster, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

/**
 * Short, since a socket's path has a limit that a folder with a Chinese name soon passes; private; and named by a hash, so that a URL for psql
 * stays good from start to start. Where that name is not ours to take, another one is.
 */
function makeSocketFolder({ cluster, account }: Place): string {
  const name = `xianmai-${hashOf(cluster)}`;
  const wanted = join(tmpdir(), name);
  // PostgreSQL reads the setting as a list
  const fits = Buffer.byteLength(wanted) + 7 + socketName.length <= longestSocket && !/[,"]/.test(wanted);
  const preferred = fits ? wanted : join("/tmp", name);
  const folder = makeOwn(preferred, account);
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  return folder;
}

function makeOwn(folder: string, account: Account | undefined): string {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  const there = lstatSync(folder);
  const ours = there.isDirectory() && (there.mode & 0o077) === 0 && there.uid === (account?.uid ?? process.geteuid?.());
  // the PostgreSQL of a data folder that was deleted under it lives on in its socket for a minute
  return ours && !existsSync(`${folder}${socketName}.lock`) ? folder : mkdtempSync(`${folder}-`);
}

function clear(socketFolder: string): void {
  if (basename(socketFolder).startsWith("xianmai-")) rmSync(socketFolder, { recursive: true, force: true });
}

/** Waits until a starting PostgreSQL takes connections, saying so when that lasts; `undefined` when it ended instead. */
async function whenReady(
  cluster: string,
  hasEnded: () => boolean,
  log: (line: Label) => void,
  pid?: number,
): Promise<Postmaster | undefined> {
  const began = performance.now();
  let told = began;
  while (!hasEnded()) {
    const now = readPostmaster(cluster);
    if (now?.status === "ready" && (pid === undefined || now.pid === pid)) return now;
    const elapsed = performance.now() - began;
    if (elapsed > patience) throw slow(cluster);
    if (performance.now() - told > tellEvery) {
      told = performance.now();
      const seconds = Math.round(elapsed / 1000);
      log({
        zh: `PostgreSQL 正在从上次异常中断恢复，已 ${seconds} 秒 …`,
        en: `PostgreSQL is recovering from an abrupt end, for ${seconds} s now …`,
      });
    }
    await wait(glance);
  }
  return undefined;
}

function notStarted(cluster: string, output: string): Refusal {
  const end = output.trim().split("\n").slice(-6).join("\n");
  return new Refusal(
    "POSTGRES_NOT_STARTED",
    { zh: `位于 ${cluster} 的 PostgreSQL 没有启动：${end}`, en: `The PostgreSQL in ${cluster} did not start: ${end}` },
    {
      zh: `请排除上述原因；更多内容见 ${join(cluster, "log")}。`,
      en: `Remove that cause; there is more in ${join(cluster, "log")}.`,
    },
  );
}

function slow(cluster: string): Refusal {
  return new Refusal(
    "POSTGRES_SLOW",
    {
      zh: `位于 ${cluster} 的 PostgreSQL 恢复了 ${patience / 60_000} 分钟仍未就绪，它仍在继续。`,
      en: `The PostgreSQL in ${cluster} has been recovering for ${patience / 60_000} minutes, and goes on.`,
    },
    {
      zh: `请稍后重试；进度见 ${join(cluster, "log")}。`,
      en: `Start again later; its progress stands in ${join(cluster, "log")}.`,
    },
  );
}
