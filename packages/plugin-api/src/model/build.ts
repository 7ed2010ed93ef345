import type { Column } from "../column.ts";
import type { Entity } from "../entity.ts";
import type { Plugin } from "../plugin.ts";
import { Refusal } from "../refusal.ts";
import { isPointer, SQL_TYPES } from "./kinds.ts";
import { columnOf, type ColumnModel, type EntityModel, type InverseModel, type Model } from "./model.ts";
import { apiNames, snakeCase } from "./names.ts";

type Draft<Resolved> = { -readonly [Key in keyof Resolved]: Resolved[Key] };
interface EntityDraft extends Draft<Omit<EntityModel, "columns" | "inverses">> {
  columns: Draft<ColumnModel>[];
  inverses: InverseModel[];
}

/**
 * Resolves the declarations of plugins against each other: references find their targets, inverses stand on them, added fields on their entities.
 *
 * @param plugins sorted by dependency, with every name claimed once
 * @throws Refusal naming the declaration that cannot be resolved, and the remedy
 */
export function buildModel(plugins: readonly Plugin[]): Model {
  const drafts = new Map<Entity, EntityDraft>();
  for (const plugin of plugins) for (const entity of plugin.entities) drafts.set(entity, draftOf(plugin, entity));
  const byName = new Map([...drafts.values()].map((draft) => [draft.name, draft]));
  const dictionaries = plugins.map((plugin) => plugin.provides.dictionaries).find((found) => found !== undefined);
  const entry = dictionaries === undefined ? undefined : drafts.get(dictionaries.entry);

  for (const draft of drafts.values()) {
    for (const column of draft.columns) {
      const target = targetOf(draft, column, byName, entry);
      if (target === undefined) continue;
      column.target = target;
      addInverse(draft, column, target);
    }
  }
  for (const plugin of plugins) for (const field of plugin.fields) addField(plugin, field, byName);

  const units = plugins.map((plugin) => plugin.provides.units).find((found) => found !== undefined);
  const unitEntity = units === undefined ? undefined : drafts.get(units.entity);
  const dictionary = dictionaries === undefined ? undefined : drafts.get(dictionaries.dictionary);
  return {
    plugins,
    entities: [...drafts.values()],
    units: units === undefined || unitEntity === undefined ? undefined : { entity: unitEntity, tree: units },
    dictionaries:
      dictionary === undefined || entry === undefined
        ? undefined
        : { dictionary, entry, declared: plugins.flatMap((plugin) => plugin.dictionaries) },
  };
}

function draftOf(plugin: Plugin, entity: Entity): EntityDraft {
  const { name, head, columns: declared } = entity.definition;
  const columns = Object.entries(declared).map(([column, definition]) => columnDraft(column, definition));
  const named = (column: string): ColumnModel => {
    const found = columns.find((candidate) => candidate.name === column);
    if (found !== undefined) return found;
    throw new Refusal(
      "COLUMN_UNKNOWN",
      {
        zh: `插件 ${plugin.name} 的实体 ${name} 在定义中提到了字段 ${column}，但没有声明它。`,
        en: `Entity ${name} of plugin ${plugin.name} names column ${column} in its head, but declares no such column.`,
      },
      { zh: `请声明 ${column}，或改正名称。`, en: `Declare ${column}, or correct the name.` },
    );
  };
  const key = listOf(head.key).map(named);
  const stage = columns.find((column) => column.kind === "stage");
  const lifecycle = stage?.declared.lifecycle;
  return {
    name,
    plugin: plugin.name,
    entity,
    label: head,
    table: snakeCase(name),
    names: apiNames(name, head.plural),
    columns,
    title: named(head.title),
    key,
    knownAs: (head.knownAs ?? []).map(named),
    order: head.order === undefined ? key : [named(head.order), ...key.filter((column) => column.name !== head.order)],
    inverses: [],
    fields: [],
    stage:
      stage === undefined || lifecycle === undefined
        ? undefined
        : { column: stage, lifecycle, rules: plugin.rules.find((rules) => rules.entity === entity && rules.lifecycle === lifecycle) },
  };
}

function columnDraft(name: string, declared: Column): Draft<ColumnModel> {
  const pointer = isPointer(declared.kind);
  const values = declared.choices?.values ?? declared.lifecycle?.states;
  return {
    name,
    rowKey: pointer ? `${name}Id` : name,
    column: pointer ? `${snakeCase(name)}_id` : snakeCase(name),
    kind: declared.kind,
    sqlType: SQL_TYPES[declared.kind],
    required: declared.options.optional !== true,
    label: declared.options,
    declared,
    ...(values === undefined ? {} : { values: Object.keys(values) }),
  };
}

