import { definePlugin } from "@xianmai/plugin-api";

import { migrationsFor, type Surroundings } from "../parts/surroundings.ts";
import type { PlatformPart } from "../parts/part.ts";
import { commentEntity } from "./comment.ts";
import { commentMutations } from "./comment-mutations.ts";
import { migrations } from "./migrations/index.ts";

/** Comments on any record. */
export function commentsPart(surroundings: Surroundings): PlatformPart {
  return {
    plugin: definePlugin({
      name: "comments",
      version: "1.0.0",
      label: { zh: "批注", en: "Comments" },
      url: import.meta.url,
      dependsOn: surroundings.dependsOn,
      entities: [commentEntity(surroundings)],
      migrations: migrationsFor(surroundings, migrations),
    }),
    mutations: commentMutations,
  };
}
