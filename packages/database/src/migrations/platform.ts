/** The name under which the platform's own migrations are recorded; no plugin can have it. */
export const PLATFORM = "@xianmai/database";

/** One step of the platform's own tables. Steps are only ever added. */
export interface PlatformMigration {
  readonly id: string;
  readonly sql: readonly string[];
}

/** The table that records what ran; made before everything else, where it is not there. */
export const RECORD = [
  "create schema if not exists xm",
  `create table if not exists xm.migration (
  plugin text not null,
  id text not null,
  -- SHA-256 of the statements: a migration that ran is never edited
  hash text not null,
  at timestamptz not null default pg_catalog.clock_timestamp(),
  primary key (plugin, id)
)`,
];

const FIRST = [
  "create schema app",
  "create schema xmh",
  `create table xm.generation (
  generation bigint generated always as identity primary key,
  reason text not null,
  began_at timestamptz not null default pg_catalog.clock_timestamp()
)`,
  "insert into xm.generation (reason) values ('created')",
  // The base moves when transaction numbers begin anew (a restored copy), and not with a migration: a transaction that is
  // still running while one commits keeps its stamp, and a reader that begins with the new generation finds it there.
  "create function xm.base() returns bigint stable parallel safe return 281474976710656",
  "create function xm.stamp() returns bigint stable parallel unsafe return xm.base() | pg_catalog.pg_current_xact_id()::text::bigint",
  `create table xm.tbl (
  id smallint generated always as identity primary key,
  name text not null unique
)`,
  `create table xm.change (
  stamp bigint not null,
  position bigint generated always as identity,
  tbl smallint not null,
  op "char" not null,
  -- old ∪ new; null means the whole table
  keys uuid[],
  refs uuid[],
  actor text,
  origin text,
  at timestamptz not null default pg_catalog.clock_timestamp(),
  primary key (stamp, position)
)`,
  `create table xm.dataset (
  name text primary key,
  label_zh text not null,
  label_en text not null,
  clock timestamptz,
  loaded_at timestamptz not null default pg_catalog.clock_timestamp()
)`,
  `create table xm.step (
  id bigint generated always as identity primary key,
  stamp bigint not null default xm.stamp(),
  entity text not null,
  key uuid not null,
  step text not null,
  from_state text not null,
  to_state text not null,
  "on" date not null,
  reason text,
  actor text,
  at timestamptz not null
)`,
  "create index step_key on xm.step (entity, key, id)",
  `create function xm.stamped() returns trigger language plpgsql as $body$
begin
  new.xm_from := xm.stamp();
  return new;
end
$body$`,
  `create function xm.refuse_truncate() returns trigger language plpgsql as $body$
begin
  raise exception using
    errcode = 'feature_not_supported',
    message = pg_catalog.format('表 %1$s 不能 TRUNCATE：变更记录和历史看不到它。 Table %1$s cannot be truncated: neither feed nor history would see it.', tg_relid::regclass),
    hint = pg_catalog.format('请改用 DELETE FROM %1$s。 Use DELETE FROM %1$s instead.', tg_relid::regclass);
end
$body$`,
];

/** In the order in which they run. */
export const PLATFORM_MIGRATIONS: readonly PlatformMigration[] = [{ id: "2026-11-24-first", sql: FIRST }];

/** What the application may do with the platform's tables; repeated at every start, since it changes nothing where it holds. */
export const PLATFORM_GRANTS = [
  "grant usage on schema app, xm, xmh to xm_all",
  "grant usage on schema app to xm_app",
  "grant select on xm.generation, xm.tbl, xm.change, xm.dataset, xm.step, xm.migration to xm_all",
  "grant insert on xm.dataset, xm.step to xm_all",
  "grant execute on function xm.base(), xm.stamp() to xm_all",
];
