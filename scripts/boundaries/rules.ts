import { builtinModules } from "node:module";
import { posix } from "node:path";
import { hasRow, isPure, mayKnow, meetsPlugin, rowOf, testsMayKnow } from "./arrows.ts";
import type { Import } from "./imports.ts";
import { bundled } from "./matrix.ts";
import { type House, houseName } from "./packages.ts";

/** Something that crosses a boundary: where, what, and the remedy in both languages. */
export interface Violation {
  /** `packages/live/src/tail.ts:3`, relative to the checkout. */
  readonly at: string;
  readonly zh: string;
  readonly en: string;
}

/** One file of a package, with what it imports. */
export interface SourceFile {
  /** Relative to its package, with forward slashes: `src/tail.ts`. */
  readonly path: string;
  readonly imports: readonly Import[];
}

/** Checks what a package.json declares against the matrix. */
export function checkManifest(house: House): readonly Violation[] {
  if (house.kind === "root") return [];
  const at = `${house.folder}/package.json`;
  if (!hasRow(house)) {
    return [
      {
        at,
        zh: `矩阵中没有 ${house.name}：在 scripts/boundaries/matrix.ts 中加上它的一行。`,
        en: `the matrix has no row for ${house.name}: add one in scripts/boundaries/matrix.ts.`,
      },
    ];
  }
  const ships = [...house.dependencies, ...house.peerDependencies].filter((module) => !mayKnow(house, module));
  const tests = house.devDependencies.filter((module) => !testsMayKnow(house, module));
  return [...ships, ...tests].map((module) => wrongArrow(at, house, module));
}

/** Checks the imports of one file of a package; `root` is what the checkout's own package.json offers to every test and script. */
export function checkFile(house: House, file: SourceFile, root: House): readonly Violation[] {
  const isSource = house.kind !== "root" && !file.path.startsWith("test/") && !/^[^/]*\.config\.ts$/.test(file.path);
  return file.imports.flatMap((imported) => {
    const at = `${posix.join(house.folder, file.path)}:${imported.line}`;
    const context = { at, house, file, root, isSource };
    return [...checkReExport(context, imported), ...checkTarget(context, imported.specifier)];
  });
}

interface Context {
  readonly at: string;
  readonly house: House;
  readonly file: SourceFile;
  readonly root: House;
  /** False for tests and configuration, which run on the developer's machine only. */
  readonly isSource: boolean;
}

function checkReExport({ at, house, file, isSource }: Context, { reExport, specifier = "" }: Import): readonly Violation[] {
  if (!reExport || !isSource || house.entries.includes(file.path)) return [];
  return [
    {
      at,
      zh: `只有包的入口可以转出 ${specifier}：请直接从来源导入。`,
      en: `only an entry of the package may re-export ${specifier}: import it where it is written.`,
    },
  ];
}

function checkTarget(context: Context, specifier: string | undefined): readonly Violation[] {
  if (specifier === undefined) return checkComputed(context);
  if (specifier.startsWith(".")) return checkRelative(context, specifier);
  if (specifier.startsWith("#") || specifier.startsWith("/") || specifier.startsWith("file:")) return [unreadable(context, specifier)];
  if (specifier.startsWith("node:") || builtinModules.includes(specifier)) return checkNode(context, specifier);
  return houseName(specifier) === undefined ? checkLibrary(context, specifier) : checkHouse(context, specifier);
}

function checkComputed({ at, house, isSource }: Context): readonly Violation[] {
  if (!isSource || !isPure(house)) return [];
  return [
    {
      at,
      zh: `${house.name} 不得用计算出的名称导入模块：请写明字符串。`,
      en: `${house.name} may not import by a computed name: write the name as a string.`,
    },
  ];
}

