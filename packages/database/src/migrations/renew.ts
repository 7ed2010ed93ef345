import type { Model } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { installCapture, isCaptured, readInstalled } from "../capture/install.ts";
import { readCaptured } from "../catalog.ts";
import { captureNotRenewed } from "../refusals.ts";
import { closeTable } from "../scope/close.ts";
import { installScopes, scopeWork } from "../scope/install.ts";
import { APPLICATION_ROLES, beginGeneration } from "./platform-runner.ts";
import { inTransaction } from "./transaction.ts";

/** Tables on which some role of the application lacks a right. */
const LACKING = `
  select distinct c.relname as "table"
  from pg_class c cross join unnest($1::text[]) r(role)
  where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and exists (select from xm.tbl where name = c.relname)
    and not (has_table_privilege(r.role, c.oid, 'select') and has_table_privilege(r.role, c.oid, 'delete')
      and has_any_column_privilege(r.role, c.oid, 'insert') and has_any_column_privilege(r.role, c.oid, 'update')
      and coalesce(has_table_privilege(r.role, to_regclass('xmh.' || quote_ident(c.relname)), 'select'), false))`;

/**
 * Installs anew what stands on a table where it is not exactly what it should be: switched off, edited by hand, made by an older platform, or
 * declared otherwise since. What was written meanwhile may not have been captured, and other viewers see other rows, so the feed begins a new
 * generation with it.
 *
 * @throws Refusal CAPTURE_NOT_RENEWED with everything as it was
 * @returns the tables concerned; empty where all is well
 */
export async function renewCapture(client: ClientBase, model: Model): Promise<readonly string[]> {
  const installed = await readInstalled(client);
  const lacking = await client.query<{ table: string }>(LACKING, [APPLICATION_ROLES]);
  // a table without a number was not made by a migration, and is nobody's
  const tables = [...(await readCaptured(client)).values()].filter(({ number }) => number > 0);
  const faulty = tables.filter((table) => !isCaptured(table, installed) || lacking.rows.some((row) => row.table === table.name));
  const open = tables.filter(({ name }) => !installed.secured.has(name)).map(({ name }) => name);
  const work = await scopeWork(client, model);
  const names = [...new Set([...faulty.map(({ name }) => name), ...open, ...work.tables.map(({ scope }) => scope.table)])];
  if (names.length === 0 && !work.unitsDiffer) return [];
  try {
    await inTransaction(client, async () => {
      const generation = await beginGeneration(client, `renewed: ${names.join(", ")}`);
      for (const table of faulty) await installCapture(client, table);
      for (const table of open) await closeTable(client, table);
      await installScopes(client, model, await scopeWork(client, model), generation);
    });
  } catch (error) {
    throw captureNotRenewed(names, error);
  }
  return names;
}
