import { definePlugin, type Entity, type Field, type Id, type Label, type Plugin, type ReadContext } from "@xianmai/plugin-api";

import { inboxItemEntity } from "../inbox/inbox-item.ts";
import { inboxMutations } from "../inbox/inbox-mutations.ts";
import { inboxQueries } from "../inbox/my-inbox.ts";
import type { PlatformPart } from "../parts/part.ts";
import { migrationsFor, type Surroundings } from "../parts/surroundings.ts";
import { alertEntity } from "./alert.ts";
import { clockedLifecycle } from "./clock-alerts.ts";
import { migrations } from "./migrations/index.ts";

/** Alerts and the inbox; nothing where no plugin declares an alert or a clock. */
export function alertsPart(surroundings: Surroundings): PlatformPart | undefined {
  const watched = watchedIn(surroundings.plugins);
  if (watched.length === 0) return undefined;
  const alert = alertEntity(surroundings, watched);
  const item = inboxItemEntity(surroundings, alert, watched);
  return {
    plugin: definePlugin({
      name: "alerts",
      version: "1.0.0",
      label: { zh: "预警与待办", en: "Alerts and inbox" },
      url: import.meta.url,
      dependsOn: surroundings.dependsOn,
      entities: [alert, item],
      fields: [labelOf(alert), labelOf(item)],
      migrations: migrationsFor(surroundings, migrations),
    }),
    queries: inboxQueries,
    mutations: inboxMutations,
  };
}

/** The entities about whose rows there may be alerts. */
function watchedIn(plugins: readonly Plugin[]): readonly Entity[] {
  const declared = new Set(plugins.flatMap(({ alerts }) => alerts.map(({ entity }) => entity)));
  return plugins.flatMap(({ entities }) => entities.filter((entity) => declared.has(entity) || clockedLifecycle(entity) !== undefined));
}

/** `label`: what is the matter, in the language of the request. */
function labelOf(entity: Entity): Field {
  const load = async (rows: readonly (Label & { readonly id: Id<string> })[], { language }: ReadContext) =>
    Promise.resolve(new Map(rows.map((row) => [row.id, row[language]])));
  return {
    entity,
    name: "label",
    label: {
      zh: "名称",
      en: "Label",
      description: { zh: "按请求的语言取中文或英文名称。", en: "The Chinese or English name, by the language of the request." },
    },
    type: "text",
    requires: ["zh", "en"],
    load,
  };
}
