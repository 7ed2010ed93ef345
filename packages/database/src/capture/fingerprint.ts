import type { ClientBase } from "pg";

import { readCaptured } from "../catalog.ts";
import type { PlatformMigration } from "../migrations/platform.ts";
import type { WritePool } from "../session/write-pool.ts";
import { isCaptured, readInstalled } from "./install.ts";

/** What the application may do with it. */
export const FINGERPRINT_GRANTS: readonly string[] = ["grant execute on function xm.check_capture(boolean) to xm_all"];

/**
 * What a table's capture hangs on. A trigger that was switched off and on again, a function that was replaced and put back, a table whose
 * rows were rewritten (ALTER … TYPE … USING, ATTACH PARTITION) leave another fingerprint, although all seems well: something may have
 * changed that no version tells of.
 */
const FINGERPRINT = `md5(concat_ws('|', c.relfilenode, c.relkind, c.relpersistence, c.relrowsecurity,
    (select string_agg(concat_ws(' ', t.tgname, t.oid, t.xmin, t.tgenabled, t.tgtype, p.oid, p.xmin, md5(p.prosrc)), ',' order by t.tgname)
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = c.oid and not t.tgisinternal),
    (select string_agg(i.inhrelid::text, ',' order by i.inhrelid) from pg_inherits i where i.inhparent = c.oid)))`;

/** The fingerprints as they were when they were last looked at. */
export const FINGERPRINT_MIGRATION: PlatformMigration = {
  id: "2026-11-24-fingerprint",
  sql: [
    `create table xm.fingerprint (
  tbl smallint primary key,
  -- of a restored copy everything is new, and known to be
  base bigint not null,
  value text not null,
  at timestamptz not null default pg_catalog.clock_timestamp()
)`,
    // `known` says that the feed has a new generation anyway: then nothing needs to be named.
    // Of two nodes that look at once one finds the difference: the other waits for its row, and sees it settled.
    `create function xm.check_capture(known boolean) returns setof text language plpgsql security definer set search_path = pg_catalog as $body$
declare
  xm_table record;
  xm_known record;
begin
  for xm_table in
    select b.id, b.name, ${FINGERPRINT} as value
    from xm.tbl b join pg_class c on c.relname = b.name and c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
    order by b.id
  loop
    insert into xm.fingerprint (tbl, base, value) values (xm_table.id, xm.base(), xm_table.value) on conflict (tbl) do nothing;
    select f.base, f.value into xm_known from xm.fingerprint f where f.tbl = xm_table.id;
    if xm_known.value <> xm_table.value then
      update xm.fingerprint set base = xm.base(), value = xm_table.value, at = clock_timestamp() where tbl = xm_table.id and value = xm_known.value;
      if found and not known and xm_known.base = xm.base() then
        insert into xm.change (stamp, tbl, op, origin) values (xm.stamp(), xm_table.id, 'U', 'capture check');
        return next xm_table.name;
      end if;
    end if;
  end loop;
end
$body$`,
  ],
};

/** What a look at the capture found. Both are empty where all is well. */
export interface CaptureCheck {
  /** Tables that were changed past the capture since the last look, or may have been: the feed names each as wholly changed. */
  readonly changed: readonly string[];
  /** Tables whose changes are not captured as they should be now; the next start puts that right. */
  readonly missing: readonly string[];
}

/** Looks whether every table is captured, and whether anything happened past the capture. Safe to run by several nodes. */
export async function checkCapture(pool: WritePool): Promise<CaptureCheck> {
  return pool.use(async (connection) =>
    connection.transaction({ role: "xm_all" }, async (client) => ({
      changed: await settleCapture(client, false),
      missing: await verifyCapture(client),
    })),
  );
}

/**
 * Takes the tables as they are now, in the running transaction.
 *
 * @param known whether everything is known to have changed, since the feed has begun a new generation
 * @returns tables that were changed past the capture since the last time; none where that is known
 */
export async function settleCapture(client: ClientBase, known: boolean): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>("select xm.check_capture($1) as name", [known]);
  return rows.map(({ name }) => name);
}

/**
 * Names the tables that are not captured exactly as they should be, or not under row-level security: nothing that is read from them may be
 * kept, since nobody is told when it changes.
 */
async function verifyCapture(client: ClientBase): Promise<readonly string[]> {
  const installed = await readInstalled(client);
  const tables = [...(await readCaptured(client)).values()].filter(({ number }) => number > 0);
  return tables.filter((table) => !isCaptured(table, installed) || !installed.secured.has(table.name)).map(({ name }) => name);
}
