import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import { codeOf } from "../postgres/system-error.ts";

/** Folders whose contents PostgreSQL makes anew when it starts. The log of changes is copied by itself; the server's own log is for who runs it. */
const EMPTIED = new Set([
  "pg_wal",
  "pg_replslot",
  "pg_dynshmem",
  "pg_notify",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
  "log",
]);

/** Files that belong to the running server, or would tell a copy that it is one already. */
const LEFT_OUT = new Set([
  "postmaster.pid",
  "postmaster.opts",
  "current_logfiles",
  "current_logfiles.tmp",
  "postgresql.auto.conf.tmp",
  "backup_label",
  "backup_label.old",
  "tablespace_map",
  "tablespace_map.old",
  "backup_manifest",
]);

/** The one file that is copied last: what it says of the cluster must not be older than the rest. */
export const CONTROL_FILE = "global/pg_control";

/** What there is to copy of something. */
export interface Tree {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** What a copy of a running cluster consists of, without the control file; the same as PostgreSQL's own `pg_basebackup` takes. */
export async function clusterTree(cluster: string): Promise<Tree> {
  const { folders, files } = await treeOf(cluster, (path) => !EMPTIED.has(path));
  return {
    folders,
    files: files.filter((path) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      // temporary tables are t<backend>_<file>; caches of the catalogue are made again
      return !LEFT_OUT.has(path) && path !== CONTROL_FILE && !/^(pg_internal\.init.*|pgsql_tmp.*|t\d+_\d+.*)$/.test(name);
    }),
  };
}

/**
 * Everything below a folder. A folder that goes while it is being read is left out; links to files count as files, links to folders are not followed.
 *
 * @param enters whether to look into a folder, given its path with `/`
 */
export async function treeOf(root: string, enters: (path: string) => boolean = () => true): Promise<Tree> {
  const folders: string[] = [];
  const files: string[] = [];
  const waiting = [""];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await entriesOf(join(root, folder))) {
      const path = relative(root, join(root, folder, entry.name))
        .split(sep)
        .join("/");
      if (entry.isDirectory()) {
        folders.push(path);
        if (enters(path)) waiting.push(path);
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        files.push(path);
      }
    }
  }
  return { folders: folders.toSorted(), files: files.toSorted() };
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}
