import type { Label } from "@xianmai/plugin-api";

import { FILE_ROWS } from "../files/kept-files.ts";
import { quoted } from "../names.ts";
import { connected } from "../postgres/connect.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import type { FileEntry } from "./copy.ts";
import { shown, type Fault } from "./refusals.ts";

/** Where contents lie in a backup, each under its own hash. */
const CONTENT = /^data\/(files\/[0-9a-f]{2}\/([0-9a-f]{64}))$/;

/** The contents that rows name, by their hashes; none where there are no such rows. */
export async function contentsNamed(owner: ConnectionSettings): Promise<ReadonlySet<string>> {
  return connected(owner, async (client) => {
    const [table, column] = [`app.${quoted(FILE_ROWS.table)}`, quoted(FILE_ROWS.column)];
    const { rows: found } = await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [table]);
    if (found[0]?.there !== true) return new Set<string>();
    const { rows } = await client.query<{ name: string }>(`select distinct ${column} as name from ${table}`);
    return new Set(rows.map(({ name }) => name));
  });
}

/**
 * What is wrong with the contents that were copied: rows name some that are not there, or a content is no longer what its name says.
 *
 * @param named before they were copied, so that all of them were there already
 */
export function contentFaults(named: ReadonlySet<string>, files: readonly FileEntry[]): readonly Fault[] {
  const copied = files.flatMap(({ path, sha256 }) => {
    const [, place = path, name] = CONTENT.exec(path) ?? [];
    return name === undefined ? [] : [{ place, name, sha256 }];
  });
  const there = new Set(copied.map(({ name }) => name));
  const lost = [...named].filter((name) => !there.has(name)).toSorted();
  return [
    ...lost.map((name) => ({ path: `files/${name.slice(0, 2)}/${name}`, zh: "不存在", en: "is missing" })),
    ...copied
      .filter(({ name, sha256 }) => name !== sha256)
      .map(({ place }) => ({ path: place, zh: "内容已改变", en: "its content changed" })),
  ];
}

/** Says so: the backup is what there is, and somebody has to know. */
export function faultsLine(faults: readonly Fault[]): Label {
  const [few, more] = [faults.slice(0, shown), faults.length - shown];
  return {
    zh: `注意：${faults.length} 个附件的内容有问题，请从更早的备份恢复这些文件：${few.map(({ path, zh }) => `${path} ${zh}`).join("；")}${more > 0 ? `，另有 ${more} 个` : ""}`,
    en: `Note: the contents of ${faults.length} attachments are not what they should be; bring these files back from an older backup: ${few.map(({ path, en }) => `${path} ${en}`).join("; ")}${more > 0 ? `, and ${more} more` : ""}`,
  };
}
