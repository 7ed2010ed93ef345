import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The checkout, without a trailing slash. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");

/** Where stamps and the lock lie. Beneath node_modules, so that whoever deletes that gets a fresh install. */
export const notes = join(root, "node_modules", ".boot");

/** @returns {string} the Node 24 that the install brought along; this very Node where no package has one for the platform */
export function node() {
  const installed = join(root, "node_modules", ".bin", "node");
  return existsSync(installed) ? installed : process.execPath;
}
