import {
  column,
  definePlugin,
  entity,
  lifecycle,
  unitTree,
  type Entity,
  type Lifecycle,
  type Plugin,
  type PluginDeclaration,
  type StateDeclaration,
  type StepDeclaration,
} from "@xianmai/plugin-api";

/** A label where the words do not matter. */
export const words = { zh: "某", en: "Some" } as const;

/** A plugin of which only what is given matters. */
export function plugin(name: string, declared: Partial<PluginDeclaration> = {}): Plugin {
  return definePlugin({ name, version: "1.0.0", label: words, url: import.meta.url, ...declared });
}

/** An entity with a code and a name, and whatever columns and head are given. */
export function thing(name: string, columns: Record<string, unknown> = {}, head: Record<string, unknown> = {}): Entity {
  const make = entity as unknown as (name: string, head: object, columns: object) => Entity;
  return class extends make(
    name,
    { ...words, title: "name", key: "code", scope: "everyone", ...head },
    { code: column.text(words), name: column.text(words), ...columns },
  ) {};
}

/** A lifecycle of states that end at the last, with the steps given. */
export function cycle(name: string, states: readonly string[], steps: Record<string, StepDeclaration>): Lifecycle {
  const declared = states.map((state, at): [string, StateDeclaration] => [
    state,
    { ...words, ...(at === states.length - 1 ? { end: true } : {}) },
  ]);
  return lifecycle(name, words, { start: states[0] ?? "", states: Object.fromEntries(declared), steps });
}

/** A step between two states. */
export function step(from: string, to: string, more: Partial<StepDeclaration> = {}): StepDeclaration {
  return { ...words, from, to, ...more };
}

/** A tree of units and the plugin that provides it. */
export function units(name = "units"): { readonly plugin: Plugin; readonly Unit: Entity } {
  const Unit = thing("Unit", { parent: column.self({ ...words, inverse: "children" }) });
  const declareTree = unitTree as unknown as (entity: Entity, columns: object) => ReturnType<typeof unitTree>;
  return { Unit, plugin: plugin(name, { entities: [Unit], provides: { units: declareTree(Unit, { parent: "parent", code: "code" }) } }) };
}

/** A provider of dictionaries. */
export function dictionaryKeeper(name = "dictionaries"): Plugin {
  const both = { zh: column.text(words), en: column.text(words) };
  const Dictionary = thing("Dictionary", both);
  const DictionaryEntry = thing("DictionaryEntry", {
    ...both,
    dictionary: column.reference(() => Dictionary, words),
    position: column.integer(words),
  });
  return plugin(name, {
    entities: [Dictionary, DictionaryEntry],
    provides: { dictionaries: { dictionary: Dictionary, entry: DictionaryEntry } },
  });
}
