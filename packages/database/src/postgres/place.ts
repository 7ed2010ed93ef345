import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { Refusal, type Label } from "@xianmai/plugin-api";

import { accountFor, canReach, type Account } from "./account.ts";
import type { DataFolder } from "./data-folder.ts";

/** Where the private PostgreSQL of a data folder lies, and whose it is. */
export interface Place {
  /** The folder that holds the cluster, and a copy of the binaries where one is needed. */
  readonly home: string;
  readonly cluster: string;
  readonly account: Account | undefined;
}

const elsewhere = "/var/lib/xianmai";
const pointer = "postgres-is-elsewhere.txt";
const back = "data-folder.txt";

/** A short name that stands for a path wherever the path itself is too long. */
export function hashOf(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 12);
}

/**
 * Decides where the cluster lies: where it lies already; else in the data folder; else, where PostgreSQL's user cannot reach that, under
 * /var/lib/xianmai, with a note in both folders.
 *
 * @throws Refusal POSTGRES_FOLDER_UNREACHABLE, DATA_FOLDER_COPIED, DATA_FOLDER_DENIED
 */
export async function placeOf(folder: DataFolder, log: (line: Label) => void): Promise<Place> {
  const inside = placeIn(folder.path);
  const noted = readPointer(folder);
  if (noted === undefined && (await reaches(inside))) return inside;
  if (noted === undefined && existsSync(inside.cluster)) throw unreachable(inside);

  const outside = placeIn(noted ?? freeHome(folder));
  if (noted === undefined) settle(folder, outside);
  claim(folder, outside);
  log({
    zh: `PostgreSQL 的用户（${outside.account?.name ?? ""}）无法进入 ${folder.path}，数据库位于 ${outside.home}。`,
    en: `PostgreSQL's user (${outside.account?.name ?? ""}) cannot reach ${folder.path}; the database lies in ${outside.home}.`,
  });
  return outside;
}

function placeIn(home: string): Place {
  const cluster = join(home, "postgres");
  return { home, cluster, account: accountFor(cluster) };
}

async function reaches({ account, home }: Place): Promise<boolean> {
  return account === undefined || (await canReach(account, home));
}

/** A data folder that was deleted may have left its database behind, and a new one on the same path must not meet it. */
function freeHome(folder: DataFolder): string {
  const home = join(elsewhere, hashOf(folder.path));
  let free = home;
  for (let count = 2; existsSync(join(free, "postgres")); count += 1) free = `${home}-${count}`;
  return free;
}

function readPointer(folder: DataFolder): string | undefined {
  const file = folder.file(pointer);
  if (!existsSync(file)) return undefined;
  return readFileSync(file, "utf8")
    .split("\n")
    .find((line) => line.startsWith("/"));
}

function settle(folder: DataFolder, { home, account }: Place): void {
  for (const made of [dirname(home), home]) {
    if (mkdirSync(made, { recursive: true }) !== undefined) chmodSync(made, 0o755);
  }
  writeFileSync(
    folder.file(pointer),
    `数据库不在此文件夹中：PostgreSQL 的用户（${account?.name ?? ""}）无法进入这里。备份时请一并备份下面的文件夹。\n` +
      `The database is not in this folder, which PostgreSQL's user (${account?.name ?? ""}) cannot reach. A backup needs the folder below too.\n` +
      `${home}\n`,
  );
}

/** Two data folders must never run one cluster: a copied one is told from a moved one by whether the first still stands. */
function claim(folder: DataFolder, { home }: Place): void {
  const file = join(home, back);
  const owner = existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
  if (owner === folder.path) return;
  if (owner !== undefined && pointsTo(owner, home)) {
    throw new Refusal(
      "DATA_FOLDER_COPIED",
      {
        zh: `${folder.path} 是 ${owner} 的副本，两者指向同一个数据库 ${home}。`,
        en: `${folder.path} is a copy of ${owner}, and both point to the one database in ${home}.`,
      },
      {
        zh: `请使用 ${owner}；若要从头开始，请用 --data 另选一个文件夹。`,
        en: `Use ${owner}, or choose another folder with --data to begin anew.`,
      },
    );
  }
  mkdirSync(home, { recursive: true });
  writeFileSync(file, `${folder.path}\n`);
}

function pointsTo(dataFolder: string, home: string): boolean {
  const file = join(dataFolder, pointer);
  return existsSync(file) && readFileSync(file, "utf8").split("\n").includes(home);
}

function unreachable({ home, account }: Place): Refusal {
  return new Refusal(
    "POSTGRES_FOLDER_UNREACHABLE",
    {
      zh: `数据库位于 ${home}，但运行 PostgreSQL 的用户（${account?.name ?? ""}）无法进入该文件夹。`,
      en: `The database lies in ${home}, which the user that PostgreSQL runs as (${account?.name ?? ""}) cannot reach.`,
    },
    {
      zh: "请让其上每一级文件夹对其他用户可进入（chmod o+x），或把数据文件夹移到可进入的位置。",
      en: "Let other users pass through every folder above it (chmod o+x), or move the data folder to where they may.",
    },
  );
}
