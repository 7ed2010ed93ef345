import type { ClientBase } from "pg";

import { readTables } from "../catalog.ts";
import { policySql, type Policy } from "./policies.ts";
import type { ScopeTrigger } from "./trigger.ts";

interface TriggerRow {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
  readonly always: boolean;
  readonly function: string;
  readonly body: string;
  readonly asOwner: boolean;
}

interface PolicyRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly command: Policy["command"];
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

/** What a database has of scopes. */
export interface InstalledScopes {
  /** The columns of each table of schema `app`. */
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
  readonly indexes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly triggers: readonly TriggerRow[];
  readonly policies: readonly PolicyRow[];
  /** Tables under row-level security, as `schema.name`. */
  readonly secured: ReadonlySet<string>;
}

/** Reads what is installed. */
export async function readInstalledScopes(client: ClientBase): Promise<InstalledScopes> {
  const tables = await readTables(client);
  const triggers = await client.query<TriggerRow>(
    `select c.relname as "table", t.tgname as name, pg_get_triggerdef(t.oid) as definition, t.tgenabled = 'A' as always,
       p.proname as function, p.prosrc as body, p.prosecdef as "asOwner"
     from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
     where c.relnamespace = 'app'::regnamespace and not t.tgisinternal and p.pronamespace = 'xm'::regnamespace`,
  );
  const policies = await client.query<PolicyRow>(
    `select n.nspname as schema, c.relname as "table", p.polname as name, p.polpermissive as permissive,
       case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end as command,
       array(select coalesce(r.rolname::text, 'public') from unnest(p.polroles) o(oid) left join pg_roles r on r.oid = o.oid) as roles,
       pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
     from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('app', 'xmh')`,
  );
  const secured = await client.query<{ name: string }>(
    `select c.relnamespace::regnamespace::text || '.' || c.relname as name from pg_class c
     where c.relnamespace in ('app'::regnamespace, 'xmh'::regnamespace) and c.relrowsecurity`,
  );
  return {
    columns: new Map([...tables].map(([name, { columns }]) => [name, new Set(columns.map((column) => column.name))])),
    indexes: new Map([...tables].map(([name, { attachments }]) => [name, new Set(attachments.map((attachment) => attachment.name))])),
    triggers: triggers.rows,
    policies: policies.rows,
    secured: new Set(secured.rows.map(({ name }) => name)),
  };
}

/** Whether a table has exactly these policies, and they are in force. */
export function hasPolicies(
  { policies, secured }: InstalledScopes,
  schema: "app" | "xmh",
  table: string,
  wanted: readonly Policy[],
): boolean {
  const found = policies.filter((one) => one.schema === schema && one.table === table);
  return (
    secured.has(`${schema}.${table}`) &&
    found.length === wanted.length &&
    wanted.every((policy) => found.some((row) => row.permissive && plain(policySql("t", policy)) === plain(policySql("t", ofRow(row)))))
  );
}

/** Roles that are not one stand in the text, and make it another. */
function ofRow({ name, command, roles, using, check }: PolicyRow): Policy {
  return { name, command, role: roles.join(", ") as Policy["role"], using: using ?? undefined, check: check ?? undefined };
}

/** Whether a trigger is there, is what it should be, and fires always. */
export function hasTrigger({ triggers }: InstalledScopes, wanted: ScopeTrigger): boolean {
  const on = `app.${wanted.table}`;
  const definition = `create trigger ${wanted.name} ${wanted.timing.replace("%s", on)} execute function xm.${wanted.function}()`;
  return triggers.some(
    (found) =>
      found.table === wanted.table &&
      found.name === wanted.name &&
      found.function === wanted.function &&
      found.always &&
      plain(found.definition) === plain(definition) &&
      (wanted.body === undefined || (found.body === wanted.body && found.asOwner === wanted.asOwner)),
  );
}

/** SQL without what PostgreSQL adds when it shows an expression: parentheses, quotes of names, types of literals, names of columns. */
function plain(sql: string): string {
  return sql
    .toLowerCase()
    .replace(/ as "?(?:nullif|current_setting)"?/g, "")
    .replace(/pg_catalog\.|::text\b|[\s()"]/g, "");
}
