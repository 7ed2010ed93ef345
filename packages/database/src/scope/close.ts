import type { ClientBase } from "pg";

import { closedStatements } from "../capture/install.ts";
import { quoted } from "../names.ts";
import { SCOPE_TRIGGERS } from "./trigger.ts";

/**
 * Takes the triggers and policies of a scope off a table, so that its columns can be changed: meanwhile only whoever sees every row sees any.
 */
export async function closeTable(client: ClientBase, table: string): Promise<void> {
  for (const trigger of SCOPE_TRIGGERS) await client.query(`drop trigger if exists ${trigger} on app.${quoted(table)}`);
  const { rows } = await client.query<{ on: string; name: string }>(
    `select c.relnamespace::regnamespace::text || '.' || quote_ident(c.relname) as on, quote_ident(p.polname) as name
     from pg_policy p join pg_class c on c.oid = p.polrelid
     where c.relnamespace in ('app'::regnamespace, 'xmh'::regnamespace) and c.relname = $1`,
    [table],
  );
  for (const { on, name } of rows) await client.query(`drop policy ${name} on ${on}`);
  for (const statement of closedStatements(table)) await client.query(statement);
}
