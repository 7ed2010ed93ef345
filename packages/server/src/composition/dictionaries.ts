import { Refusal, type Plugin } from "@xianmai/plugin-api";

/**
 * Checks that somebody keeps the dictionaries that plugins declare, and that every column of entries names one that is declared by its plugin or by
 * one that it depends on. A column of entries where nobody keeps dictionaries is the model's to refuse.
 *
 * @throws Refusal PROVIDER_MISSING, DICTIONARY_MISSING
 */
export function checkDictionaries(plugins: readonly Plugin[]): void {
  const isKept = plugins.some(({ provides }) => provides.dictionaries !== undefined);
  const owners = new Map(plugins.flatMap((plugin) => plugin.dictionaries.map(({ code }) => [code, plugin] as const)));
  for (const plugin of plugins) {
    const [first] = plugin.dictionaries;
    if (first !== undefined && !isKept) throw withoutKeeper(plugin, first.code);
    for (const { column, code } of entryColumns(plugin)) {
      const owner = owners.get(code);
      if (isKept && (owner === undefined || (owner !== plugin && !(owner.name in plugin.dependsOn))))
        throw missing(plugin, column, code, owner);
    }
  }
}

function entryColumns({ entities }: Plugin): readonly { readonly column: string; readonly code: string }[] {
  return entities.flatMap(({ definition: { name, columns } }) =>
    Object.entries(columns).flatMap(([column, { dictionary }]) =>
      dictionary === undefined ? [] : [{ column: `${name}.${column}`, code: dictionary.code }],
    ),
  );
}

function withoutKeeper({ name }: Plugin, code: string): Refusal {
  return new Refusal(
    "PROVIDER_MISSING",
    {
      zh: `插件 ${name} 声明了字典 ${code}，但启用的插件中没有一个提供字典。`,
      en: `Plugin ${name} declares dictionary ${code}, but no enabled plugin provides dictionaries.`,
    },
    { zh: "请启用提供字典的插件（如 organization）。", en: "Enable a plugin that provides dictionaries, such as organization." },
  );
}

function missing({ name }: Plugin, column: string, code: string, owner: Plugin | undefined): Refusal {
  return new Refusal(
    "DICTIONARY_MISSING",
    {
      zh: `插件 ${name} 的字段 ${column} 使用字典 ${code}，${owner === undefined ? "但启用的插件都没有声明它" : `它由插件 ${owner.name} 声明，但 ${name} 没有依赖 ${owner.name}`}。`,
      en: `Column ${column} of plugin ${name} is an entry of dictionary ${code}, ${owner === undefined ? "which no enabled plugin declares" : `which plugin ${owner.name} declares, and ${name} does not depend on ${owner.name}`}.`,
    },
    owner === undefined
      ? { zh: `请把该字典写入 ${name} 的 dictionaries。`, en: `Add that dictionary to dictionaries of ${name}.` }
      : {
          zh: `请在 ${name} 的 dependsOn 中写入 ${owner.name}: "^${owner.version}"。`,
          en: `Add ${owner.name}: "^${owner.version}" to dependsOn of ${name}.`,
        },
  );
}
