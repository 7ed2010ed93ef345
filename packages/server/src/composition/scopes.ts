import { Refusal, type Column, type Entity, type Plugin } from "@xianmai/plugin-api";

import { listOf, unknown } from "./entities.ts";

/**
 * Checks whose rows an entity's rows are: each scope column leads to a unit, at once or through rows that have a scope themselves.
 *
 * @throws Refusal PROVIDER_MISSING, SCOPE_INVALID, SCOPE_CIRCULAR, COLUMN_UNKNOWN
 */
export function checkScopes(plugins: readonly Plugin[]): void {
  const units = plugins.find((plugin) => plugin.provides.units !== undefined)?.provides.units?.entity;
  for (const plugin of plugins) {
    for (const entity of plugin.entities) {
      for (const name of scopeColumns(entity)) checkColumn(plugin, entity, name, units);
      const circle = circleFrom(entity, units, []);
      if (circle !== undefined) throw circular(plugin, circle);
    }
  }
}

/** The columns that an entity's scope names, for reading or writing. */
function scopeColumns({ definition: { head } }: Entity): readonly string[] {
  const { scope } = head;
  if (typeof scope === "object" && "read" in scope) {
    return [...new Set([scope.read, scope.write].flatMap((part) => (part === "everyone" ? [] : listOf(part))))];
  }
  return scope === "everyone" ? [] : listOf(scope);
}

function checkColumn(plugin: Plugin, entity: Entity, name: string, units: Entity | undefined): void {
  const column = entity.definition.columns[name] ?? unknown(plugin, entity.definition.name, name, { zh: "范围（scope）", en: "scope" });
  if (units === undefined) throw withoutUnits(plugin, entity, name);
  if (column.kind === "subject") return;
  const target = targetOf(entity, column);
  if (target === units || (target !== undefined && target !== entity && scopeColumns(target).length > 0)) return;
  throw invalid(plugin, entity, name, target);
}

function targetOf(entity: Entity, column: Column): Entity | undefined {
  if (column.kind === "self") return entity;
  return column.kind === "reference" ? (column.target?.() as Entity | undefined) : undefined;
}

function circleFrom(entity: Entity, units: Entity | undefined, path: readonly Entity[]): readonly Entity[] | undefined {
  if (entity === units) return undefined;
  if (path.includes(entity)) return [...path.slice(path.indexOf(entity)), entity];
  for (const name of scopeColumns(entity)) {
    const column = entity.definition.columns[name];
    const target = column === undefined ? undefined : targetOf(entity, column);
    const found = target === undefined ? undefined : circleFrom(target, units, [...path, entity]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withoutUnits(plugin: Plugin, { definition }: Entity, column: string): Refusal {
  return new Refusal(
    "PROVIDER_MISSING",
    {
      zh: `插件 ${plugin.name} 中实体 ${definition.name} 的范围是 ${column}，但启用的插件中没有一个提供单位树。`,
      en: `The scope of entity ${definition.name} in plugin ${plugin.name} is ${column}, but no enabled plugin provides a tree of units.`,
    },
    { zh: "请启用提供单位的插件（如 organization）。", en: "Enable a plugin that provides units, such as organization." },
  );
}

function invalid(plugin: Plugin, { definition }: Entity, column: string, target: Entity | undefined): Refusal {
  const to = target?.definition.name;
  return new Refusal(
    "SCOPE_INVALID",
    {
      zh: `插件 ${plugin.name} 中实体 ${definition.name} 的范围 ${column} ${to === undefined ? "不是引用" : `指向 ${to}，它既不是单位，也没有自己的范围`}。`,
      en: `Scope ${column} of entity ${definition.name} in plugin ${plugin.name} ${to === undefined ? "is no reference" : `leads to ${to}, which is no unit and has no scope of its own`}.`,
    },
    {
      zh: `请指向单位或有范围的实体；若人人可见，请写 scope: "everyone"。`,
      en: `Let it lead to a unit or to an entity with a scope; if anyone may read these rows, say scope: "everyone".`,
    },
  );
}

function circular(plugin: Plugin, circle: readonly Entity[]): Refusal {
  const drawn = circle.map((entity) => entity.definition.name).join(" → ");
  return new Refusal(
    "SCOPE_CIRCULAR",
    {
      zh: `插件 ${plugin.name} 中实体的范围互相继承，到不了单位：${drawn}。`,
      en: `Scopes in plugin ${plugin.name} inherit from each other in a circle and reach no unit: ${drawn}.`,
    },
    { zh: "请让其中一个直接指向单位。", en: "Let one of them lead to a unit directly." },
  );
}
