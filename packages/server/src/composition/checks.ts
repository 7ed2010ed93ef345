import type { Plugin } from "@xianmai/plugin-api";

import { checkDictionaries } from "./dictionaries.ts";
import { checkEntity } from "./entities.ts";
import { checkFiles } from "./files.ts";
import { checkLifecycle, checkRules } from "./lifecycles.ts";
import { checkNames } from "./names.ts";
import { checkProviders } from "./providers.ts";
import { checkReferences } from "./references.ts";
import { checkScopes } from "./scopes.ts";
import { checkSheets } from "./sheets.ts";
import { checkClocks } from "./stage-clocks.ts";

/**
 * Checks what each plugin declares, by itself and beside the others. Names that two claim are the business of `claims/`.
 *
 * @param plugins sorted by dependency
 * @throws Refusal that names the culprits and the remedy
 */
export function checkDeclarations(plugins: readonly Plugin[]): void {
  const permissions = new Set(plugins.flatMap((plugin) => Object.keys(plugin.permissions)));
  for (const plugin of plugins) {
    checkNames(plugin);
    for (const entity of plugin.entities) {
      checkEntity(plugin, entity, permissions);
      checkLifecycle(plugin, entity, permissions);
    }
    checkRules(plugin);
  }
  checkProviders(plugins);
  checkFiles(plugins);
  checkDictionaries(plugins);
  checkClocks(plugins, permissions);
  checkReferences(plugins);
  checkScopes(plugins);
  checkSheets(plugins);
}
