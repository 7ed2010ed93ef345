import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "./command.ts";

/** A folder that uses the packages of this checkout as installed ones, with a configuration of its own. */
export interface Project {
  readonly folder: string;
  /** Enables these plugins from the next start on. */
  enable(plugins: readonly Plugin[]): void;
}

type Plugin = "organization" | "projects";

/** Makes such a project. */
export function makeProject(folder: string): Project {
  const scope = join(folder, "node_modules", "@xianmai");
  mkdirSync(scope, { recursive: true });
  symlinkSync(join(checkout, "packages", "server"), join(scope, "server"));
  for (const plugin of ["organization", "projects"]) symlinkSync(join(checkout, "plugins", plugin), join(scope, `plugin-${plugin}`));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "county", private: true, type: "module" }));
  return { folder, enable: (plugins) => writeFileSync(join(folder, "xianmai.config.ts"), configuration(plugins)) };
}

function configuration(plugins: readonly Plugin[]): string {
  return [
    `import { defineConfig } from "@xianmai/server";`,
    ...plugins.map((plugin) => `import { ${plugin} } from "@xianmai/plugin-${plugin}";`),
    `export const config = defineConfig({ plugins: [${plugins.join(", ")}] });`,
    "",
  ].join("\n");
}
