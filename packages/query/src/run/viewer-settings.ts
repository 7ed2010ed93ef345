import { settingsOf, type Settings } from "@xianmai/database";
import type { Viewer } from "@xianmai/plugin-api";

import type { RequestContext } from "./request.ts";

/** The settings under which viewers read. A viewer who comes again gets the same object, for which the pool remembers what it sends. */
export class ViewerSettings {
  readonly #known = new WeakMap<Viewer, Settings>();

  of({ viewer, clock: { timeZone } }: RequestContext): Settings {
    const known = this.#known.get(viewer);
    if (known?.timeZone === timeZone) return known;
    // nobody is recorded for what they read
    const { actor: _, ...reading } = settingsOf(viewer);
    const settings = { ...reading, timeZone };
    this.#known.set(viewer, settings);
    return settings;
  }
}