function targetOf(
  draft: EntityDraft,
  column: ColumnModel,
  byName: ReadonlyMap<string, EntityDraft>,
  entry: EntityDraft | undefined,
): EntityDraft | undefined {
  if (!isPointer(column.kind)) return undefined;
  if (column.kind === "self") return draft;
  if (column.kind === "entry") {
    if (entry !== undefined) return entry;
    throw new Refusal(
      "PROVIDER_MISSING",
      {
        zh: `插件 ${draft.plugin} 的 ${draft.name}.${column.name} 是字典字段，但启用的插件中没有一个提供字典。`,
        en: `${draft.name}.${column.name} of plugin ${draft.plugin} is a dictionary entry, but no enabled plugin provides dictionaries.`,
      },
      { zh: "请启用提供字典的插件（如 organization）。", en: "Enable a plugin that provides them, such as organization." },
    );
  }
  const wanted = column.declared.target?.().definition.name ?? "";
  const found = byName.get(wanted);
  if (found !== undefined) return found;
  throw new Refusal(
    "REFERENCE_TARGET_MISSING",
    {
      zh: `插件 ${draft.plugin} 的 ${draft.name}.${column.name} 引用实体 ${wanted}，但启用的插件中没有一个声明它。`,
      en: `${draft.name}.${column.name} of plugin ${draft.plugin} refers to entity ${wanted}, which no enabled plugin declares.`,
    },
    {
      zh: `请启用声明 ${wanted} 的插件，并写入 ${draft.plugin} 的 dependsOn。`,
      en: `Enable the plugin that declares ${wanted} and name it in dependsOn of ${draft.plugin}.`,
    },
  );
}

function addInverse(draft: EntityDraft, column: ColumnModel, target: EntityDraft): void {
  const name = column.declared.options.inverse;
  if (name === undefined) return;
  const taken = occupant(target, name);
  if (taken !== undefined) throw fieldTaken(target, name, taken, `${draft.plugin} (${draft.name}.${column.name}, inverse)`);
  target.inverses.push({ name, entity: draft, column });
}

function addField(plugin: Plugin, field: Plugin["fields"][number], byName: ReadonlyMap<string, EntityDraft>): void {
  const target = byName.get(field.entity.definition.name);
  if (target === undefined) {
    const wanted = field.entity.definition.name;
    throw new Refusal(
      "REFERENCE_TARGET_MISSING",
      {
        zh: `插件 ${plugin.name} 给实体 ${wanted} 增加字段 ${field.name}，但启用的插件中没有一个声明 ${wanted}。`,
        en: `Plugin ${plugin.name} adds field ${field.name} to entity ${wanted}, which no enabled plugin declares.`,
      },
      { zh: `请启用声明 ${wanted} 的插件。`, en: `Enable the plugin that declares ${wanted}.` },
    );
  }
  const taken = occupant(target, field.name);
  if (taken !== undefined) throw fieldTaken(target, field.name, taken, `${plugin.name} (field)`);
  for (const required of field.requires) columnOf(target, required);
  target.fields = [...target.fields, field];
}

/** Who holds a field's name on an entity already; `undefined` when it is free. */
function occupant(entity: EntityDraft, name: string): string | undefined {
  if (name === "id") return "xianmai (id)";
  if (entity.columns.some((column) => column.name === name)) return `${entity.plugin} (${entity.name}.${name})`;
  const inverse = entity.inverses.find((candidate) => candidate.name === name);
  if (inverse !== undefined) return `${inverse.entity.plugin} (${inverse.entity.name}.${inverse.column.name}, inverse)`;
  return entity.fields.some((field) => field.name === name) ? `field ${name}` : undefined;
}

function fieldTaken(target: EntityDraft, name: string, first: string, second: string): Refusal {
  return new Refusal(
    "FIELD_TAKEN",
    {
      zh: `${first} 与 ${second} 都要使用类型 ${target.name} 上的字段名 ${name}。`,
      en: `${first} and ${second} both claim field ${name} of type ${target.name}.`,
    },
    { zh: "请给其中一个改名。", en: "Rename one of them." },
  );
}

function listOf(names: string | readonly string[] | undefined): readonly string[] {
  if (names === undefined) return [];
  return typeof names === "string" ? [names] : names;
}
