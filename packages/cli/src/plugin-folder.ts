import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { Refusal, type Plugin } from "@xianmai/plugin-api";

/**
 * The folder `src` of a plugin that is being developed here.
 *
 * @throws Refusal PLUGIN_INSTALLED when it came from elsewhere, PLUGIN_NOT_BUILT when what runs is older than its sources
 */
export function sourceFolderOf(plugin: Plugin): string {
  const running = fileURLToPath(plugin.url);
  const root = packageOf(running);
  const source = join(root, "src");
  if (running.split(sep).includes("node_modules") || !existsSync(source)) throw installed(plugin, root);
  if (!running.startsWith(source + sep) && newestIn(source) > newestIn(join(root, "dist"))) throw notBuilt(plugin, root);
  return source;
}

function packageOf(path: string): string {
  const folder = dirname(path);
  return existsSync(join(folder, "package.json")) || folder === path ? folder : packageOf(folder);
}

/** When a file in it was last written, in milliseconds. */
function newestIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(0, ...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

function installed({ name }: Plugin, root: string): Refusal {
  return new Refusal(
    "PLUGIN_INSTALLED",
    {
      zh: `插件 ${name} 安装于 ${root}，没有可写迁移的源代码。`,
      en: `Plugin ${name} is installed in ${root}, without sources that a migration could be written to.`,
    },
    {
      zh: "它的迁移由其作者提供，请更新该插件，或在其源代码库中运行此命令。",
      en: "Its migrations come from its author: update the plugin, or run this where its sources are.",
    },
  );
}

function notBuilt({ name }: Plugin, root: string): Refusal {
  return new Refusal(
    "PLUGIN_NOT_BUILT",
    {
      zh: `插件 ${name} 的源代码（${join(root, "src")}）比编译结果新。`,
      en: `The sources of plugin ${name} (${join(root, "src")}) are newer than what was built of them.`,
    },
    { zh: "请先运行 npm run build，再运行此命令。", en: "Run npm run build, then this command again." },
  );
}