function checkRelative({ at, house, file, isSource }: Context, specifier: string): readonly Violation[] {
  const target = posix.normalize(posix.join(posix.dirname(file.path), specifier));
  const leaves = house.kind === "root" ? /^(\.\.|packages|plugins)\//.test(target) : target.startsWith("../");
  if (leaves)
    return [
      {
        at,
        zh: `"${specifier}" 离开了本包：请用 @xianmai/… 的名称导入。`,
        en: `"${specifier}" leaves its package: import the other package by its name, @xianmai/….`,
      },
    ];
  if (isSource && target.startsWith("test/"))
    return [{ at, zh: `"${specifier}"：源码不得导入测试代码。`, en: `"${specifier}": what ships may not import tests.` }];
  return [];
}

function checkNode({ at, house, isSource }: Context, specifier: string): readonly Violation[] {
  if (!isSource || !(isPure(house) || house.name === "web")) return [];
  return [
    {
      at,
      zh: `${house.name} 不做输入输出，不得导入 ${specifier}：所需能力由上下文给出。`,
      en: `${house.name} does no I/O and may not import ${specifier}: what it needs comes with the context.`,
    },
  ];
}

function checkLibrary({ at, house, root, isSource }: Context, specifier: string): readonly Violation[] {
  const name = libraryName(specifier);
  if (isSource && house.kind === "plugin") {
    if (house.peerDependencies.includes(name)) return [];
    return [
      {
        at,
        zh: `插件只用 plugin-api、其他插件的 contract 和对等依赖，不得导入 ${name}：若为用户共有的库，请声明为 peerDependency。`,
        en: `a plugin uses plugin-api, contracts and its peer libraries, not ${name}: declare it as a peerDependency if it is the user's.`,
      },
    ];
  }
  const declared = [...house.dependencies, ...house.peerDependencies];
  if (!isSource || bundled.includes(house.name)) declared.push(...house.devDependencies);
  if (!isSource) declared.push(...root.dependencies, ...root.devDependencies);
  if (declared.includes(name) || declared.includes(typesOf(name))) return [];
  return [undeclared(at, house, name)];
}

function checkHouse({ at, house, isSource }: Context, specifier: string): readonly Violation[] {
  const own = houseName(specifier) === house.name;
  const module = libraryName(specifier);
  const declared = [...house.dependencies, ...house.peerDependencies, ...(isSource ? [] : house.devDependencies)];
  if (house.kind === "root" || own) return own || declared.includes(module) ? [] : [undeclared(at, house, module)];
  const allowed = isSource ? mayKnow(house, module) : testsMayKnow(house, module);
  if (!allowed) return [wrongArrow(at, house, module)];
  if (!declared.includes(module)) return [undeclared(at, house, module)];
  if (isSource && meetsPlugin(house, module) && specifier !== `${module}/contract`) {
    return [
      {
        at,
        zh: `插件之间只经由 contract：请改为导入 ${module}/contract，而非 ${specifier}。`,
        en: `plugins meet in contracts only: import ${module}/contract, not ${specifier}.`,
      },
    ];
  }
  return [];
}

function libraryName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function typesOf(library: string): string {
  return `@types/${library.replace(/^@/, "").replace("/", "__")}`;
}

function wrongArrow(at: string, house: House, module: string): Violation {
  const may = rowOf(house);
  const names = may.length === 0 ? "—" : may.join(", ");
  return {
    at,
    zh: `${house.name} 不得依赖 ${module}（允许：${names}）：请移到更高的一层，或通过 plugin-api 的接口。`,
    en: `${house.name} may not know ${module} (it may: ${names}): move the code up a layer, or go through an interface of plugin-api.`,
  };
}

function undeclared(at: string, house: House, module: string): Violation {
  const file = house.kind === "root" ? "package.json" : `${house.folder}/package.json`;
  return {
    at,
    zh: `${module} 未在 ${file} 中声明：请加入 dependencies。`,
    en: `${module} is not declared in ${file}: add it to its dependencies.`,
  };
}

function unreadable({ at }: Context, specifier: string): Violation {
  return {
    at,
    zh: `"${specifier}" 既非相对路径也非包名：请用包名导入。`,
    en: `"${specifier}" is neither a relative path nor a package: import by a name that the matrix can judge.`,
  };
}
