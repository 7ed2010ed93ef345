import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** A project of somebody else's, in a folder of its own, with the packages that are installed here. */
export interface Project extends AsyncDisposable {
  /** Runs a command of a package. @returns what it printed @throws Error with all that it printed, where it fails */
  run(command: string, ...parameters: readonly string[]): Promise<string>;
  read(file: string): Promise<string>;
  /** Compiles all of `src` under strict TypeScript into `out`. @throws Error with what the compiler says */
  compile(): Promise<void>;
  /** Loads a compiled module of `src`. */
  load<Module>(file: string): Module;
}

const SETTINGS = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    target: "es2023",
    moduleResolution: "bundler",
    lib: ["es2023", "dom"],
    types: [],
    skipLibCheck: true,
    rootDir: "src",
    outDir: "out",
  },
  include: ["src"],
};

/**
 * Lays a project down.
 *
 * @param modules what its compiled modules are: Node loads extensionless imports, which some generators write, from CommonJS alone
 */
export async function createProject(files: Readonly<Record<string, string>>, modules: "esnext" | "commonjs" = "esnext"): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "xianmai-client-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const settings = { ...SETTINGS, compilerOptions: { ...SETTINGS.compilerOptions, module: modules } };
  const all = {
    "package.json": JSON.stringify({ type: modules === "esnext" ? "module" : "commonjs" }),
    "tsconfig.json": JSON.stringify(settings),
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const run = async (command: string, ...parameters: readonly string[]): Promise<string> => {
    try {
      const { stdout } = await promisify(execFile)(join(root, "node_modules/.bin", command), [...parameters], { cwd: folder });
      return stdout;
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      throw new Error(`${command} ${parameters.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
    }
  };
  return {
    run,
    read: async (file) => readFile(join(folder, file), "utf8"),
    compile: async () => {
      await run("tsc", "-p", ".");
    },
    load: <Module>(file: string) => createRequire(join(folder, "out/"))(`./${file}`) as Module,
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }),
  };
}

/** The committed schema, as a reader of this repository would hand it to a tool. */
export async function committedSchema(): Promise<string> {
  return readFile(join(root, "schema/schema.graphql"), "utf8");
}
