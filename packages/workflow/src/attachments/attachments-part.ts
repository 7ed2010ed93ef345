import { definePlugin } from "@xianmai/plugin-api";

import type { PlatformPart } from "../parts/part.ts";
import { migrationsFor, type Surroundings } from "../parts/surroundings.ts";
import { attachmentEntity } from "./attachment.ts";
import { attachmentFields } from "./attachment-fields.ts";
import { attachmentMutations } from "./attachment-mutations.ts";
import { migrations } from "./migrations/index.ts";

/** Files that belong to records; nothing where no record has fields for them. */
export function attachmentsPart(surroundings: Surroundings): PlatformPart | undefined {
  if (surroundings.subjects.every(({ definition }) => Object.keys(definition.files).length === 0)) return undefined;
  const { entity, rows } = attachmentEntity(surroundings);
  return {
    plugin: definePlugin({
      name: "attachments",
      version: "1.0.0",
      label: { zh: "附件", en: "Attachments" },
      url: import.meta.url,
      dependsOn: surroundings.dependsOn,
      entities: [entity],
      provides: { files: rows },
      migrations: migrationsFor(surroundings, migrations),
    }),
    mutations: attachmentMutations,
    fields: attachmentFields,
  };
}
