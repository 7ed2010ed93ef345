// type-graphql's decorators look for it when a resolver's file is loaded
import "reflect-metadata";

import type { Plugin } from "@xianmai/plugin-api";
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
 */
export async function loadResolvers(plugins: readonly Plugin[]): Promise<readonly PluginClasses[]> {
  const loaded: PluginClasses[] = [];
  for (const plugin of plugins) {
    if (plugin.resolvers === undefined) continue;
    const classes = [...new Set(Object.values(await plugin.resolvers()))].filter(
      (exported) => typeof exported === "function",
    ) as AnyClass[];
    const marked = new Set<unknown>(getMetadataStorage().resolverClasses.map(({ target }) => target));
    loaded.push({
      plugin,
      resolvers: classes.filter((one) => marked.has(one)),
      others: classes.filter((one) => !marked.has(one)),
    });
  }
  return loaded;
}
