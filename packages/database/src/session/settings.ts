import type { Viewer } from "@xianmai/plugin-api";

import type { Statement, StatementResult } from "./statement.ts";

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
  readonly columns: readonly string[];
}

/** The units of a viewer as they were found in the tree of a stamp. */
export interface FoundUnits {
  /** As PostgreSQL writes an array. */
  readonly ids: string;
  readonly stamp: string;
}

/** The columns that tell of the tree, where a statement is asked for it: the stamp alone where the units are known, else also what they are. */
const KNOWN_TREE = ["xm.tree_stamp()::text"];
const FOUND_TREE = [
  "u.ids",
  "u.stamp::text",
  // nothing older is still running, so that the stamp stands for the tree whoever sees it
  "(u.stamp < xm.base() or pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::bigint > u.stamp - xm.base())::text",
];

/** The units by which rows are seen; `undefined` where the role sees every row, or nothing says whose are seen. */
export function unitsIn({ role, units }: Settings): readonly string[] | undefined {
  return role === undefined ? units : undefined;
}

/** What the result of a statement with the tree says: the stamp, and the units where they were looked for. */
export interface TreeSeen {
  readonly stamp: string;
  /** Set where these units may stand for the viewer's as long as the tree has this stamp. */
  readonly found: FoundUnits | undefined;
}

/** Reads it. @param besides how many columns come behind it */
export function treeSeen(result: StatementResult | undefined, besides: number, wasKnown: boolean): TreeSeen {
  const row = result?.rows[0] ?? [];
  const cells = row.slice(0, row.length - besides);
  if (wasKnown) return { stamp: cells.at(-1) ?? "", found: undefined };
  const [ids, stamp, lasts] = cells.slice(-FOUND_TREE.length);
  return { stamp: stamp ?? "", found: lasts === "true" ? { ids: ids ?? "{}", stamp: stamp ?? "" } : undefined };
}

/**
 * The statement that makes the settings hold until the end of its transaction, which for a batch is its Sync. Units are found in the tree as that
 * transaction sees it.
 *
 * `undefined` when there is nothing to set, and nothing else to ask.
 */
export function settingsStatement(
  settings: Settings,
  besides: Besides = NOTHING,
  tree?: { readonly known: FoundUnits | undefined },
): Statement | undefined {
  const { writes = false } = settings;
  const units = unitsIn(settings);
  const given = (
    [
      ["role", settings.role],
      ["xm.actor", settings.actor],
      ["xm.origin", settings.origin],
      ["timezone", settings.timeZone],
    ] as const
  ).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const values = given.map(({ value }) => value);
  const set = given.map(({ name }, at) => `pg_catalog.set_config('${name}', $${at + 1}, true)`);
  const name = `xm_set_${given.map((one) => one.name.replace("xm.", "")).join("_")}${besides.name}`;
  if (units === undefined) {
    const columns = [...set, ...besides.columns];
    return columns.length === 0 ? undefined : { text: `select ${columns.join(", ")}`, values, name };
  }
  const known = tree?.known;
  const ids = known === undefined ? "u.ids" : `$${given.length + 1}`;
  const scope = ["xm.units", ...(writes ? ["xm.wunits"] : [])].map((setting) => `pg_catalog.set_config('${setting}', ${ids}, true)`);
  if (writes) scope.push("pg_catalog.set_config('xm.writes', 'on', true)");
  const told = tree === undefined ? [] : known === undefined ? FOUND_TREE : KNOWN_TREE;
  const columns = [...set, ...scope, ...told, ...besides.columns].join(", ");
  const stamp = tree === undefined ? "" : ", xm.tree_stamp() as stamp";
  const ending = `${writes ? "writes" : "reads"}${tree === undefined ? "" : known === undefined ? "_found" : "_known"}`;
  return known === undefined
    ? {
        text: `with u as materialized (select xm.units_below($${given.length + 1}::text[])::text as ids${stamp}) select ${columns} from u`,
        values: [...values, textArray(units)],
        name: `${name}_${ending}`,
      }
    : { text: `select ${columns}`, values: [...values, known.ids], name: `${name}_${ending}` };
}

const NOTHING: Besides = { name: "", columns: [] };

function textArray(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
