import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Label } from "@xianmai/plugin-api";
import type { ClientBase } from "pg";

import { connected } from "../postgres/connect.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import { endOfCopy, type EndOfCopy } from "./cluster-end.ts";
import { CONTROL_FILE, clusterTree } from "./cluster-files.ts";
import { copyFiles, makeFolders, writeThrough, type FileEntry } from "./copy.ts";
import { settle } from "./figures.ts";
import { notCopied, unsupported } from "./refusals.ts";
import { amountLine, amountOf, stopwatch } from "./sizes.ts";
import { segmentsOf } from "./wal.ts";

/** What it takes to copy a running cluster. */
export interface ClusterCopyOrder {
  readonly cluster: string;
  /** The superuser's connection, to the platform's database. */
  readonly superuser: ConnectionSettings;
  /** The backup's folder. */
  readonly to: string;
  readonly signal: AbortSignal;
  readonly log: (line: Label) => void;
}

/** What was copied, and what it holds. */
export interface ClusterCopy extends Pick<EndOfCopy, "moment" | "tables"> {
  readonly folders: readonly string[];
  readonly files: readonly FileEntry[];
}

/** Where the cluster lies in a backup. */
export const CLUSTER = "cluster";

/**
 * Copies a cluster while it is being written to, as PostgreSQL's own `pg_basebackup` does: the files as they are met, then the log of changes
 * from before the first to after the last, out of which a start makes one state. A temporary slot keeps that log from being recycled; it and the
 * backup mode end with the connection, however this ends.
 */
export async function copyCluster(order: ClusterCopyOrder): Promise<ClusterCopy> {
  const { cluster, superuser, to, signal, log } = order;
  return connected(superuser, async (client) => {
    const seconds = stopwatch();
    await settle(client);
    await refuseTablespaces(client);
    await client.query("select pg_create_physical_replication_slot($1, true, true)", [`xianmai_backup_${randomBytes(6).toString("hex")}`]);
    await client.query("select pg_backup_start('xianmai', true)");
    const tree = await clusterTree(cluster);
    const folders = [CLUSTER, ...tree.folders.map((folder) => `${CLUSTER}/${folder}`)];
    await makeFolders(folders.map((folder) => join(to, folder)));
    const copy = { from: cluster, to: join(to, CLUSTER), prefix: `${CLUSTER}/`, signal, log };
    const write = async (path: string, content: string | Buffer): Promise<FileEntry> => ({
      path: `${CLUSTER}/${path}`,
      ...(await writeThrough(join(to, CLUSTER, path), content)),
    });
    const files = [
      ...(await copyFiles({ ...copy, paths: tree.files, mayVanish: true })),
      await write(CONTROL_FILE, await controlFile(cluster)),
    ];
    log(amountLine({ zh: "数据库文件", en: "Files of the database" }, amountOf(files), seconds()));

    signal.throwIfAborted();
    const end = await endOfCopy(client, superuser);
    const label = await write("backup_label", end.label);
    const segments = await copyFiles({ ...copy, paths: segmentsOf(end).map((name) => `pg_wal/${name}`) });
    log(amountLine({ zh: "期间的变更日志", en: "Log of the changes meanwhile" }, amountOf(segments), seconds()));
    return { folders, files: [...files, label, ...segments], moment: end.moment, tables: end.tables };
  });
}

async function refuseTablespaces(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select spcname as name from pg_tablespace where spcname not in ('pg_default', 'pg_global')",
  );
  if (rows.length > 0) throw unsupported(rows.map(({ name }) => `tablespace ${name}`));
}

/** PostgreSQL may write the file at the moment in which it is read: what is read twice alike is whole. */
async function controlFile(cluster: string): Promise<Buffer> {
  const path = join(cluster, CONTROL_FILE);
  try {
    for (let last = await readFile(path); ;) {
      const next = await readFile(path);
      if (next.equals(last)) return next;
      last = next;
    }
  } catch (error) {
    throw notCopied(path, error);
  }
}
