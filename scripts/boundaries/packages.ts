import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package of the house as its package.json declares it. */
export interface House {
  /** `database`, `plugin-projects`; the root is "". */
  readonly name: string;
  /** `root` is what developers run: the checkout itself, and a folder of scripts that has dependencies of its own. */
  readonly kind: "package" | "plugin" | "root";
  /** Relative to the checkout, with forward slashes: `packages/database`; the root is "". */
  readonly folder: string;
  /** Installed beside whoever installs the package. */
  readonly dependencies: readonly string[];
  readonly peerDependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** The source files that its exports name: `src/index.ts`. */
  readonly entries: readonly string[];
}

const scope = "@xianmai/";

/** @returns the name within the house of `@xianmai/x` and `@xianmai/x/y`, undefined for every other module */
export function houseName(module: string): string | undefined {
  return module.startsWith(scope) ? module.slice(scope.length).split("/")[0] : undefined;
}

/** Reads every package.json of the checkout at `root`. */
export function readHouse(root: string): readonly House[] {
  const beneath = (folder: string): string[] =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : [];
  return ["", "scripts/bench", ...beneath("packages"), ...beneath("plugins")]
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => readPackage(root, folder));
}

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, { readonly source?: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function readPackage(root: string, folder: string): House {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
  return {
    name: folder === "" ? "" : (houseName(manifest.name) ?? manifest.name),
    kind: folder === "" || folder.startsWith("scripts/") ? "root" : folder.startsWith("plugins/") ? "plugin" : "package",
    folder,
    dependencies: Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
    peerDependencies: Object.keys(manifest.peerDependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    entries: Object.values(manifest.exports ?? {}).flatMap(({ source }) => (source === undefined ? [] : [source.replace(/^\.\//, "")])),
  };
}
