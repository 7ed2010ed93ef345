import type { ClientBase } from "pg";

import { quoted, quotedList } from "../names.ts";
import { policySql, WHOLE_COUNTY } from "../scope/policies.ts";
import { isKept } from "../scope/scopes.ts";
import { captureOf, captureStatements } from "./functions.ts";
import type { CapturedTable } from "./table.ts";

interface TriggerRow {
  readonly table: string;
  readonly name: string;
  readonly bits: number;
  readonly enabled: string;
  readonly function: string;
}

/** What a database has of capture: enough to tell whether it is what it should be. */
export interface InstalledCapture {
  readonly bodies: ReadonlyMap<string, string>;
  readonly triggers: readonly TriggerRow[];
  /** Tables that are under row-level security together with their history, and open to whoever sees the whole county. */
  readonly secured: ReadonlySet<string>;
}

/** Reads what is installed. */
export async function readInstalled(client: ClientBase): Promise<InstalledCapture> {
  const functions = await client.query<{ name: string; body: string }>(
    `select proname as name, prosrc as body from pg_proc
     where pronamespace = 'xm'::regnamespace and prosecdef and prorettype = 'trigger'::regtype`,
  );
  const triggers = await client.query<TriggerRow>(
    `select c.relname as "table", t.tgname as name, t.tgtype::int as bits, t.tgenabled as enabled, p.proname as function
     from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
     where c.relnamespace = 'app'::regnamespace and not t.tgisinternal and p.pronamespace = 'xm'::regnamespace`,
  );
  const secured = await client.query<{ table: string }>(
    `select c.relname as "table"
     from pg_class c join pg_class h on h.relname = c.relname and h.relnamespace = 'xmh'::regnamespace and h.relrowsecurity
       join pg_policy p on p.polrelid in (c.oid, h.oid) and p.polname = $1 and p.polcmd = '*' and p.polpermissive
     where c.relnamespace = 'app'::regnamespace and c.relrowsecurity group by c.relname having count(*) = 2`,
    [WHOLE_COUNTY.name],
  );
  return {
    bodies: new Map(functions.rows.map(({ name, body }) => [name, body])),
    triggers: triggers.rows,
    secured: new Set(secured.rows.map(({ table }) => table)),
  };
}

/** Whether a table is captured exactly as it should be, by these functions and triggers. */
export function isCaptured(table: CapturedTable, installed: InstalledCapture): boolean {
  const { functions, triggers } = captureOf(table);
  return (
    functions.every(({ name, body }) => installed.bodies.get(name) === body) &&
    triggers.every((wanted) =>
      installed.triggers.some(
        (found) =>
          found.table === table.name &&
          found.name === wanted.name &&
          found.function === wanted.function &&
          found.bits === wanted.bits &&
          found.enabled === "A",
      ),
    )
  );
}

/**
 * Row-level security of a table and its history before anything is known of its scope: whoever holds the county-wide role sees and writes every
 * row, anyone else none.
 */
export function closedStatements(table: string): readonly string[] {
  return [`app.${quoted(table)}`, `xmh.${quoted(table)}`].flatMap((on) => [
    `alter table ${on} enable row level security`,
    policySql(on, WHOLE_COUNTY),
  ]);
}

/**
 * What the application may do with a table, as far as policies let it. What the platform keeps in a row is nobody's to write, a key nobody's to change.
 */
export function grantStatements(table: CapturedTable): readonly string[] {
  const names = table.columns.map(({ name }) => name).filter((name) => !isKept(name));
  const to = "xm_all, xm_app";
  const on = `app.${quoted(table.name)}`;
  const changeable = names.filter((name) => name !== "id");
  return [
    `grant select, delete on ${on} to ${to}`,
    `grant insert (${quotedList(names)}) on ${on} to ${to}`,
    ...(changeable.length === 0 ? [] : [`grant update (${quotedList(changeable)}) on ${on} to ${to}`]),
    `grant select on xmh.${quoted(table.name)} to ${to}`,
  ];
}

/** Installs or renews what captures a table, and what the application may do with it. */
export async function installCapture(client: ClientBase, table: CapturedTable): Promise<void> {
  const statements = [...captureStatements(table), ...grantStatements(table)];
  for (const statement of statements) await client.query(statement);
}
