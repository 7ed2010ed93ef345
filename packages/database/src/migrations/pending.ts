import { createHash } from "node:crypto";

import { Refusal, type Migration, type Plugin } from "@xianmai/plugin-api";
import type { Model } from "@xianmai/plugin-api/model";

import { differenceOf } from "./difference.ts";
import { inOrder } from "./shape.ts";

/** A migration as the database remembers it. */
export interface Applied {
  readonly plugin: string;
  readonly id: string;
  readonly hash: string;
}

/** What tells whether a migration was edited after it ran. */
export function hashOf(sql: readonly string[]): string {
  return createHash("sha256").update(sql.join(";\n")).digest("hex");
}

/**
 * The migrations of a plugin that have not run.
 *
 * @throws Refusal when the database has run others than the plugin has
 */
export function pendingOf(
  plugin: Plugin,
  applied: readonly Applied[],
): { readonly done: readonly Migration[]; readonly pending: readonly Migration[] } {
  const migrations = inOrder(plugin.migrations);
  const ran = new Map(applied.filter((one) => one.plugin === plugin.name).map((one) => [one.id, one.hash]));
  const unknown = [...ran.keys()].find((id) => !migrations.some((migration) => migration.id === id));
  if (unknown !== undefined) throw databaseAhead(plugin, unknown);
  const done = migrations.filter(({ id }) => ran.has(id));
  const pending = migrations.filter(({ id }) => !ran.has(id));
  const edited = done.find(({ id, sql }) => ran.get(id) !== hashOf(sql));
  if (edited !== undefined) throw migrationEdited(plugin, edited.id);
  const [last, next] = [done.at(-1), pending[0]];
  if (last !== undefined && next !== undefined && next.id < last.id) throw outOfOrder(plugin, next.id, last.id);
  return { done, pending };
}

/** @throws Refusal when the declarations of a plugin ask for other tables than its last migration leaves */
export function checkDeclarations(model: Model, plugin: Plugin): void {
  const difference = differenceOf(model, plugin);
  if (difference === undefined) return;
  const shown = difference.sql.slice(0, 3).map((statement) => (statement.split("\n")[0] ?? "").replace(/ \($/, " (…)"));
  const more = difference.sql.length - shown.length;
  throw new Refusal(
    "DECLARATIONS_AHEAD",
    {
      zh: `插件 ${plugin.name} 的声明与它最后一个迁移不一致，缺少：${shown.join("; ")}${more > 0 ? `，另有 ${more} 条` : ""}。`,
      en: `The declarations of plugin ${plugin.name} are not what its last migration leaves; missing: ${shown.join("; ")}${more > 0 ? ` and ${more} more` : ""}.`,
    },
    {
      zh: `请运行 npx xianmai migrate new ${plugin.name}，检查生成的文件并提交。`,
      en: `Run npx xianmai migrate new ${plugin.name}, review the file that it writes, and commit it.`,
    },
  );
}

function databaseAhead(plugin: Plugin, id: string): Refusal {
  return new Refusal(
    "DATABASE_AHEAD",
    {
      zh: `数据库已执行插件 ${plugin.name} 的迁移 ${id}，而所安装的版本 ${plugin.version} 中没有它。`,
      en: `The database has run migration ${id} of plugin ${plugin.name}, which the installed version ${plugin.version} does not have.`,
    },
    { zh: `请安装含有该迁移的 ${plugin.name} 版本。`, en: `Install a version of ${plugin.name} that has it.` },
  );
}

function migrationEdited(plugin: Plugin, id: string): Refusal {
  return new Refusal(
    "MIGRATION_EDITED",
    {
      zh: `插件 ${plugin.name} 的迁移 ${id} 执行之后被改动过。`,
      en: `Migration ${id} of plugin ${plugin.name} was edited after it ran.`,
    },
    {
      zh: `请恢复该文件，把改动写成新的迁移：npx xianmai migrate new ${plugin.name}。`,
      en: `Restore the file and make the change a migration of its own: npx xianmai migrate new ${plugin.name}.`,
    },
  );
}

function outOfOrder(plugin: Plugin, id: string, last: string): Refusal {
  return new Refusal(
    "MIGRATION_OUT_OF_ORDER",
    {
      zh: `插件 ${plugin.name} 的迁移 ${id} 尚未执行，但排在已执行的 ${last} 之前。`,
      en: `Migration ${id} of plugin ${plugin.name} has not run, but stands before ${last}, which has.`,
    },
    { zh: `请把 ${id} 改名，使它排在 ${last} 之后。`, en: `Rename ${id} so that it stands after ${last}.` },
  );
}
