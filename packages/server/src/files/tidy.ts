import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { filesNamed, type WritePool } from "@xianmai/database";

import { HALF, type FileFolders } from "./folders.ts";
import { placeOf } from "./storage.ts";

/** Milliseconds for which nobody touches an upload before it counts as abandoned; and for which content may lie about that no row names. */
const ABANDONED = 24 * 60 * 60 * 1000;

/** What was removed. */
export interface Tidied {
  readonly uploads: number;
  readonly files: number;
}

/**
 * Removes what was abandoned: uploads, what a crash left half written, and content that no row names, now or in its history.
 *
 * @param now milliseconds since 1970, of the machine whose disk it is
 */
export async function tidyFiles({ uploads, files }: FileFolders, pool: WritePool, now: number): Promise<Tidied> {
  const isOld = async (path: string): Promise<boolean> => {
    const found = await stat(path).catch(() => undefined);
    return found !== undefined && now - found.mtimeMs > ABANDONED;
  };
  return { uploads: await tidyUploads(uploads, isOld), files: (await tidyHalves(files, isOld)) + (await tidyContent(files, pool, isOld)) };
}

type IsOld = (path: string) => Promise<boolean>;

async function tidyUploads(folder: string, isOld: IsOld): Promise<number> {
  const ids = new Set((await readdir(folder)).map((name) => name.replace(/\.json$/, "")));
  let removed = 0;
  for (const id of ids) {
    const paths = [join(folder, id), join(folder, `${id}.json`)];
    const states = await Promise.all(
      paths.map(async (path) =>
        stat(path).then(
          async () => isOld(path),
          () => true,
        ),
      ),
    );
    if (!states.every((old) => old)) continue;
    for (const path of paths) await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

async function tidyHalves(folder: string, isOld: IsOld): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder)) {
    if (!name.endsWith(HALF) || !(await isOld(join(folder, name)))) continue;
    await rm(join(folder, name), { force: true });
    removed += 1;
  }
  return removed;
}

async function tidyContent(folder: string, pool: WritePool, isOld: IsOld): Promise<number> {
  const old: string[] = [];
  for (const part of await readdir(folder)) {
    if (!/^[0-9a-f]{2}$/.test(part)) continue;
    for (const name of await readdir(join(folder, part))) if (await isOld(join(folder, part, name))) old.push(name);
  }
  if (old.length === 0) return 0;
  return pool.use(async (connection) =>
    connection.transaction({ role: "xm_all", origin: "files" }, async (client) => {
      const named = await filesNamed(client);
      const unnamed = old.filter((sha256) => !named.has(sha256));
      for (const sha256 of unnamed) await rm(join(folder, placeOf(sha256)), { force: true });
      return unnamed.length;
    }),
  );
}
