import type { Column } from "../column.ts";
import type { Entity } from "../entity.ts";
import type { Field } from "../field.ts";
import type { Plugin } from "../plugin.ts";
import { Refusal } from "../refusal.ts";
import { isPointer, SQL_TYPES } from "./kinds.ts";
import { filesOf } from "./files.ts";
import type { ColumnModel, EntityModel, FilesModel, InverseModel, Model } from "./model.ts";
import { apiNames, singularOf, snakeCase, STAGE_FIELDS } from "./names.ts";

type Draft<Resolved> = { -readonly [Key in keyof Resolved]: Resolved[Key] };
interface EntityDraft extends Draft<Omit<EntityModel, "columns" | "inverses" | "files">> {
  columns: Draft<ColumnModel>[];
  inverses: InverseModel[];
  files: FilesModel[];
}
/** Which plugin added a field, so that a second one of the same name can be told. */
type Adders = Map<Field, string>;

/**
 * Resolves the declarations of plugins against each other: references find their targets, inverses stand on them, added fields on their entities.
 *
 * @param plugins sorted by dependency, with every name claimed once
 * @throws Refusal naming the declaration that cannot be resolved, and the remedy
 */
export function buildModel(plugins: readonly Plugin[]): Model {
  const drafts = new Map<Entity, EntityDraft>();
  const adders: Adders = new Map();
  for (const plugin of plugins) for (const entity of plugin.entities) drafts.set(entity, draftOf(plugin, entity));
  const byName = new Map([...drafts.values()].map((draft) => [draft.name, draft]));
  const dictionaries = plugins.map((plugin) => plugin.provides.dictionaries).find((found) => found !== undefined);
  const entry = dictionaries === undefined ? undefined : drafts.get(dictionaries.entry);

  for (const draft of drafts.values()) {
    for (const column of draft.columns) {
      if (column.kind === "subject") {
        const subject = subjectOf(draft, column, byName);
        column.subject = subject;
        for (const one of subject.entities) addInverse(draft, column, one, adders);
        continue;
      }
      const target = targetOf(draft, column, byName, entry);
      if (target === undefined) continue;
      column.target = target;
      addInverse(draft, column, target, adders);
    }
  }
  const files = plugins.map(({ provides }) => provides.files).find((found) => found !== undefined);
  for (const draft of drafts.values()) {
    for (const one of filesOf(draft, files, byName)) {
      addList(draft, one.inverse, adders, `${draft.plugin} (${draft.name}.${one.name})`);
      draft.files.push(one);
    }
  }
  for (const plugin of plugins) for (const field of plugin.fields) addField(plugin, field, byName, adders);

  const units = plugins.map((plugin) => plugin.provides.units).find((found) => found !== undefined);
  const unitEntity = units === undefined ? undefined : drafts.get(units.entity);
  const people = plugins.map((plugin) => plugin.provides.people).find((found) => found !== undefined);
  const person = people === undefined ? undefined : drafts.get(people.entity);
  const calendar = plugins.map((plugin) => plugin.provides.calendar).find((found) => found !== undefined);
  const [day, schedule] = calendar === undefined ? [] : [drafts.get(calendar.day), drafts.get(calendar.schedule)];
  const dictionary = dictionaries === undefined ? undefined : drafts.get(dictionaries.dictionary);
  return {
    plugins,
    entities: [...drafts.values()],
    units: units === undefined || unitEntity === undefined ? undefined : { entity: unitEntity, tree: units },
    people: people === undefined || person === undefined ? undefined : { entity: person, people },
    calendar: calendar === undefined || day === undefined || schedule === undefined ? undefined : { day, schedule, calendar },
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
    files: [],
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

/** What a subject may be. Entities of plugins that are not enabled are none of it. */
function subjectOf(
  draft: EntityDraft,
  { name, declared }: ColumnModel,
  byName: ReadonlyMap<string, EntityDraft>,
): { readonly entities: readonly EntityDraft[]; readonly type: ColumnModel } {
  const { of, type: named } = declared.options;
  const type = draft.columns.find((column) => column.name === named && column.kind === "text");
  if (of === undefined || type === undefined) throw new Error(`${draft.name}.${name} is a subject without the text column ${named ?? ""}.`);
  return { entities: of().flatMap(({ definition }) => byName.get(definition.name) ?? []), type };
}

function addInverse(draft: EntityDraft, column: ColumnModel, target: EntityDraft, adders: Adders): void {
  const name = column.declared.options.inverse;
  if (name === undefined) return;
  const aggregates = `${singularOf(name, draft.names)}Aggregates`;
  addList(target, { name, aggregates, entity: draft, column }, adders, `${draft.plugin} (${draft.name}.${column.name}, inverse)`);
}

function addList(target: EntityDraft, inverse: InverseModel, adders: Adders, claimant: string): void {
  for (const field of [inverse.name, inverse.aggregates]) {
    const taken = occupant(target, field, adders);
    if (taken !== undefined) throw fieldTaken(target, field, taken, claimant);
  }
  target.inverses.push(inverse);
}

function addField(plugin: Plugin, field: Field, byName: ReadonlyMap<string, EntityDraft>, adders: Adders): void {
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
  const taken = occupant(target, field.name, adders);
  if (taken !== undefined) throw fieldTaken(target, field.name, taken, `${plugin.name} (field)`);
  const unknown = field.requires.find((required) => !target.columns.some((column) => column.name === required));
  if (unknown !== undefined) throw requiredUnknown(plugin, field, target, unknown);
  adders.set(field, plugin.name);
  target.fields = [...target.fields, field];
}

/** Who holds a field's name on an entity already; `undefined` when it is free. */
function occupant(entity: EntityDraft, name: string, adders: Adders): string | undefined {
  if (name === "id" || name === "version" || (entity.stage !== undefined && STAGE_FIELDS.includes(name))) return `xianmai (${name})`;
  if (entity.columns.some((column) => column.name === name)) return `${entity.plugin} (${entity.name}.${name})`;
  const inverse = entity.inverses.find((candidate) => candidate.name === name || candidate.aggregates === name);
  if (inverse !== undefined) return `${inverse.entity.plugin} (${inverse.entity.name}.${inverse.column.name}, inverse)`;
  const added = entity.fields.find((field) => field.name === name);
  return added === undefined ? undefined : `${adders.get(added) ?? ""} (field)`;
}

function requiredUnknown(plugin: Plugin, field: Field, target: EntityDraft, column: string): Refusal {
  return new Refusal(
    "COLUMN_UNKNOWN",
    {
      zh: `插件 ${plugin.name} 给实体 ${target.name} 增加的字段 ${field.name} 需要字段 ${column}，但 ${target.name} 没有声明它。`,
      en: `Field ${field.name}, which plugin ${plugin.name} adds to entity ${target.name}, requires column ${column}, but ${target.name} declares no such column.`,
    },
    { zh: `请改正 requires 中的名称。`, en: "Correct the name in requires." },
  );
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
