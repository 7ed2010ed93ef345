import type { ClientBase } from "pg";

import { quoted, quotedList } from "../names.ts";
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
  /** Tables under row-level security, with the number of their policies. */
  readonly secured: ReadonlyMap<string, number>;
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
  const secured = await client.query<{ table: string; policies: number }>(
    `select c.relname as "table", count(p.oid)::int as policies
     from pg_class c join pg_class h on h.relname = c.relname and h.relnamespace = 'xmh'::regnamespace and h.relrowsecurity
       left join pg_policy p on p.polrelid in (c.oid, h.oid)
     where c.relnamespace = 'app'::regnamespace and c.relrowsecurity group by c.relname`,
  );
  return {
    bodies: new Map(functions.rows.map(({ name, body }) => [name, body])),
    triggers: triggers.rows,
    secured: new Map(secured.rows.map(({ table, policies }) => [table, policies])),
  };
}

/** Whether a table is captured exactly as it should be, by these functions and triggers and under these policies. */
export function isCaptured(table: CapturedTable, installed: InstalledCapture): boolean {
  const { functions, triggers } = captureOf(table);
  return (
    installed.secured.get(table.name) === POLICIES_PER_TABLE &&
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

/** One on the table, one on its history. */
const POLICIES_PER_TABLE = 2;

/**
 * Row-level security of a table and its history: whoever holds the county-wide role sees and writes every row, anyone else none.
 */
export function policyStatements(table: CapturedTable): readonly string[] {
  return [`app.${quoted(table.name)}`, `xmh.${quoted(table.name)}`].flatMap((on) => [
    `alter table ${on} enable row level security`,
    `drop policy if exists xm_all on ${on}`,
    `create policy xm_all on ${on} to xm_all using (true) with check (true)`,
  ]);
}

/**
 * What the application may do with a table, as far as policies let it. Its own stamp is nobody's to write, a key nobody's to change.
 */
export function grantStatements(table: CapturedTable): readonly string[] {
  const names = table.columns.map(({ name }) => name);
  const to = "xm_all, xm_app";
  const on = `app.${quoted(table.name)}`;
  const changeable = names.filter((name) => name !== "id");
  return [
    `grant select, delete on ${on} to ${to}`,
    `grant insert (${quotedList(names)}) on ${on} to ${to}`,
    ...(changeable.length === 0 ? [] : [`grant update (${quotedList(changeable)}) on ${on} to ${to}`]),
    `grant select on xmh.${quoted(table.name)} to xm_all`,
  ];
}

/** Installs or renews everything that stands on a table. */
export async function installCapture(client: ClientBase, table: CapturedTable): Promise<void> {
  const statements = [...captureStatements(table), ...policyStatements(table), ...grantStatements(table)];
  for (const statement of statements) await client.query(statement);
}
