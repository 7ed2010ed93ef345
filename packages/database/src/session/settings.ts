import type { Viewer } from "@xianmai/plugin-api";

import type { Statement } from "./statement.ts";

/** Who asks and from where, for as long as one batch or one transaction lasts. With neither a role nor units no row is seen. */
export interface Settings {
  /** The county-wide role: every row, whatever the units. */
  readonly role?: "xm_all";
  /** Codes of the units whose rows are seen, each with everything below it in the tree, beside what is everyone's. Empty for that alone. */
  readonly units?: readonly string[];
  /** Whether the rows of these units may be changed too, and what is everyone's. */
  readonly writes?: boolean;
  /** Who is recorded beside what is written. */
  readonly actor?: string;
  /** Through what it was written: a mutation's name, an import's file. */
  readonly origin?: string;
  /** IANA name of the time zone in which timestamps are cast to dates; the server's own unless given. */
  readonly timeZone?: string;
}

/** What PostgreSQL must know of a viewer. Who is no known official is recorded as the role, so that it is not mistaken for a change from outside. */
export function settingsOf({ user, role, units }: Viewer): Settings {
  const actor = user ?? role;
  return role === "county" ? { role: "xm_all", actor } : { units, writes: role !== "guest", actor };
}

/** What else a statement of settings is asked for, as columns behind its own. */
export interface Besides {
  /** Tells one such statement from another. */
  readonly name: string;
  /** The columns. @param next the number of the first parameter that is theirs */
  readonly columns: (next: number) => readonly string[];
}

/** The units by which rows are seen; `undefined` where the role sees every row, or nothing says whose are seen. */
export function unitsIn({ role, units }: Settings): readonly string[] | undefined {
  return role === undefined ? units : undefined;
}

/**
 * Where a statement of settings has the units from, by which rows are seen: it finds them by their codes in the tree as its transaction sees it, and may
 * tell what it found, or is given what was found before.
 */
export type UnitsFrom = "tree" | "tree, told" | "before";

/** A statement of settings, but for its last values. */
export interface SettingStatement {
  readonly text: string;
  readonly name: string;
  /** Values of the settings themselves: behind them come the units, as an array of codes or as they were found, and the values of what is asked besides. */
  readonly values: readonly string[];
}

/** The columns that tell of the tree: what the units are, when it was changed last, and whether that stands for it whoever sees it. */
const TREE = [
  "u.ids",
  "u.stamp::text",
  // nothing older is still running
  "(u.stamp < xm.base() or pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::bigint > u.stamp - xm.base())::text",
];

/**
 * The statement that makes the settings hold until the end of its transaction, which for a batch is its Sync; what it does not need to tell it does
 * not. `undefined` when there is nothing to set, and nothing else to ask.
 */
export function settingStatement(settings: Settings, from: UnitsFrom, besides: Besides = NOTHING): SettingStatement | undefined {
  const { writes = false } = settings;
  const given = (
    [
      ["role", settings.role],
      ["xm.actor", settings.actor],
      ["xm.origin", settings.origin],
      ["timezone", settings.timeZone],
    ] as const
  ).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const values = given.map(({ value }) => value);
  const next = given.length + 1;
  const set = given.map(({ name }, at) => setting(name, `$${at + 1}`));
  const name = `xm_set_${given.map((one) => one.name.replace("xm.", "")).join("_")}${besides.name}`;
  if (unitsIn(settings) === undefined) {
    const columns = [...set, ...besides.columns(next)];
    return columns.length === 0 ? undefined : { text: `select ${columns.join(", ")}`, values, name };
  }
  const ids = from === "before" ? `$${next}` : "u.ids";
  set.push(...["xm.units", ...(writes ? ["xm.wunits"] : [])].map((scope) => setting(scope, ids)));
  if (writes) set.push(setting("xm.writes", "'on'"));
  const told = from === "tree, told" ? TREE : [];
  const columns = [...set, ...told, ...besides.columns(next + 1)].join(", ");
  const ending = `${writes ? "writes" : "reads"}_${from.replace(", ", "_")}`;
  if (from === "before") return { text: `select ${columns}`, values, name: `${name}_${ending}` };
  const stamp = from === "tree, told" ? ", xm.tree_stamp() as stamp" : "";
  return {
    text: `with u as materialized (select xm.units_below($${next}::text[])::text as ids${stamp}) select ${columns} from u`,
    values,
    name: `${name}_${ending}`,
  };
}

/** The statement of settings whole, where nobody remembers units. */
export function settingsStatement(settings: Settings, besides?: Besides): Statement | undefined {
  const made = settingStatement(settings, "tree", besides);
  const units = unitsIn(settings);
  return made === undefined || units === undefined ? made : { ...made, values: [...made.values, textArray(units)] };
}

const NOTHING: Besides = { name: "", columns: () => [] };

/** Sets, and does not send back what was sent. */
function setting(name: string, value: string): string {
  return `pg_catalog.set_config('${name}', ${value}, true) is null`;
}

/** An array of texts as PostgreSQL reads it. */
export function textArray(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
