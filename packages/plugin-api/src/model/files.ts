import type { FileRows } from "../provides.ts";
import { Refusal } from "../refusal.ts";
import { columnOf, type EntityModel, type FilesModel } from "./model.ts";
import { singularOf } from "./names.ts";

/**
 * The fields of files of an entity, each with its list.
 *
 * @param rows who holds the files
 * @throws Refusal PROVIDER_MISSING where nobody does
 */
export function filesOf(
  { name, plugin, entity }: EntityModel,
  rows: FileRows | undefined,
  byName: ReadonlyMap<string, EntityModel>,
): readonly FilesModel[] {
  return Object.entries(entity.definition.files).map(([field, declared]) => {
    const holder = byName.get(rows?.entity.definition.name ?? "");
    if (rows === undefined || holder === undefined) throw nobodyHolds(plugin, `${name}.${field}`);
    const label = declared.options;
    const inverse = {
      name: field,
      aggregates: `${singularOf(field, holder.names)}Aggregates`,
      entity: holder,
      column: columnOf(holder, rows.subject),
      only: { column: columnOf(holder, rows.field), value: field },
      label,
    };
    return { name: field, label, declared, inverse };
  });
}

function nobodyHolds(plugin: string, field: string): Refusal {
  return new Refusal(
    "PROVIDER_MISSING",
    {
      zh: `插件 ${plugin} 的 ${field} 是文件字段，但启用的插件中没有提供单位与人员的，平台无法保管文件。`,
      en: `${field} of plugin ${plugin} holds files, which the platform keeps only where enabled plugins provide units and people.`,
    },
    { zh: "请启用提供单位与人员的插件（如 organization）。", en: "Enable a plugin that provides both, such as organization." },
  );
}
