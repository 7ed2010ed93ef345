import type { Viewer } from "@xianmai/plugin-api";

import type { Statement } from "./statement.ts";

/** Who asks and from where, for as long as one batch or one transaction lasts. Without a role nothing is seen. */
export interface Settings {
  /** The county-wide role; left out, row-level security shows no row. */
  readonly role?: "xm_all";
  /** Who is recorded beside what is written. */
  readonly actor?: string;
  /** Through what it was written: a mutation's name, an import's file. */
  readonly origin?: string;
  /** IANA name of the time zone in which timestamps are cast to dates; the server's own unless given. */
  readonly timeZone?: string;
}

/** What PostgreSQL must know of a viewer. Who is no known official is recorded as the role, so that it is not mistaken for a change from outside. */
export function settingsOf({ user, role }: Viewer): Settings {
  return { role: "xm_all", actor: user ?? role };
}

/**
 * The statement that makes the settings hold until the end of its transaction, which for a batch is its Sync.
 * `undefined` when there is nothing to set.
 */
export function settingsStatement(settings: Settings): Statement | undefined {
  const given = (
    [
      ["role", settings.role],
      ["xm.actor", settings.actor],
      ["xm.origin", settings.origin],
      ["timezone", settings.timeZone],
    ] as const
  ).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  if (given.length === 0) return undefined;
  return {
    text: `select ${given.map(({ name }, at) => `pg_catalog.set_config('${name}', $${at + 1}, true)`).join(", ")}`,
    values: given.map(({ value }) => value),
    name: `xm_set_${given.map(({ name }) => name.replace("xm.", "")).join("_")}`,
  };
}
