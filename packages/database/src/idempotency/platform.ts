import type { PlatformMigration } from "../migrations/platform.ts";

const CLAIM = "xm.claim_key(text, text, text, text)";
const SETTLE = "xm.settle_key(text, text, uuid)";

/** Who may remember requests; repeated at every start. */
export const IDEMPOTENCY_GRANTS: readonly string[] = [`grant execute on function ${CLAIM}, ${SETTLE} to xm_all, xm_app`];

/** Requests that were carried out, by the key that their sender gave them, for a day. The application reaches them by their keys alone. */
export const IDEMPOTENCY_MIGRATION: PlatformMigration = {
  id: "2026-11-24-idempotency",
  sql: [
    `create table xm.request (
  -- a digest of who asked
  viewer text not null,
  key text not null,
  field text not null,
  -- a digest of what was asked
  input text not null,
  -- the row that the answer shows
  shown uuid,
  at timestamptz not null default pg_catalog.clock_timestamp(),
  primary key (viewer, key)
)`,
    "create index request_at on xm.request (at)",
    // Null where the key is new, or a day old: then it stands for this request, once its transaction is committed. Whoever comes with the same
    // key meanwhile waits for that.
    `create function xm.claim_key(viewer text, key text, field text, input text) returns xm.request language plpgsql security definer set search_path = pg_catalog as $body$
declare
  xm_known xm.request;
begin
  -- a few of those that are over, so that the table never grows beyond a day
  delete from xm.request r where r.ctid = any (array(
    select o.ctid from xm.request o where o.at < clock_timestamp() - interval '24 hours' order by o.at limit 10 for update skip locked));
  loop
    insert into xm.request (viewer, key, field, input) values (claim_key.viewer, claim_key.key, claim_key.field, claim_key.input)
      on conflict on constraint request_pkey do nothing;
    if found then
      return null;
    end if;
    select * into xm_known from xm.request r where r.viewer = claim_key.viewer and r.key = claim_key.key;
    if found and xm_known.at >= clock_timestamp() - interval '24 hours' then
      return xm_known;
    end if;
    delete from xm.request r where r.viewer = claim_key.viewer and r.key = claim_key.key and r.at < clock_timestamp() - interval '24 hours';
  end loop;
end
$body$`,
    `create function xm.settle_key(viewer text, key text, shown uuid) returns void language sql security definer
begin atomic
  update xm.request r set shown = settle_key.shown where r.viewer = settle_key.viewer and r.key = settle_key.key;
end`,
    `revoke all on function ${CLAIM}, ${SETTLE} from public`,
  ],
};
