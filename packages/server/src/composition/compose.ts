import type { Plugin } from "@xianmai/plugin-api";
import { buildModel, type Model } from "@xianmai/plugin-api/model";

import { checkDeclarations } from "./checks.ts";
import { claimDeclared } from "./claims/declared.ts";
import { inOrderOfDependency } from "./order.ts";

/** What the enabled plugins are together. */
export interface Composition {
  /** Sorted by dependency. */
  readonly plugins: readonly Plugin[];
  readonly model: Model;
}

/**
 * Makes one platform of plugins.
 *
 * @throws Refusal that names the culprits and the remedy
 */
export function compose(listed: readonly Plugin[]): Composition {
  const plugins = inOrderOfDependency(listed);
  checkDeclarations(plugins);
  claimDeclared(plugins);
  return { plugins, model: buildModel(plugins) };
}
