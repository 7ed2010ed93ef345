import { differenceOf } from "@xianmai/database";
import type { Plugin } from "@xianmai/plugin-api";
import { buildModel } from "@xianmai/plugin-api/model";

/** Brings each plugin's migrations up to its declarations, as `xianmai migrate new` would: for plugins that live in a test alone. */
export function withMigrations(plugins: readonly Plugin[]): readonly Plugin[] {
  const model = buildModel(plugins);
  return plugins.map((plugin) => {
    const difference = differenceOf(model, plugin);
    return difference === undefined ? plugin : { ...plugin, migrations: [...plugin.migrations, { id: "9999-12-31-test", ...difference }] };
  });
}
