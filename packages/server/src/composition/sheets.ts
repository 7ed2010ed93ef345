import { Refusal, type Plugin, type Sheet } from "@xianmai/plugin-api";

/**
 * Checks that each sheet is over an entity that has a natural key, carries that key, and that a demo names sheets that are there.
 *
 * @throws Refusal SHEET_INVALID, DEMO_SHEET_UNKNOWN
 */
export function checkSheets(plugins: readonly Plugin[]): void {
  const entities = new Set(plugins.flatMap((plugin) => plugin.entities));
  const sheets = new Set(plugins.flatMap((plugin) => plugin.sheets.map(({ name }) => name)));
  for (const plugin of plugins) {
    for (const sheet of plugin.sheets) checkSheet(plugin, sheet, entities.has(sheet.entity));
    for (const { sheet } of plugin.demo?.sheets ?? []) if (!sheets.has(sheet)) throw demoUnknown(plugin, sheet, [...sheets]);
  }
}

function checkSheet(plugin: Plugin, sheet: Sheet, enabled: boolean): void {
  const { name, head, columns } = sheet.entity.definition;
  if (!enabled) throw invalid(plugin, sheet, `实体 ${name} 没有启用`, `entity ${name} is not enabled`);
  const key = head.key === undefined ? [] : [head.key].flat();
  if (key.length === 0)
    throw invalid(plugin, sheet, `实体 ${name} 没有自然键，无法识别行`, `entity ${name} has no natural key to know rows by`);
  const absent = key.find((column) => !(column in sheet.columns));
  if (absent !== undefined)
    throw invalid(plugin, sheet, `缺少自然键字段 ${absent}`, `it lacks ${absent}, which is part of the natural key`);
  const stray = Object.keys(sheet.columns).find((column) => !(column in columns));
  if (stray !== undefined) throw invalid(plugin, sheet, `实体 ${name} 没有字段 ${stray}`, `entity ${name} has no column ${stray}`);
}

function invalid(plugin: Plugin, sheet: Sheet, zh: string, en: string): Refusal {
  return new Refusal(
    "SHEET_INVALID",
    {
      zh: `插件 ${plugin.name} 的表格 ${sheet.name} 无法使用：${zh}。`,
      en: `Sheet ${sheet.name} of plugin ${plugin.name} cannot be used: ${en}.`,
    },
    { zh: "请改正表格或实体的声明。", en: "Correct the declaration of the sheet or of the entity." },
  );
}

function demoUnknown(plugin: Plugin, sheet: string, known: readonly string[]): Refusal {
  return new Refusal(
    "DEMO_SHEET_UNKNOWN",
    {
      zh: `插件 ${plugin.name} 的演示数据使用表格 ${sheet}，但启用的插件都没有声明它。`,
      en: `The demo of plugin ${plugin.name} uses sheet ${sheet}, which no enabled plugin declares.`,
    },
    { zh: `已有的表格：${known.join("、") || "无"}。`, en: `Sheets that are there: ${known.join(", ") || "none"}.` },
  );
}
