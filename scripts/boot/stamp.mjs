import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./places.mjs";

/** @param {string[]} files @param {string[]} [more] other things the result depends on @returns {string} a hash of names and contents */
export function hashOf(files, more = []) {
  const hash = createHash("sha256");
  for (const text of more) hash.update(text).update("\0");
  for (const file of files) hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

/** @param {string} folder @param {(name: string) => boolean} [skip] names of folders to leave out @returns {string[]} every file beneath, sorted */
export function filesBeneath(folder, skip = () => false) {
  const files = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skip(entry.name) ? [] : filesBeneath(path, skip);
    return entry.isFile() ? [path] : [];
  });
  return files.sort();
}

/** @param {string} file @param {string} hash @returns {boolean} whether the work that this stamp stands for was done for exactly this input */
export function isStamped(file, hash) {
  return existsSync(file) && readFileSync(file, "utf8") === hash;
}

/** @param {string} file @param {string} hash */
export function stamp(file, hash) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, hash);
}
