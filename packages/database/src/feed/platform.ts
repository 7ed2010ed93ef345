import type { PlatformMigration } from "../migrations/platform.ts";

/**
 * How the feed is read and forgotten, and what the application may do with it; repeated at every start.
 *
 * `xm.settled_snapshot()` is the snapshot of the running statement, as far as changes go: whatever is beyond the newest of them counts as not
 * over yet. It tells the same changes apart, and stays true when PostgreSQL crashes: numbers of transactions that were over without having written
 * a change are given out a second time then, and whoever held them to be over would never hear of their second owners.
 */
export const FEED_UPKEEP: readonly string[] = [
  `create or replace function xm.settled_snapshot() returns pg_snapshot language plpgsql stable security definer as $body$
declare
  xm_snapshot constant pg_catalog.pg_snapshot := pg_catalog.pg_current_snapshot();
  xm_oldest constant pg_catalog.int8 := pg_catalog.pg_snapshot_xmin(xm_snapshot)::pg_catalog.text::pg_catalog.int8;
  xm_newest pg_catalog.int8;
begin
  -- where the newest changes are forgotten the horizon stands for them, and in a new base nothing is known yet
  select greatest(
    (select pg_catalog.max(c.stamp) from xm.change c), (select pg_catalog.max(h.stamp) operator(pg_catalog.-) 1 from xm.horizon h), xm.base()
  ) operator(pg_catalog.-) xm.base() into xm_newest;
  if xm_oldest operator(pg_catalog.>) xm_newest then
    return pg_catalog.format('%1$s:%1$s:', xm_newest operator(pg_catalog.+) 1);
  end if;
  return pg_catalog.concat(xm_oldest, ':', xm_newest operator(pg_catalog.+) 1, ':', (
    select pg_catalog.string_agg(x::pg_catalog.text, ',' order by x) from pg_catalog.pg_snapshot_xip(xm_snapshot) x
    where x::pg_catalog.text::pg_catalog.int8 operator(pg_catalog.<=) xm_newest));
end
$body$`,
  // Whether a snapshot sees what the transaction of a stamp has committed; when transaction numbers began anew, whatever was before was over.
  `create or replace function xm.sees(base bigint, snapshot pg_snapshot, stamp bigint) returns boolean immutable parallel safe language sql
return stamp < base | pg_catalog.pg_snapshot_xmax(snapshot)::text::bigint
  and (stamp < base or pg_catalog.pg_visible_in_snapshot((stamp - base)::text::xid8, snapshot))`,
  // A recorded moment says which transactions were over at a time: what it sees is older than that, whenever its statements ran.
  `create or replace function xm.forget_changes(age interval, most integer) returns bigint language plpgsql security definer set search_path = pg_catalog as $body$
declare
  xm_old record;
  xm_sealed record;
  xm_passed bigint;
  xm_last bigint;
  xm_gone bigint;
begin
  -- two nodes at once would wait for each other's rows
  if not pg_try_advisory_xact_lock(130726002) then
    return 0;
  end if;
  delete from xm.reader where until < clock_timestamp();
  -- nodes go on reading, so that the oldest transaction that they have to wait for ends some day; the others stay what they are
  select min(r.base | pg_snapshot_xmin(r.snapshot)::text::bigint) into xm_passed from xm.reader r;
  select m.base, m.snapshot into xm_old from xm.moment m where m.at <= xm.moment_time() - age order by m.at desc limit 1;
  if not found then
    return 0;
  end if;
  select s.base, s.snapshot::pg_snapshot as snapshot into xm_sealed from xm.seal s order by s.number desc limit 1;
  if not found then
    return 0;
  end if;
  with old as (
    select c.stamp, c.position from xm.change c
    where (xm_passed is null or c.stamp < xm_passed) and xm.sees(xm_old.base, xm_old.snapshot, c.stamp) and xm.sees(xm_sealed.base, xm_sealed.snapshot, c.stamp)
    order by c.stamp, c.position limit most),
  gone as (delete from xm.change where (stamp, position) in (select stamp, position from old) returning stamp)
  select count(*), max(stamp) from gone into xm_gone, xm_last;
  if xm_gone > 0 then
    insert into xm.horizon (stamp, changes) values (xm_last + 1, xm_gone)
    on conflict (stamp) do update set changes = xm.horizon.changes + excluded.changes;
  end if;
  return xm_gone;
end
$body$`,
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
  ],
};
