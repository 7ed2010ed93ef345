import { join } from "node:path";

import { contentOf } from "./copy.ts";
import type { Manifest } from "./manifest.ts";
import { inParallel } from "./parallel.ts";
import { type Fault } from "./refusals.ts";
import { damaged } from "./restore-refusals.ts";

/**
 * Reads every file of a backup and compares it with the manifest.
 *
 * @throws Refusal BACKUP_DAMAGED naming the files at fault
 */
export async function checkFiles(folder: string, { files }: Manifest, signal: AbortSignal): Promise<void> {
  const faults: Fault[] = [];
  await inParallel(files, 2, signal, async ({ path: name, size, sha256: expected }) => {
    const content = await contentOf(join(folder, name), signal);
    if (content === undefined) faults.push({ path: name, zh: "不存在", en: "is missing" });
    else if (content.size !== size)
      faults.push({ path: name, zh: `${content.size} 字节，应为 ${size}`, en: `has ${content.size} bytes instead of ${size}` });
    else if (content.sha256 !== expected) faults.push({ path: name, zh: "内容已改变", en: "its content changed" });
  });
  if (faults.length > 0)
    throw damaged(
      folder,
      faults.toSorted((one, other) => (one.path < other.path ? -1 : 1)),
    );
}
