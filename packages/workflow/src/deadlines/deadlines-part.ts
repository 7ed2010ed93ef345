import { definePlugin } from "@xianmai/plugin-api";

import type { PlatformPart } from "../parts/part.ts";
import { migrationsFor, type Surroundings } from "../parts/surroundings.ts";
import { checkDecision } from "./check-decision.ts";
import { extensionEntity } from "./extension.ts";
import { extendableOf } from "./extendable.ts";
import { migrations } from "./migrations/index.ts";
import { extensionMutations } from "./request-extension.ts";

/** More time for records whose clocks can be made longer; `undefined` where no clock can. */
export function deadlinesPart(surroundings: Surroundings): PlatformPart | undefined {
  if (extendableOf(surroundings.subjects).length === 0) return undefined;
  const { entity, rules } = extensionEntity(surroundings);
  return {
    plugin: definePlugin({
      name: "deadlines",
      version: "1.0.0",
      label: { zh: "延期", en: "More time" },
      url: import.meta.url,
      dependsOn: surroundings.dependsOn,
      entities: [entity],
      rules: [rules],
      problems: {
        EXTENSION_NOT_YOURS_TO_DECIDE: {
          zh: "您没有审批该延期的权限：请由有权审批的人办理。",
          en: "You lack the permission to decide about more time here: leave it to whoever holds it.",
        },
        EXTENSION_OWN: {
          zh: "不能审批自己的延期申请：请由他人审批，或撤回。",
          en: "Nobody decides what they asked for themselves: leave it to somebody else, or withdraw it.",
        },
        EXTENSION_OF_SOMEBODY_ELSE: {
          zh: "这份延期申请是别人提出的，只有申请人可以撤回。",
          en: "Somebody else asked for it, and only they can withdraw it.",
        },
      },
      migrations: migrationsFor(surroundings, migrations),
    }),
    mutations: extensionMutations,
    check: checkDecision,
  };
}
