import type { Migration } from "@xianmai/plugin-api";

/** The migrations of this plugin, oldest first. */
export const migrations: readonly Migration[] = [];
