import { Refusal, type Label } from "@xianmai/plugin-api";

import { nativeFolder, usableBinaries } from "./binaries.ts";
import { ensureOwner, resetSuperuser } from "./bootstrap.ts";
import { createCluster, hasCluster } from "./cluster.ts";
import { openDataFolder, type DataFolder } from "./data-folder.ts";
import { takeLock, tryLock, type FileLock } from "./file-lock.ts";
import { adopt, start, type ServerSettings } from "./launch.ts";
import { placeOf, type Place } from "./place.ts";
import { endsWithin, hasSocket, runningPostmaster, stopPostmaster, type Postmaster } from "./postmaster.ts";
import { makeSecrets, readSecrets, type Secrets } from "./secrets.ts";
import type { ConnectionSettings } from "./settings.ts";
import { noteSystem, startedElsewhere } from "./system.ts";

/** What it takes to run the private server of a data folder. */
export interface PrivateOptions {
  readonly dataFolder: string;
  readonly log: (line: Label) => void;
  readonly settings?: ServerSettings;
  /** Where the binaries lie, unless it is where the package manager put them. */
  readonly native?: string;
}

/** A private server that this process uses. */
export interface PrivateServer {
  readonly owner: ConnectionSettings;
  /** The folder of the cluster. */
  readonly cluster: string;
  /** Whether it ran already: for another process, or left behind by one that was killed. */
  readonly joined: boolean;
  /** Ends the use; the last user of a server stops it. A second call waits for the first. */
  release(): Promise<void>;
}

/** How long a PostgreSQL that breaks off connections may take to be seen dead. */
const dyingWithin = 2_000;
/** How long a release waits for PostgreSQL to write everything down; after that it ends by itself. */
const stopWithin = 60_000;

/**
 * Joins the private server of a data folder, or starts it, making whatever is missing.
 *
 * Two locks make that safe between processes, whenever they end: every user holds `postgres.lock` shared, and whoever starts or stops PostgreSQL,
 * joins or leaves, does so alone behind `postgres-start.lock`. The orphan of a killed process is simply found running.
 */
export async function openPrivate(options: PrivateOptions): Promise<PrivateServer> {
  const { log } = options;
  const folder = openDataFolder(options.dataFolder);
  const gate = await enter(folder, log);
  try {
    const place = await placeOf(folder, log);
    const joined = hasCluster(place) && runningPostmaster(place.cluster)?.status === "ready";
    const owner = await bringUp(folder, place, options);
    const use = lockUsers(folder, "shared");
    let left: Promise<void> | undefined;
    return { owner, cluster: place.cluster, joined, release: () => (left ??= leave(folder, place, use, log)) };
  } finally {
    gate.release();
  }
}

async function enter(folder: DataFolder, log: (line: Label) => void): Promise<FileLock> {
  const file = folder.file("postgres-start.lock");
  const gate = await takeLock(file, "exclusive", () => {
    log({ zh: "另一个进程正在启动或停止 PostgreSQL，等待 …", en: "Another process is starting or stopping PostgreSQL, waiting …" });
  });
  folder.handOver(file);
  return gate;
}

function lockUsers(folder: DataFolder, mode: "shared" | "exclusive"): FileLock | undefined {
  const file = folder.file("postgres.lock");
  const lock = tryLock(file, mode);
  folder.handOver(file);
  return lock;
}

async function bringUp(folder: DataFolder, place: Place, options: PrivateOptions): Promise<ConnectionSettings> {
  const exists = hasCluster(place);
  const secrets = readSecrets(folder) ?? makeSecrets(folder);
  const running = exists ? await adopt(place, options.log) : undefined;
  if (running !== undefined) {
    const entered = await enterRunning(place, running, secrets);
    if (typeof entered === "object") return entered;
    if (entered === "shut" && (await stopUnused(folder, place)) !== "stopped") throw outOfReach(place);
  } else {
    refuseElsewhere(folder);
  }

  const binaries = await usableBinaries(options.native ?? nativeFolder(), place, options.log);
  if (!exists) {
    options.log({ zh: `正在建立数据库 ${place.cluster} …`, en: `Making the database in ${place.cluster} …` });
    await createCluster(binaries, place, secrets.superuser);
  }
  try {
    const startIt = (): Promise<Postmaster> => {
      noteSystem(folder);
      return start(binaries, place, options.settings ?? {}, options.log);
    };
    const owner = await ensureOwner(await startIt(), secrets);
    if (owner !== undefined) return owner;
    await stopPostmaster(place.cluster, stopWithin);
    await resetSuperuser(binaries, place, secrets);
    const afterReset = await ensureOwner(await startIt(), secrets);
    if (afterReset !== undefined) return afterReset;
    throw outOfReach(place);
  } catch (error) {
    await stopUnused(folder, place);
    throw error;
  }
}

/** Into a PostgreSQL that runs: `shut` when it cannot be entered, `gone` when it was just ending, as after a kill of its own. */
async function enterRunning({ cluster }: Place, running: Postmaster, secrets: Secrets): Promise<ConnectionSettings | "shut" | "gone"> {
  if (!hasSocket(running)) return "shut";
  try {
    return (await ensureOwner(running, secrets)) ?? "shut";
  } catch (error) {
    if (await endsWithin(running, cluster, dyingWithin)) return "gone";
    throw error;
  }
}

async function leave(folder: DataFolder, place: Place, use: FileLock | undefined, log: (line: Label) => void): Promise<void> {
  const gate = await enter(folder, log);
  try {
    use?.release();
    if ((await stopUnused(folder, place)) !== "stopping") return;
    log({
      zh: `PostgreSQL 仍在写入磁盘，将自行结束（${place.cluster}）。`,
      en: `PostgreSQL is still writing to disk and will end by itself (${place.cluster}).`,
    });
  } finally {
    gate.release();
  }
}

/** Stops PostgreSQL unless someone uses it. */
async function stopUnused(folder: DataFolder, place: Place): Promise<"used" | "stopped" | "stopping"> {
  const alone = lockUsers(folder, "exclusive");
  if (alone === undefined) return "used";
  try {
    return (await stopPostmaster(place.cluster, stopWithin)) ? "stopped" : "stopping";
  } finally {
    alone.release();
  }
}

/**
 * A container does not see the processes of another one, and would start a second PostgreSQL on the same files. Their locks it does see.
 *
 * @throws Refusal POSTGRES_ELSEWHERE
 */
function refuseElsewhere(folder: DataFolder): void {
  if (!startedElsewhere(folder)) return;
  const alone = lockUsers(folder, "exclusive");
  alone?.release();
  if (alone !== undefined) return;
  throw new Refusal(
    "POSTGRES_ELSEWHERE",
    {
      zh: `数据文件夹 ${folder.path} 正被另一个容器或系统中的 PostgreSQL 使用。`,
      en: `The data folder ${folder.path} is in use by a PostgreSQL in another container or system.`,
    },
    {
      zh: "请在那里运行此命令，或先停止那里的服务器。",
      en: "Run this command there, or stop the server there first.",
    },
  );
}

function outOfReach({ cluster }: Place): Refusal {
  return new Refusal(
    "POSTGRES_OUT_OF_REACH",
    {
      zh: `位于 ${cluster} 的 PostgreSQL 正在使用中，但它的套接字或密码文件已被删除，无法连接。`,
      en: `The PostgreSQL in ${cluster} is in use, but its socket or its file of passwords was removed: it cannot be reached.`,
    },
    {
      zh: "请停止使用它的服务器后重新启动：两者都会重新建立。",
      en: "Stop the server that uses it and start again: both are then made anew.",
    },
  );
}
