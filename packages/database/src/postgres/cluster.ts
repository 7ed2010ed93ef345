import { chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Refusal } from "@xianmai/plugin-api";

import { runAs } from "./account.ts";
import { majorVersion, type Binaries } from "./binaries.ts";
import type { Place } from "./place.ts";
import { messageOf } from "./system-error.ts";

/** The one superuser of a private server. It exists to make the owner, and is used for nothing else. */
export const superuser = "xm_bootstrap";

const staging = "postgres.new-";

/**
 * Whether a cluster stands there.
 *
 * @throws Refusal DATA_FOLDER_VERSION when another major version of PostgreSQL made it
 */
export function hasCluster({ cluster }: Place): boolean {
  const file = join(cluster, "PG_VERSION");
  if (!existsSync(file)) return false;
  const version = readFileSync(file, "utf8").trim();
  if (version === majorVersion) return true;
  throw new Refusal(
    "DATA_FOLDER_VERSION",
    {
      zh: `${cluster} 由 PostgreSQL ${version} 建立，而本程序自带的是 PostgreSQL ${majorVersion}。`,
      en: `${cluster} was made by PostgreSQL ${version}, and the one that comes with this program is PostgreSQL ${majorVersion}.`,
    },
    {
      zh: `请用 --data 另选一个文件夹；或用 PostgreSQL ${version} 打开它，并通过 DATABASE_URL 使用。`,
      en: `Choose another folder with --data, or serve it with PostgreSQL ${version} and name that in DATABASE_URL.`,
    },
  );
}

/**
 * Makes a cluster. It is built beside its place and moved there when it is whole, so that a full disk or a kill leaves no half of one.
 * Its databases are the same on every machine: UTF-8, sorted by code points, without a word from the system's locales.
 *
 * @throws Refusal POSTGRES_NOT_CREATED with what initdb said
 */
export async function createCluster(binaries: Binaries, { home, cluster, account }: Place, password: string): Promise<void> {
  try {
    for (const name of readdirSync(home)) if (name.startsWith(staging)) rmSync(join(home, name), { recursive: true });
    const folder = mkdtempSync(join(home, staging));
    try {
      const passwordFile = join(folder, "password");
      writeFileSync(passwordFile, password, { mode: 0o600 });
      if (account !== undefined) for (const path of [folder, passwordFile]) chownSync(path, account.uid, account.gid);
      const fresh = join(folder, "cluster");
      const { ok, output } = await runAs(account, binaries.initdb, initdbArguments(fresh, passwordFile));
      if (!ok) throw notCreated(cluster, output.trim().split("\n").slice(-6).join("\n"));
      renameSync(fresh, cluster);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch (error) {
    throw error instanceof Refusal ? error : notCreated(cluster, messageOf(error));
  }
}

function initdbArguments(folder: string, passwordFile: string): readonly string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    "--set=max_connections=100",
    "--set=timezone=UTC",
    "--set=log_timezone=UTC",
  ];
}

function notCreated(cluster: string, output: string): Refusal {
  return new Refusal(
    "POSTGRES_NOT_CREATED",
    { zh: `无法在 ${cluster} 建立数据库：${output}`, en: `No database could be made in ${cluster}: ${output}` },
    {
      zh: "没有留下任何残余。请检查磁盘空间（至少 100 MB）和权限后重试。",
      en: "Nothing half made was left behind. See to the space (100 MB at least) and the rights there, and start again.",
    },
  );
}
