import { Refusal, type Entity, type Label, type Plugin } from "@xianmai/plugin-api";

/**
 * Checks that whatever a plugin uses of another's is named in its `dependsOn`: then its tables are made after theirs, and a version that does not fit
 * is refused. Entities that no enabled plugin declares are the model's to refuse.
 *
 * @throws Refusal DEPENDENCY_UNDECLARED
 */
export function checkReferences(plugins: readonly Plugin[]): void {
  const owners = new Map(plugins.flatMap((plugin) => plugin.entities.map((entity) => [entity.definition.name, plugin] as const)));
  for (const plugin of plugins) {
    for (const { entity, thing } of used(plugin)) {
      const owner = owners.get(entity);
      if (owner !== undefined && owner !== plugin && !(owner.name in plugin.dependsOn)) throw undeclared(plugin, owner, entity, thing);
    }
  }
}

function used(plugin: Plugin): readonly { readonly entity: string; readonly thing: Label }[] {
  const references = plugin.entities.flatMap(({ definition }: Entity) =>
    Object.entries(definition.columns).flatMap(([name, column]) => {
      const entity = column.kind === "reference" ? column.target?.().definition.name : undefined;
      return entity === undefined
        ? []
        : [{ entity, thing: { zh: `字段 ${definition.name}.${name}`, en: `column ${definition.name}.${name}` } }];
    }),
  );
  const fields = plugin.fields.map(({ entity, name }) => ({
    entity: entity.definition.name,
    thing: { zh: `增加的字段 ${name}`, en: `the added field ${name}` },
  }));
  const sheets = plugin.sheets.map(({ entity, name }) => ({
    entity: entity.definition.name,
    thing: { zh: `表格 ${name}`, en: `sheet ${name}` },
  }));
  return [...references, ...fields, ...sheets];
}

function undeclared(plugin: Plugin, owner: Plugin, entity: string, thing: Label): Refusal {
  return new Refusal(
    "DEPENDENCY_UNDECLARED",
    {
      zh: `插件 ${plugin.name} 的${thing.zh}使用插件 ${owner.name} 的实体 ${entity}，但 ${plugin.name} 的 dependsOn 中没有 ${owner.name}。`,
      en: `In plugin ${plugin.name}, ${thing.en} uses entity ${entity} of plugin ${owner.name}, which is not in dependsOn of ${plugin.name}.`,
    },
    {
      zh: `请在 ${plugin.name} 的 dependsOn 中写入 ${owner.name}: "^${owner.version}"。`,
      en: `Add ${owner.name}: "^${owner.version}" to dependsOn of ${plugin.name}.`,
    },
  );
}
