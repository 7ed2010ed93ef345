import { readFileSync, rmSync, writeFileSync } from "node:fs";

import { Refusal } from "@xianmai/plugin-api";

import { openDataFolder } from "./data-folder.ts";
import { tryLock } from "./file-lock.ts";

/** The server that holds a data folder. */
export interface DataFolderHolder {
  readonly pid: number;
  /** Where it listens. */
  readonly port: number;
  /** RFC 3339. */
  readonly startedAt: string;
}

/** A data folder that no other server may use. It ends with its process, also by kill -9. */
export interface DataFolderLock {
  /** Says anew who holds it, for those who ask. */
  update(holder: DataFolderHolder): void;
  release(): void;
}

/**
 * Takes a data folder for one server, making the folder where it does not exist.
 *
 * @throws Refusal DATA_FOLDER_HELD naming the server that holds it
 */
export function holdDataFolder(dataFolder: string, holder: DataFolderHolder): DataFolderLock {
  const folder = openDataFolder(dataFolder);
  const note = folder.file("server.json");
  const file = folder.file("server.lock");
  const lock = tryLock(file, "exclusive");
  if (lock === undefined) throw held(folder.path, readHolder(note));
  folder.handOver(file);
  const update = (changed: DataFolderHolder): void => {
    writeFileSync(note, `${JSON.stringify(changed)}\n`);
    folder.handOver(note);
  };
  update(holder);
  return {
    update,
    release: () => {
      rmSync(note, { force: true });
      lock.release();
    },
  };
}

function readHolder(note: string): DataFolderHolder | undefined {
  try {
    const found: unknown = JSON.parse(readFileSync(note, "utf8"));
    return isHolder(found) ? found : undefined;
  } catch {
    // it is just being written, or just being removed
    return undefined;
  }
}

function isHolder(found: unknown): found is DataFolderHolder {
  return (
    typeof found === "object" &&
    found !== null &&
    "pid" in found &&
    typeof found.pid === "number" &&
    "port" in found &&
    typeof found.port === "number" &&
    "startedAt" in found &&
    typeof found.startedAt === "string"
  );
}

function held(path: string, holder: DataFolderHolder | undefined): Refusal {
  const zh = holder === undefined ? "另一个服务器" : `进程 ${holder.pid}（端口 ${holder.port}，自 ${holder.startedAt}）`;
  const en = holder === undefined ? "another server" : `process ${holder.pid} (port ${holder.port}, since ${holder.startedAt})`;
  return new Refusal(
    "DATA_FOLDER_HELD",
    { zh: `数据文件夹 ${path} 正由${zh}使用。`, en: `The data folder ${path} is in use by ${en}.` },
    {
      zh: "请使用那个服务器，或先停止它，或用 --data 另选一个文件夹。",
      en: "Use that server, stop it first, or choose another folder with --data.",
    },
  );
}
