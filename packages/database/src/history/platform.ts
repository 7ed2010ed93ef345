import type { PlatformMigration } from "../migrations/platform.ts";

/** What moments are recorded with, and what the application may do with the past; repeated at every start. */
export const HISTORY_UPKEEP: readonly string[] = [
  // One at a time, so that times and snapshots rise together; once a second, unless the time is given or the matter is pressing.
  `create or replace function xm.record_moment(given timestamptz, pressing boolean) returns timestamptz language plpgsql volatile security definer set search_path = pg_catalog as $body$
declare
  xm_last timestamptz;
  xm_now timestamptz;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'at isolation level % a snapshot may be older than one that is recorded already', current_setting('transaction_isolation')
      using hint = 'begin isolation level read committed';
  end if;
  perform pg_advisory_xact_lock(xm.moment_lock());
  select max(at) into xm_last from xm.moment;
  xm_now := coalesce(given, xm.moment_time());
  if given is null and not pressing and xm_now >= xm_last and xm_now < xm_last + interval '1 second' then
    return null;
  end if;
  -- to the next millisecond, so that nobody has asked for that time before
  xm_now := date_trunc('milliseconds', xm_now) + case when given is null then interval '1 millisecond' else interval '0' end;
  insert into xm.moment (at, generation, base, snapshot)
  values (greatest(xm_now, xm_last + interval '1 millisecond'), (select max(generation) from xm.generation), xm.base(), xm.settled_snapshot())
  returning at into xm_now;
  return xm_now;
end
$body$`,
  "grant usage on schema past, xmh, xm to xm_all, xm_app",
  "grant select on xm.moment to xm_all",
  "grant execute on function xm.base(), xm.newest_generation(), xm.hi(), xm.lo(), xm.xip() to xm_all, xm_app",
  "grant execute on function xm.moment_time(), xm.moment_lock(), xm.record_moment(timestamptz, boolean) to xm_all",
];

/** Moments, and what the views of the past need. */
export const HISTORY_MIGRATION: PlatformMigration = {
  id: "2026-11-24-history",
  sql: [
    "create schema past",
    `create table xm.moment (
  at timestamptz primary key,
  generation bigint not null,
  base bigint not null,
  snapshot pg_snapshot not null
)`,
    `create table xm.since (
  tbl smallint not null,
  name text not null,
  -- the transaction that added the column to a table with rows, which have its default since: before, it was unknown
  stamp bigint not null,
  primary key (tbl, name)
)`,
    // part of every answer's moment, and all that the application learns of generations
    "create function xm.newest_generation() returns bigint stable security definer return (select pg_catalog.max(g.generation) from xm.generation g)",
    "create function xm.hi() returns bigint stable parallel safe return pg_catalog.current_setting('xm.hi')::bigint",
    "create function xm.lo() returns bigint stable parallel safe return pg_catalog.current_setting('xm.lo')::bigint",
    "create function xm.xip() returns bigint[] stable parallel safe return pg_catalog.current_setting('xm.xip')::bigint[]",
    "create function xm.moment_lock() returns bigint immutable parallel safe return 130726001",
    // Moments are of the invented time where there is one: they go on from it by the time that has really passed.
    `create function xm.moment_time() returns timestamptz volatile return coalesce(
  (select d.clock + (pg_catalog.clock_timestamp() - d.loaded_at) from xm.dataset d where d.clock is not null order by d.clock desc, d.name desc limit 1),
  pg_catalog.clock_timestamp())`,
    // Invented time begins where it says, in a database in which nothing has happened: what was recorded later is none of its.
    `create function xm.begin_invented_time() returns trigger language plpgsql security definer set search_path = pg_catalog as $body$
begin
  delete from xm.moment where at >= new.clock;
  return null;
end
$body$`,
    "create trigger begin_invented_time after insert on xm.dataset for each row when (new.clock is not null) execute function xm.begin_invented_time()",
  ],
};
