import { Refusal, type Plugin } from "@xianmai/plugin-api";
import { satisfies, valid, validRange } from "semver";

/**
 * Sorts plugins so that each stands after those that it depends on; else they keep the order in which they were listed.
 * The plugin that provides dictionaries also stands before those whose columns are entries, although they need not name it.
 *
 * @throws Refusal PLUGIN_TAKEN, VERSION_INVALID, DEPENDENCY_MISSING, DEPENDENCY_VERSION, DEPENDENCY_CYCLE
 */
export function inOrderOfDependency(plugins: readonly Plugin[]): readonly Plugin[] {
  const byName = uniqueByName(plugins);
  for (const plugin of plugins) checkDependencies(plugin, byName);

  const sorted: Plugin[] = [];
  const done = new Set<string>();
  const visit = (plugin: Plugin, path: readonly string[]): void => {
    const at = path.indexOf(plugin.name);
    if (at !== -1) throw cycle([...path.slice(at), plugin.name]);
    if (done.has(plugin.name)) return;
    for (const needed of needs(plugin, byName)) visit(needed, [...path, plugin.name]);
    done.add(plugin.name);
    sorted.push(plugin);
  };
  for (const plugin of plugins) visit(plugin, []);
  return sorted;
}

/** The plugins that one builds on, directly or not, in their order. */
export function closureOf(plugin: Plugin, sorted: readonly Plugin[]): readonly Plugin[] {
  const byName = new Map(sorted.map((one) => [one.name, one]));
  const found = new Set<Plugin>(needs(plugin, byName));
  // a set that grows while it is walked is walked to its end
  for (const one of found) for (const needed of needs(one, byName)) found.add(needed);
  return sorted.filter((one) => found.has(one));
}

function uniqueByName(plugins: readonly Plugin[]): ReadonlyMap<string, Plugin> {
  const byName = new Map<string, Plugin>();
  for (const plugin of plugins) {
    const other = byName.get(plugin.name);
    if (other !== undefined) throw nameTaken(other, plugin);
    if (valid(plugin.version) === null) throw versionInvalid(plugin);
    byName.set(plugin.name, plugin);
  }
  return byName;
}

function checkDependencies(plugin: Plugin, byName: ReadonlyMap<string, Plugin>): void {
  for (const [name, range] of Object.entries(plugin.dependsOn)) {
    if (validRange(range) === null) throw rangeInvalid(plugin, name, range);
    const needed = byName.get(name);
    if (needed === undefined) throw missing(plugin, name, range);
    // a pre-release of the next version is what its authors try the next version with
    if (!satisfies(needed.version, range, { includePrerelease: true })) throw versionDoesNotFit(plugin, range, needed);
  }
}

function needs(plugin: Plugin, byName: ReadonlyMap<string, Plugin>): readonly Plugin[] {
  const named = Object.keys(plugin.dependsOn).flatMap((name) => byName.get(name) ?? []);
  const hasEntries = plugin.entities.some((entity) => Object.values(entity.definition.columns).some((column) => column.kind === "entry"));
  const provider = hasEntries ? [...byName.values()].find((other) => other.provides.dictionaries !== undefined) : undefined;
  return provider === undefined || provider === plugin || named.includes(provider) ? named : [...named, provider];
}

function nameTaken(first: Plugin, second: Plugin): Refusal {
  if (first === second) {
    return new Refusal(
      "PLUGIN_TAKEN",
      { zh: `插件 ${first.name} 在配置中列出了两次。`, en: `Plugin ${first.name} is listed twice in the configuration.` },
      { zh: "请只保留一处。", en: "List it once." },
    );
  }
  const [one, two] = [first, second].map(({ version, url }) => `${version} (${url})`);
  return new Refusal(
    "PLUGIN_TAKEN",
    { zh: `两个插件同名 ${first.name}：${one} 与 ${two}。`, en: `Two plugins are called ${first.name}: ${one} and ${two}.` },
    { zh: "请只启用其中一个，或给其中一个改名。", en: "Enable only one of them, or rename one." },
  );
}

function versionInvalid({ name, version }: Plugin): Refusal {
  return new Refusal(
    "VERSION_INVALID",
    { zh: `插件 ${name} 的版本 ${version} 不是语义化版本。`, en: `Version ${version} of plugin ${name} is not a semantic version.` },
    { zh: "请写成 1.0.0 的形式。", en: "Write it like 1.0.0." },
  );
}

function rangeInvalid({ name }: Plugin, needed: string, range: string): Refusal {
  return new Refusal(
    "VERSION_INVALID",
    {
      zh: `插件 ${name} 对 ${needed} 的版本要求 ${range} 无法识别。`,
      en: `Plugin ${name} asks for ${needed} in the version range ${range}, which is none.`,
    },
    { zh: "请写成 ^1.0.0 的形式。", en: "Write it like ^1.0.0." },
  );
}

function missing(plugin: Plugin, needed: string, range: string): Refusal {
  return new Refusal(
    "DEPENDENCY_MISSING",
    {
      zh: `插件 ${plugin.name} 依赖 ${needed} ${range}，但它没有启用。`,
      en: `Plugin ${plugin.name} depends on ${needed} ${range}, which is not enabled.`,
    },
    { zh: `请在 plugins 中加入 ${needed}，或去掉 ${plugin.name}。`, en: `Add ${needed} to plugins, or take ${plugin.name} out.` },
  );
}

function versionDoesNotFit(plugin: Plugin, range: string, needed: Plugin): Refusal {
  return new Refusal(
    "DEPENDENCY_VERSION",
    {
      zh: `插件 ${plugin.name} ${plugin.version} 需要 ${needed.name} ${range}，但启用的是 ${needed.version}。`,
      en: `Plugin ${plugin.name} ${plugin.version} needs ${needed.name} ${range}, but ${needed.version} is enabled.`,
    },
    {
      zh: `请安装符合 ${range} 的 ${needed.name}，或与 ${needed.version} 相配的 ${plugin.name}。`,
      en: `Install a ${needed.name} that fits ${range}, or a ${plugin.name} made for ${needed.version}.`,
    },
  );
}

function cycle(path: readonly string[]): Refusal {
  const drawn = path.join(" → ");
  return new Refusal(
    "DEPENDENCY_CYCLE",
    { zh: `插件互相依赖，形成了环：${drawn}。`, en: `Plugins depend on each other in a circle: ${drawn}.` },
    {
      zh: "请去掉环中的一个依赖，例如把共用的部分移到两者都依赖的插件中。",
      en: "Cut one of these arrows, for example by moving what both share into a plugin below them.",
    },
  );
}
