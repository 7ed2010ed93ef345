import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { treeOf } from "./cluster-files.ts";

/** Where the files of the data folder lie in a backup. */
export const DATA = "data";

/** Attachments. A row is committed after the file that it names is there, so they are copied after the rows. */
const AFTER_THE_ROWS = "files";

/**
 * What in a data folder is no part of a backup: the cluster, which is copied in its own way, or lies elsewhere; programs; locks, and notes of what
 * runs now; uploads that belong to no row yet; and the passwords of the cluster. Whoever restores gets new ones, so a copy that lies about opens no running database.
 */
const LEFT_OUT = /^(postgres|postgres[-.].*|postgresql-\d.*|data-folder\.txt|server\.json|restoring|uploads|lost\+found|.*\.(lock|half))$/;

/** What is being written ends in it, wherever it lies. */
const HALF = ".half";

/** Folders and files of a data folder, by paths below it. */
export interface DataFiles {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/**
 * What in a data folder goes into a backup: everything that the platform keeps beside the database.
 *
 * @param when `before` the rows: keys, and anchors of what the rows must still say; `after` them: what rows name
 */
export async function dataFiles(dataFolder: string, when: "before" | "after"): Promise<DataFiles> {
  const names = listing(dataFolder).filter((name) => !LEFT_OUT.test(name) && (name === AFTER_THE_ROWS) === (when === "after"));
  const folders: string[] = [];
  const files: string[] = [];
  for (const name of names.toSorted()) {
    const path = join(dataFolder, name);
    // a folder of attachments may be a link to another disk
    if (!statSync(path).isDirectory()) {
      files.push(name);
      continue;
    }
    const tree = await treeOf(path);
    folders.push(name, ...tree.folders.map((folder) => `${name}/${folder}`));
    files.push(...tree.files.filter((file) => !file.endsWith(HALF)).map((file) => `${name}/${file}`));
  }
  return { folders, files };
}

/** Whether a data folder has a private database, or says where that lies. */
export function hasDatabase(dataFolder: string): boolean {
  return listing(dataFolder).some((name) => name === "postgres" || name === "postgres-is-elsewhere.txt");
}

function listing(folder: string): readonly string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
}
