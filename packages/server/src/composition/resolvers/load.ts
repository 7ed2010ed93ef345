// type-graphql's decorators look for it when a resolver's file is loaded
import "reflect-metadata";

import { Refusal, type Plugin } from "@xianmai/plugin-api";
import { getMetadataStorage } from "type-graphql";

/** A class as type-graphql's metadata names it. */
export type AnyClass = abstract new (...given: never[]) => unknown;

/** The classes that a plugin brings for type-graphql. */
export interface PluginClasses {
  readonly plugin: Plugin;
  /** Classes with `@Resolver`. */
  readonly resolvers: readonly AnyClass[];
  /** Every other exported class: object types that only an interface leads to are found by being exported. */
  readonly others: readonly AnyClass[];
}

/**
 * Loads the type-graphql classes of the enabled plugins; those of a plugin that is not enabled are never loaded.
 *
 * @param plugins sorted by dependency
 * @throws Refusal RESOLVERS_INVALID when a plugin's classes cannot be loaded
 */
export async function loadResolvers(plugins: readonly Plugin[]): Promise<readonly PluginClasses[]> {
  const loaded: PluginClasses[] = [];
  for (const plugin of plugins) {
    if (plugin.resolvers === undefined) continue;
    const classes = [...new Set(Object.values(await attempt(plugin, plugin.resolvers)))].filter(isClass);
    const marked = new Set<unknown>(getMetadataStorage().resolverClasses.map(({ target }) => target));
    loaded.push({
      plugin,
      resolvers: classes.filter((one) => marked.has(one)),
      others: classes.filter((one) => !marked.has(one)),
    });
  }
  return loaded;
}

function isClass(exported: unknown): exported is AnyClass {
  return typeof exported === "function";
}

async function attempt({ name }: Plugin, load: NonNullable<Plugin["resolvers"]>): ReturnType<typeof load> {
  try {
    return await load();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      "RESOLVERS_INVALID",
      { zh: `插件 ${name} 的解析器无法加载：${message}`, en: `The resolvers of plugin ${name} cannot be loaded: ${message}` },
      { zh: "请改正所指的类或方法。", en: "Correct the class or method named." },
      { cause: error },
    );
  }
}
