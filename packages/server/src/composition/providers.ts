import { Refusal, type Entity, type Label, type Plugin } from "@xianmai/plugin-api";

const offices = {
  units: { zh: "单位树", en: "the tree of units" },
  dictionaries: { zh: "字典", en: "dictionaries" },
  people: { zh: "人员", en: "the people" },
  calendar: { zh: "工作日历", en: "the work calendar" },
  files: { zh: "文件", en: "the files of rows" },
} as const satisfies Readonly<Record<string, Label>>;

/**
 * Checks that what a plugin provides for the whole platform is made of its own entities, and that no two provide the same.
 * That none is missing is checked where it is needed: by scopes, by columns that are entries, and by clocks.
 *
 * @throws Refusal PROVIDER_TAKEN, PROVIDER_FOREIGN
 */
export function checkProviders(plugins: readonly Plugin[]): void {
  for (const office of ["units", "dictionaries", "people", "calendar", "files"] as const) {
    const [first, second] = plugins.filter((plugin) => plugin.provides[office] !== undefined);
    if (first !== undefined && second !== undefined) throw taken(office, first, second);
  }
  for (const plugin of plugins) {
    const { units, dictionaries, people, calendar, files } = plugin.provides;
    for (const [office, entity] of [
      ["units", units?.entity],
      ["dictionaries", dictionaries?.dictionary],
      ["dictionaries", dictionaries?.entry],
      ["people", people?.entity],
      ["calendar", calendar?.day],
      ["calendar", calendar?.schedule],
      ["files", files?.entity],
    ] as const) {
      if (entity !== undefined && !plugin.entities.includes(entity)) throw foreign(office, plugin, entity);
    }
  }
}

function taken(office: keyof typeof offices, first: Plugin, second: Plugin): Refusal {
  return new Refusal(
    "PROVIDER_TAKEN",
    {
      zh: `插件 ${first.name} 与插件 ${second.name} 都提供${offices[office].zh}（provides.${office}）。`,
      en: `Plugins ${first.name} and ${second.name} both provide ${offices[office].en} (provides.${office}).`,
    },
    { zh: "请只启用其中一个，或去掉其中一个的声明。", en: "Enable only one of them, or take the declaration out of one." },
  );
}

function foreign(office: keyof typeof offices, plugin: Plugin, entity: Entity): Refusal {
  const { name } = entity.definition;
  return new Refusal(
    "PROVIDER_FOREIGN",
    {
      zh: `插件 ${plugin.name} 用实体 ${name} 提供${offices[office].zh}，但 ${name} 不在它的 entities 中。`,
      en: `Plugin ${plugin.name} provides ${offices[office].en} by entity ${name}, which is not among its entities.`,
    },
    { zh: `请把 ${name} 写入 ${plugin.name} 的 entities。`, en: `Add ${name} to entities of ${plugin.name}.` },
  );
}
