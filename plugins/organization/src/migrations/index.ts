import type { Migration } from "@xianmai/plugin-api";

import { migration20261124FirstTables } from "./2026-11-24-first-tables.ts";
import { migration20261125WorkCalendar } from "./2026-11-25-work-calendar.ts";
import { migration20261126Dictionaries } from "./2026-11-26-dictionaries.ts";

/** In the order in which they run. */
export const migrations: readonly Migration[] = [
  migration20261124FirstTables,
  migration20261125WorkCalendar,
  migration20261126Dictionaries,
];
