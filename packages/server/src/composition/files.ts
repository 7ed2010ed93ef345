import { FILE_KINDS, Refusal, type Entity, type Label, type Plugin } from "@xianmai/plugin-api";

/** The size of a file is a whole number of 32 bits. */
const LARGEST = 2047 * 1024 * 1024;

/**
 * Checks what entities say of their fields of files, and that somebody holds files where there are any.
 *
 * @throws Refusal FILES_INVALID, PROVIDER_MISSING
 */
export function checkFiles(plugins: readonly Plugin[]): void {
  const isHeld = plugins.some(({ provides }) => provides.files !== undefined);
  for (const plugin of plugins) {
    for (const entity of plugin.entities) {
      const [first] = Object.keys(entity.definition.files);
      if (first !== undefined && !isHeld) throw nobodyHolds(plugin, `${entity.definition.name}.${first}`);
      checkFields(plugin, entity);
    }
  }
}

function checkFields(plugin: Plugin, { definition: { name, files } }: Entity): void {
  for (const [field, { types, most, largest }] of Object.entries(files)) {
    const refuse = (wrong: Label): Refusal => invalid(plugin, `${name}.${field}`, wrong);
    const kinds = FILE_KINDS.join(", ");
    if (types.length === 0 || types.some((type) => !FILE_KINDS.includes(type)))
      throw refuse({ zh: `types 应为 ${kinds} 中的一项或几项`, en: `types takes one or more of ${kinds}` });
    if (!Number.isInteger(most) || most < 1) throw refuse({ zh: "most 应为正整数", en: "most takes a whole number from 1" });
    if (!(largest > 0 && largest <= LARGEST)) throw refuse({ zh: "largest 应在 0 与 2047（MiB）之间", en: "largest takes MiB up to 2047" });
  }
}

function invalid(plugin: Plugin, field: string, wrong: Label): Refusal {
  return new Refusal(
    "FILES_INVALID",
    {
      zh: `插件 ${plugin.name} 的文件字段 ${field} 写法不对：${wrong.zh}。`,
      en: `The field of files ${field} of plugin ${plugin.name} cannot be as it is declared: ${wrong.en}.`,
    },
    { zh: "请改正 column.files 的参数。", en: "Correct what column.files is given." },
  );
}

function nobodyHolds(plugin: Plugin, field: string): Refusal {
  return new Refusal(
    "PROVIDER_MISSING",
    {
      zh: `插件 ${plugin.name} 的 ${field} 是文件字段，但启用的插件中没有提供单位与人员的，平台无法保管文件。`,
      en: `${field} of plugin ${plugin.name} holds files, which the platform keeps only where enabled plugins provide units and people.`,
    },
    { zh: "请启用提供单位与人员的插件（如 organization）。", en: "Enable a plugin that provides both, such as organization." },
  );
}
