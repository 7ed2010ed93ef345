import type { PlatformMigration } from "../migrations/platform.ts";

/** What the application may do with them. */
export const RETENTION_GRANTS: readonly string[] = [
  "grant select on xm.reader, xm.horizon to xm_all",
  "grant execute on function xm.announce_reader(text, pg_snapshot, interval), xm.forget_changes(interval, integer) to xm_all",
];

/**
 * How far the nodes have read, and how far the feed goes back. Only changes are ever forgotten, never a version of a row.
 */
export const RETENTION_MIGRATION: PlatformMigration = {
  id: "2026-11-24-retention",
  sql: [
    `create table xm.reader (
  node text primary key,
  base bigint not null,
  snapshot pg_snapshot not null,
  -- a node that has not said anything until then is gone
  until timestamptz not null
)`,
    `create table xm.horizon (
  -- below it changes may be missing
  stamp bigint primary key,
  -- how many were forgotten to come to it
  changes bigint not null,
  at timestamptz not null default pg_catalog.clock_timestamp()
)`,
    `create function xm.announce_reader(node text, snapshot pg_snapshot, lease interval) returns void language plpgsql security definer set search_path = pg_catalog as $body$
begin
  insert into xm.reader values (node, xm.base(), snapshot, clock_timestamp() + lease)
  on conflict on constraint reader_pkey do update set base = excluded.base, snapshot = excluded.snapshot, until = excluded.until;
end
$body$`,
    // A recorded moment says which transactions were over at a time: what it sees is older than that, whenever its statements ran.
    `create function xm.forget_changes(age interval, most integer) returns bigint language plpgsql security definer set search_path = pg_catalog as $body$
declare
  xm_horizon bigint;
  xm_last bigint;
  xm_gone bigint;
  xm_sealed bigint;
begin
  -- two nodes at once would wait for each other's rows
  if not pg_try_advisory_xact_lock(130726002) then
    return 0;
  end if;
  delete from xm.reader where until < clock_timestamp();
  if to_regclass('xm.seal') is not null then
    execute 'select s.base | pg_snapshot_xmin(s.snapshot::pg_snapshot)::text::bigint from xm.seal s order by s.number desc limit 1' into xm_sealed;
  end if;
  select least(
    coalesce(xm_sealed, 0),
    (select m.base | pg_snapshot_xmin(m.snapshot)::text::bigint from xm.moment m where m.at <= xm.moment_time() - age order by m.at desc limit 1),
    (select min(r.base | pg_snapshot_xmin(r.snapshot)::text::bigint) from xm.reader r)
  ) into xm_horizon
  where exists (select from xm.moment m where m.at <= xm.moment_time() - age);
  with gone as (
    delete from xm.change where (stamp, position) in (
      select c.stamp, c.position from xm.change c where c.stamp < xm_horizon order by c.stamp, c.position limit most)
    returning stamp)
  select count(*), max(stamp) from gone into xm_gone, xm_last;
  if xm_gone > 0 then
    insert into xm.horizon (stamp, changes) values (case when xm_gone < most then xm_horizon else xm_last + 1 end, xm_gone)
    on conflict (stamp) do update set changes = xm.horizon.changes + excluded.changes;
  end if;
  return xm_gone;
end
$body$`,
  ],
};
