import { quoted } from "../names.ts";
import type { Right, TableScope, UnitColumns } from "./scopes.ts";

/** A policy of row-level security. */
export interface Policy {
  readonly name: string;
  readonly command: "all" | "select" | "insert" | "update" | "delete";
  readonly role: "xm_all" | "xm_app";
  readonly using: string | undefined;
  readonly check: string | undefined;
}

/** Whoever takes on the county-wide role sees and writes every row; without a policy of its own everyone else none. */
export const WHOLE_COUNTY: Policy = { name: "xm_all", command: "all", role: "xm_all", using: "true", check: "true" };

/** The policies of a table. */
export function tablePolicies({ read, write }: TableScope): readonly Policy[] {
  const may = condition(write, "write");
  return [
    WHOLE_COUNTY,
    { name: "xm_read", command: "select", role: "xm_app", using: condition(read, "read"), check: undefined },
    { name: "xm_insert", command: "insert", role: "xm_app", using: undefined, check: may },
    { name: "xm_update", command: "update", role: "xm_app", using: may, check: may },
    { name: "xm_delete", command: "delete", role: "xm_app", using: may, check: undefined },
  ];
}

/** The policies of a table's history: a version is whose it was then. */
export function historyPolicies({ read }: TableScope): readonly Policy[] {
  return [WHOLE_COUNTY, { name: "xm_read", command: "select", role: "xm_app", using: condition(read, "read"), check: undefined }];
}

/**
 * Whether whoever asks may write a row that they see, as SQL: what the policies of its table say. Nobody writes the past.
 *
 * @param id the row's key, as SQL
 */
export function writableSql({ table, write }: TableScope, id: string): string {
  const rows = condition(write, "write");
  const own = write === "everyone" ? rows : `exists (select from app.${quoted(table)} w where w.id = ${id} and (${rows}))`;
  return `(${IN_THE_PRESENT} and (${WHOLE_COUNTY_ASKS} or ${own}))`;
}

/** The statement that makes a policy. @param on the table, as SQL names it */
export function policySql(on: string, { name, command, role, using, check }: Policy): string {
  return [
    `create policy ${name} on ${on} for ${command} to ${role}`,
    ...(using === undefined ? [] : [`using (${using})`]),
    ...(check === undefined ? [] : [`with check (${check})`]),
  ].join(" ");
}

/**
 * The settings stand in sub-selects, which are run once per statement; reading the array is a part of that, since once per row it would cost more
 * than everything else. The cast outside, to the type that it has already, makes it an array to compare with instead of rows: so an index can find
 * the rows. A setting that is missing or has ended is null, and fulfils nothing.
 */
function condition(right: Right, kind: "read" | "write"): string {
  if (right === "everyone") return kind === "read" ? ANY_VIEWER : WHO_WRITES;
  const units = setting(kind === "read" ? "xm.units" : "xm.wunits");
  return columnsIn(right)
    .map(({ column, isList }) => (isList ? `${column} && ${units}` : `${column} = any (${units}::uuid[])`))
    .concat(right.open === undefined ? [] : [`(${quoted(right.open)} is null and ${kind === "read" ? ANY_VIEWER : WHO_WRITES})`])
    .join(" or ");
}

/** Reading the past sets the bounds of its moment, and they end with their transaction. */
const IN_THE_PRESENT = "(select coalesce(pg_catalog.current_setting('xm.lo', true), '') = '')";
const WHOLE_COUNTY_ASKS = "(select current_user = 'xm_all')";

function setting(name: string): string {
  return `(select nullif(pg_catalog.current_setting('${name}', true), '')::uuid[])`;
}

/** Whoever a request is known to come from, whatever units they have. */
const ANY_VIEWER = "(select pg_catalog.current_setting('xm.units', true)) <> ''";
/** Whoever may write at all: what they write, permissions alone decide. */
const WHO_WRITES = "(select pg_catalog.current_setting('xm.writes', true)) = 'on'";

function columnsIn({ units, lists }: UnitColumns): readonly { readonly column: string; readonly isList: boolean }[] {
  return [
    ...units.map((column) => ({ column: quoted(column), isList: false })),
    ...lists.map((column) => ({ column: quoted(column), isList: true })),
  ];
}
