import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importsOf } from "./imports.ts";
import { type House, readHouse } from "./packages.ts";
import { checkFile, checkManifest, type SourceFile, type Violation } from "./rules.ts";

const code = /\.[cm]?[jt]sx?$/;
const left = new Set(["node_modules", "dist", "coverage", "data"]);

/** Checks every package.json and every import of the checkout at `root` against the matrix. */
export function checkBoundaries(root: string): readonly Violation[] {
  const houses = readHouse(root);
  const rootHouse = houses.find((house) => house.folder === "");
  if (rootHouse === undefined) throw new Error(`${root}: 缺少 package.json / has no package.json`);
  return houses.flatMap((house) => [...checkManifest(house), ...filesOf(root, house).flatMap((file) => checkFile(house, file, rootHouse))]);
}

function filesOf(root: string, house: House): readonly SourceFile[] {
  const others = house.folder === "" ? ["packages", "plugins", "scripts/bench"] : [];
  const walk = (folder: string): string[] =>
    readdirSync(join(root, house.folder, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return left.has(entry.name) || entry.name.startsWith(".") || others.includes(path) ? [] : walk(path);
      return entry.isFile() && code.test(entry.name) ? [path] : [];
    });
  return walk("").map((path) => {
    const file = join(root, house.folder, path);
    return { path, imports: importsOf(file, readFileSync(file, "utf8")) };
  });
}
