import { randomUUID } from "node:crypto";

import {
  choices,
  column,
  definePlugin,
  dictionaries,
  dictionary,
  entity,
  lifecycle,
  unitTree,
  type Entity,
  type Migration,
  type Plugin,
  type PluginDeclaration,
} from "@xianmai/plugin-api";
import { buildModel, type Model } from "@xianmai/plugin-api/model";

import { differenceOf } from "@xianmai/database";

/** A small county: units, dictionaries and works that point at them. */
export class Unit extends entity(
  "Unit",
  { zh: "单位", en: "Unit", title: "name", key: "code", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name", collation: "zh" }),
    aliases: column.texts({ zh: "简称", en: "Aliases" }),
    parent: column.self({ zh: "上级", en: "Parent", inverse: "children" }),
  },
) {}

class Dictionary extends entity(
  "Dictionary",
  { zh: "字典", en: "Dictionary", title: "zh", key: "code", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    zh: column.text({ zh: "中文", en: "Chinese" }),
    en: column.text({ zh: "英文", en: "English" }),
  },
) {}

class DictionaryEntry extends entity(
  "DictionaryEntry",
  { zh: "字典项", en: "Entry", title: "zh", key: ["dictionary", "code"], scope: "everyone" },
  {
    dictionary: column.reference(() => Dictionary, { zh: "字典", en: "Dictionary", inverse: "entries" }),
    code: column.text({ zh: "代码", en: "Code" }),
    zh: column.text({ zh: "中文", en: "Chinese" }),
    en: column.text({ zh: "英文", en: "English" }),
    position: column.integer({ zh: "次序", en: "Position" }),
  },
) {}

const workField = dictionary(
  "work-field",
  { zh: "领域", en: "Field" },
  { roads: { zh: "道路", en: "Roads" }, water: { zh: "水利", en: "Water" } },
);

export const WorkKind = choices(
  "WorkKind",
  { zh: "类别", en: "Kind" },
  { NEW: { zh: "新建", en: "New" }, REPAIR: { zh: "修缮", en: "Repair" } },
);

const WorkStage = lifecycle(
  "WorkStage",
  { zh: "阶段", en: "Stage" },
  {
    start: "PLANNED",
    states: { PLANNED: { zh: "计划", en: "Planned" }, STARTED: { zh: "开工", en: "Started", end: true } },
    steps: { start: { zh: "开工", en: "Start", from: "PLANNED", to: "STARTED" } },
  },
);

/** The columns of a work; tests declare it with others. */
export const workColumns = {
  code: column.text({ zh: "编号", en: "Code" }),
  name: column.text({ zh: "名称", en: "Name" }),
  kind: column.choice(WorkKind, { zh: "类别", en: "Kind", default: "NEW" }),
  stage: column.stage(WorkStage),
  unit: column.reference(() => Unit, { zh: "单位", en: "Unit", inverse: "works" }),
  field: column.entry(workField, { zh: "领域", en: "Field", optional: true }),
  amount: column.money({ zh: "金额", en: "Amount", optional: true }),
  month: column.yearMonth({ zh: "月份", en: "Month", optional: true }),
  order: column.integer({ zh: "次序", en: "Order", default: 0 }),
};

const workHead = { zh: "工程", en: "Work", title: "name", key: "code", scope: "unit" } as const;

export class Work extends entity("Work", workHead, workColumns) {}

/** A plugin of this file, with its first migration made from its declarations unless others are given. */
export function plugin(name: string, declared: Partial<PluginDeclaration>): Plugin {
  return definePlugin({ name, version: "1.0.0", label: { zh: name, en: name }, url: import.meta.url, ...declared });
}

export const units = plugin("units", {
  entities: [Unit, Dictionary, DictionaryEntry],
  provides: { units: unitTree(Unit, { parent: "parent", code: "code" }), dictionaries: dictionaries(Dictionary, DictionaryEntry) },
});

/** The plugin of works, over any declaration of them. */
export function worksOf(work: Entity, migrations: readonly Migration[] = []): Plugin {
  return plugin("works", { entities: [work], dictionaries: [workField], dependsOn: { units: "^1.0.0" }, migrations });
}

const works = worksOf(Work);

/** The model of plugins, each brought up to its declarations by one more migration. */
export function migrated(...plugins: readonly Plugin[]): Model {
  const plain = buildModel(plugins);
  return buildModel(plain.plugins.map((one) => ({ ...one, migrations: [...one.migrations, ...nextMigration(plain, one)] })));
}

/** The migration that `xianmai migrate new` would write now. */
export function nextMigration(model: Model, one: Plugin): readonly Migration[] {
  const difference = differenceOf(model, one);
  const number = String(one.migrations.length + 1).padStart(3, "0");
  return difference === undefined ? [] : [{ id: `2026-01-01-${number}`, ...difference }];
}

/** The sample county as most tests need it. */
export const county: Model = migrated(units, works);

/** A random key. */
export function key(): string {
  return randomUUID();
}
