import { AUDIT_TABLES } from "../audit/platform.ts";
import { FINGERPRINT_GRANTS, FINGERPRINT_MIGRATION } from "../capture/fingerprint.ts";
import { CAPTURE_MIGRATION } from "../capture/platform.ts";
import { FEED_UPKEEP, RETENTION_MIGRATION } from "../feed/platform.ts";
import { IDEMPOTENCY_MIGRATION, IDEMPOTENCY_UPKEEP } from "../idempotency/platform.ts";
import { JOBS_MIGRATION, JOBS_UPKEEP } from "../jobs/platform.ts";
import { CHANGE_MARKS_UPKEEP } from "../history/change-marks.ts";
import { HISTORY_UPKEEP, HISTORY_MIGRATION } from "../history/platform.ts";
import { STAGE_TRAIL_UPKEEP } from "../history/stage-trail.ts";

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

const SCOPE = [
  // Whoever moves a row that lends its units to others has to wait for those who are taking them over, and then to see what they wrote.
  `create function xm.lock_lender() returns trigger language plpgsql security definer as $body$
begin
  if pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.<>) 'read committed' then
    raise exception using
      errcode = 'invalid_transaction_state',
      message = pg_catalog.format('%1$s 的记录换单位时，下级记录要跟着换，这须在 READ COMMITTED 隔离级别下进行。 Rows of %1$s that move to other units take what lies below along, which needs the isolation level READ COMMITTED.', tg_relid::pg_catalog.regclass),
      hint = '请用 begin isolation level read committed 另起一个事务。 Begin another transaction, with isolation level read committed.';
  end if;
  execute pg_catalog.format('select from %s where id = $1 for update', tg_relid::pg_catalog.regclass) using old.id;
  return new;
end
$body$`,
  // The application writes steps and reads none of them, nor anything else that tells of rows which the viewer does not see.
  `create function xm.record_step(entity text, key uuid, step text, from_state text, to_state text, "on" date, reason text, at timestamptz)
  returns void language sql security definer
begin atomic
  insert into xm.step (entity, key, step, from_state, to_state, "on", reason, actor, at)
  values (record_step.entity, record_step.key, record_step.step, record_step.from_state, record_step.to_state, record_step."on", record_step.reason,
    nullif(pg_catalog.current_setting('xm.actor', true), ''), record_step.at);
end`,
  "revoke all on function xm.record_step(text, uuid, text, text, text, date, text, timestamptz) from public",
];

/** In the order in which they run. */
export const PLATFORM_MIGRATIONS: readonly PlatformMigration[] = [
  { id: "2026-11-24-first", sql: FIRST },
  { id: "2026-11-24-scope", sql: SCOPE },
  { id: "2026-11-25-audit", sql: AUDIT_TABLES },
  HISTORY_MIGRATION,
  RETENTION_MIGRATION,
  FINGERPRINT_MIGRATION,
  CAPTURE_MIGRATION,
  IDEMPOTENCY_MIGRATION,
  JOBS_MIGRATION,
];

/** What the application may do with the platform's tables; repeated at every start, since it changes nothing where it holds. */
export const PLATFORM_GRANTS = [
  "grant usage on schema app, xm, xmh to xm_all",
  "grant usage on schema app, xm, xmh to xm_app",
  "grant select on xm.generation, xm.tbl, xm.change, xm.dataset, xm.step, xm.migration, xm.seal to xm_all",
  "grant insert on xm.dataset, xm.step to xm_all",
  "grant execute on function xm.base(), xm.stamp() to xm_all, xm_app",
  "grant execute on function xm.record_step(text, uuid, text, text, text, date, text, timestamptz) to xm_all, xm_app",
  ...IDEMPOTENCY_UPKEEP,
  ...FEED_UPKEEP,
  ...HISTORY_UPKEEP,
  ...STAGE_TRAIL_UPKEEP,
  ...CHANGE_MARKS_UPKEEP,
  ...FINGERPRINT_GRANTS,
  ...JOBS_UPKEEP,
];
