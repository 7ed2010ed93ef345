import { mkdtempSync } from "node:fs";
import { chown, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import type { DataFolder } from "../postgres/data-folder.ts";
import { placeOf } from "../postgres/place.ts";
import { isRoot } from "../postgres/data-folder.ts";
import { CLUSTER } from "./cluster-copy.ts";
import { copyFiles, makeFolders, syncFolder, type CopyOrder } from "./copy.ts";
import { DATA } from "./data-files.ts";
import type { Manifest } from "./manifest.ts";
import { damaged } from "./restore-refusals.ts";

/** A backup that is being put somewhere. */
export interface Laying extends Pick<CopyOrder, "signal" | "log"> {
  readonly backup: string;
  readonly manifest: Manifest;
  readonly folder: DataFolder;
}

/** Puts a cluster into a data folder that has none, whole or not at all, as that of whom PostgreSQL runs as. */
export async function layCluster({ backup, manifest, folder, signal, log }: Laying): Promise<void> {
  const { home, cluster, account } = await placeOf(folder, log);
  // of the same name as a new cluster that is being made: the next start removes what a kill left of it
  const staging = mkdtempSync(join(home, "postgres.new-"));
  try {
    if (account !== undefined) await chown(staging, account.uid, account.gid);
    await lay({ backup, manifest, part: CLUSTER, to: join(staging, "cluster"), owner: account, signal, log });
    await rename(join(staging, "cluster"), cluster);
    await syncFolder(home);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Puts the files that lay beside the database into a data folder, as those of its owner. */
export async function layDataFiles({ backup, manifest, folder, signal, log }: Laying): Promise<void> {
  const owner = isRoot() && folder.uid !== 0 ? folder : undefined;
  await lay({ backup, manifest, part: DATA, to: folder.path, owner, signal, log });
}

interface Part extends Pick<CopyOrder, "to" | "owner" | "signal" | "log"> {
  readonly backup: string;
  readonly manifest: Manifest;
  readonly part: string;
}

async function lay({ backup, manifest, part, to, owner, signal, log }: Part): Promise<void> {
  const below = (path: string): readonly string[] => (path.startsWith(`${part}/`) ? [path.slice(part.length + 1)] : []);
  const folders = manifest.folders.flatMap(below).map((path) => join(to, path));
  if (manifest.folders.includes(part)) await makeFolders([to, ...folders], owner);
  const paths = manifest.files.flatMap(({ path }) => below(path));
  const copied = await copyFiles({ from: join(backup, part), to, paths, prefix: `${part}/`, owner, signal, log });
  const expected = new Map(manifest.files.map((file) => [file.path, file.sha256]));
  const changed = copied.filter(({ path, sha256 }) => expected.get(path) !== sha256);
  if (changed.length > 0)
    throw damaged(
      backup,
      changed.map(({ path }) => ({ path, zh: "读取时内容已改变", en: "changed while it was read" })),
    );
}
