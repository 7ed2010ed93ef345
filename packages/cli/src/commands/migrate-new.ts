import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";

import { differenceOf, migrationIndexSource, migrationSource } from "@xianmai/database";
import { Refusal, systemClock, type Plugin } from "@xianmai/plugin-api";

import { exitCode } from "../exit-code.ts";
import { newMigrationId } from "../migration-id.ts";
import { composeFrom, readSettings } from "../platform.ts";
import { sourceFolderOf } from "../plugin-folder.ts";
import type { Terminal } from "../terminal.ts";

/**
 * `xianmai migrate new <plugin>`: writes what the plugin declares beyond its last migration as the next one. Needs no database.
 *
 * @throws Refusal PLUGIN_UNKNOWN, PLUGIN_INSTALLED, PLUGIN_NOT_BUILT
 */
export async function migrateNew(terminal: Terminal, name: string, { name: what }: { readonly name?: string }): Promise<number> {
  const settings = await readSettings({});
  const { model } = await composeFrom(settings);
  const plugin = model.plugins.find((candidate) => candidate.name === name);
  if (plugin === undefined) throw unknown(name, model.plugins);
  const source = sourceFolderOf(plugin);
  const difference = differenceOf(model, plugin);
  if (difference === undefined) {
    terminal.out(`插件 ${name} 的声明与其最后一次迁移一致，无需新的迁移。\n`);
    terminal.out(`What plugin ${name} declares is what its last migration left: nothing to write.\n`);
    return exitCode.done;
  }

  const ids = plugin.migrations.map(({ id }) => id);
  const id = newMigrationId(systemClock(settings.timeZone).today(), what ?? (ids.length === 0 ? "first-tables" : "change"), ids);
  const folder = join(source, "migrations");
  const file = join(folder, `${id}.ts`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, migrationSource({ id, ...difference }), { flag: "wx" });
  writeFileSync(join(folder, "index.ts"), migrationIndexSource([...ids, id]));

  terminal.out(`${difference.sql.map((statement) => `${statement};`).join("\n")}\n\n`);
  terminal.out(`已写入 Written: ${relative(process.cwd(), file)}\n`);
  terminal.out("请检查后提交；下次启动时应用。Read it, commit it; the next start applies it.\n");
  return exitCode.done;
}

function unknown(name: string, plugins: readonly Plugin[]): Refusal {
  const enabled = plugins.map((plugin) => plugin.name).join(", ");
  return new Refusal(
    "PLUGIN_UNKNOWN",
    { zh: `没有启用名为 ${name} 的插件。`, en: `No plugin named ${name} is enabled.` },
    {
      zh: `已启用：${enabled}。请改正名称，或在 xianmai.config.ts 中启用它。`,
      en: `Enabled are: ${enabled}. Correct the name, or enable it in xianmai.config.ts.`,
    },
  );
}
