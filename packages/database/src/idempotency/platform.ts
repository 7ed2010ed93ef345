import type { PlatformMigration } from "../migrations/platform.ts";

const CLAIM = "xm.claim_key(text, text, text, text)";
const SETTLE = "xm.settle_key(text, text, uuid)";
const FORGET = "xm.forget_requests(integer)";

/**
 * How requests are remembered, and who may have them remembered; repeated at every start. The application reaches them by their keys alone.
 *
 * Whoever claims a key waits for nobody but another who claims the same: two mutations that each hold a key can never wait for each other's.
 * That is why old keys are forgotten apart, by a transaction that holds none.
 */
export const IDEMPOTENCY_UPKEEP: readonly string[] = [
  // Null where the key is new, or a day old: then it stands for this request, once its transaction is committed.
  `create or replace function xm.claim_key(viewer text, key text, field text, input text) returns xm.request language plpgsql security definer set search_path = pg_catalog as $body$
declare
  xm_known xm.request;
begin
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
  `create or replace function xm.settle_key(viewer text, key text, shown uuid) returns void language sql security definer
begin atomic
  update xm.request r set shown = settle_key.shown where r.viewer = settle_key.viewer and r.key = settle_key.key;
end`,
  // Those that somebody is about to claim anew are left to them.
  `create or replace function xm.forget_requests(most integer) returns bigint language plpgsql security definer set search_path = pg_catalog as $body$
declare
  xm_gone bigint;
begin
  delete from xm.request r where r.ctid = any (array(
    select o.ctid from xm.request o where o.at < clock_timestamp() - interval '24 hours' order by o.at limit most for update skip locked));
  get diagnostics xm_gone = row_count;
  return xm_gone;
end
$body$`,
  `revoke all on function ${CLAIM}, ${SETTLE}, ${FORGET} from public`,
  `grant execute on function ${CLAIM}, ${SETTLE} to xm_all, xm_app`,
  `grant execute on function ${FORGET} to xm_all`,
];

/** Requests that were carried out, by the key that their sender gave them, for a day. */
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
  ],
};
