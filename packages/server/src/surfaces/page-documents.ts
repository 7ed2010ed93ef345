import { existsSync, readFileSync } from "node:fs";

import { documents } from "@xianmai/web";

/**
 * The texts of the documents that the platform's own pages ask for, as they were built; none where they were not.
 *
 * @param file where the build has put them
 */
export function pageDocuments(file: URL = documents): readonly string[] {
  if (!existsSync(file)) return [];
  return Object.values(JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string>>);
}
