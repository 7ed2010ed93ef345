import type { Migration } from "@xianmai/plugin-api";

import { migration20261124FirstTables } from "./2026-11-24-first-tables.ts";

/** In the order in which they run. */
export const migrations: readonly Migration[] = [migration20261124FirstTables];
