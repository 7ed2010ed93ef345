-- 由 npm run schema 按插件的声明生成，请勿手改。 Generated from the plugins' declarations by `npm run schema`; do not edit.

-- Generated from the declarations of the enabled plugins; do not edit.

-- The platform's own

create schema if not exists xm;

create table if not exists xm.migration (
  plugin text not null,
  id text not null,
  -- SHA-256 of the statements: a migration that ran is never edited
  hash text not null,
  at timestamptz not null default pg_catalog.clock_timestamp(),
  primary key (plugin, id)
);

create schema app;

create schema xmh;

create table xm.generation (
  generation bigint generated always as identity primary key,
  reason text not null,
  began_at timestamptz not null default pg_catalog.clock_timestamp()
);

insert into xm.generation (reason) values ('created');

create function xm.base() returns bigint stable parallel safe return 281474976710656;

create function xm.stamp() returns bigint stable parallel unsafe return xm.base() | pg_catalog.pg_current_xact_id()::text::bigint;

create table xm.tbl (
  id smallint generated always as identity primary key,
  name text not null unique
);

create table xm.change (
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
);

create table xm.dataset (
  name text primary key,
  label_zh text not null,
  label_en text not null,
  clock timestamptz,
  loaded_at timestamptz not null default pg_catalog.clock_timestamp()
);

create table xm.step (
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
);

create index step_key on xm.step (entity, key, id);

create function xm.stamped() returns trigger language plpgsql as $body$
begin
  new.xm_from := xm.stamp();
  return new;
end
$body$;

create function xm.refuse_truncate() returns trigger language plpgsql as $body$
begin
  raise exception using
    errcode = 'feature_not_supported',
    message = pg_catalog.format('表 %1$s 不能 TRUNCATE：变更记录和历史看不到它。 Table %1$s cannot be truncated: neither feed nor history would see it.', tg_relid::regclass),
    hint = pg_catalog.format('请改用 DELETE FROM %1$s。 Use DELETE FROM %1$s instead.', tg_relid::regclass);
end
$body$;

create function xm.lock_lender() returns trigger language plpgsql security definer as $body$
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
$body$;

create function xm.record_step(entity text, key uuid, step text, from_state text, to_state text, "on" date, reason text, at timestamptz)
  returns void language sql security definer
begin atomic
  insert into xm.step (entity, key, step, from_state, to_state, "on", reason, actor, at)
  values (record_step.entity, record_step.key, record_step.step, record_step.from_state, record_step.to_state, record_step."on", record_step.reason,
    nullif(pg_catalog.current_setting('xm.actor', true), ''), record_step.at);
end;

revoke all on function xm.record_step(text, uuid, text, text, text, date, text, timestamptz) from public;

create table xm.seal (
  number bigint primary key,
  -- HMAC over the root before it, over this row and its leaves, with a key that is not in the database
  root bytea not null,
  key text not null,
  base bigint not null,
  snapshot text not null,
  -- what happened beside the rows, as JSON: tables that changed their columns, cells that were redacted
  acts text,
  leaves integer not null,
  at timestamptz not null
);

create index seal_acts on xm.seal (number) where acts is not null;

create table xm.seal_leaf (
  seal bigint not null,
  place integer not null,
  stamp bigint not null,
  tbl smallint not null,
  part integer not null,
  hash bytea not null,
  body bytea not null,
  -- the seed of the salts; once a cell is redacted, the salts of all the others instead
  salt bytea,
  salts bytea,
  primary key (seal, place)
);

create index seal_leaf_subject on xm.seal_leaf (tbl, stamp, part, seal);

alter table xm.seal_leaf alter column body set storage external, alter column salts set storage external;

create index step_stamp on xm.step (stamp);

create schema past;

create table xm.moment (
  at timestamptz primary key,
  generation bigint not null,
  base bigint not null,
  snapshot pg_snapshot not null
);

create table xm.since (
  tbl smallint not null,
  name text not null,
  -- the transaction that added the column to a table with rows, which have its default since: before, it was unknown
  stamp bigint not null,
  primary key (tbl, name)
);

create function xm.newest_generation() returns bigint stable security definer return (select pg_catalog.max(g.generation) from xm.generation g);

create function xm.hi() returns bigint stable parallel safe return pg_catalog.current_setting('xm.hi')::bigint;

create function xm.lo() returns bigint stable parallel safe return pg_catalog.current_setting('xm.lo')::bigint;

create function xm.xip() returns bigint[] stable parallel safe return pg_catalog.current_setting('xm.xip')::bigint[];

create function xm.moment_lock() returns bigint immutable parallel safe return 130726001;

create function xm.moment_time() returns timestamptz volatile return coalesce(
  (select d.clock + (pg_catalog.clock_timestamp() - d.loaded_at) from xm.dataset d where d.clock is not null order by d.clock desc, d.name desc limit 1),
  pg_catalog.clock_timestamp());

create function xm.begin_invented_time() returns trigger language plpgsql security definer set search_path = pg_catalog as $body$
begin
  delete from xm.moment where at >= new.clock;
  return null;
end
$body$;

create trigger begin_invented_time after insert on xm.dataset for each row when (new.clock is not null) execute function xm.begin_invented_time();

create table xm.reader (
  node text primary key,
  base bigint not null,
  snapshot pg_snapshot not null,
  -- a node that has not said anything until then is gone
  until timestamptz not null
);

create table xm.horizon (
  -- below it changes may be missing
  stamp bigint primary key,
  -- how many were forgotten to come to it
  changes bigint not null,
  at timestamptz not null default pg_catalog.clock_timestamp()
);

create function xm.announce_reader(node text, snapshot pg_snapshot, lease interval) returns void language plpgsql security definer set search_path = pg_catalog as $body$
begin
  insert into xm.reader values (node, xm.base(), snapshot, clock_timestamp() + lease)
  on conflict on constraint reader_pkey do update set base = excluded.base, snapshot = excluded.snapshot, until = excluded.until;
end
$body$;

create table xm.fingerprint (
  tbl smallint primary key,
  -- of a restored copy everything is new, and known to be
  base bigint not null,
  value text not null,
  at timestamptz not null default pg_catalog.clock_timestamp()
);

create function xm.check_capture(known boolean) returns setof text language plpgsql security definer set search_path = pg_catalog as $body$
declare
  xm_table record;
  xm_known record;
begin
  for xm_table in
    select b.id, b.name, md5(concat_ws('|', c.relfilenode, c.relkind, c.relpersistence, c.relrowsecurity,
    (select string_agg(concat_ws(' ', t.tgname, t.oid, t.xmin, t.tgenabled, t.tgtype, p.oid, p.xmin, md5(p.prosrc)), ',' order by t.tgname)
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = c.oid and not t.tgisinternal),
    (select string_agg(i.inhrelid::text, ',' order by i.inhrelid) from pg_inherits i where i.inhparent = c.oid))) as value
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
$body$;

create function xm.distinct_keys(keys uuid[]) returns uuid[] language plpgsql immutable parallel safe set search_path = pg_catalog as $body$
begin
  return array(select distinct k from unnest(keys) k where k is not null order by k);
end
$body$;

create table xm.request (
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
);

create index request_at on xm.request (at);

create table xm.job_run (
  -- the queue's own number of the job
  id bigint primary key,
  job text not null,
  -- QUEUED, RUNNING, SUCCEEDED, FAILED
  state text not null,
  -- how often it was begun since it was queued, or since somebody had it tried anew
  attempt integer not null default 0,
  -- how often it may be
  attempts integer not null,
  -- how often it was begun altogether: only whoever began it last may end it
  takes integer not null default 0,
  queued_at timestamptz not null default pg_catalog.clock_timestamp(),
  due_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  error text,
  -- whose workers began it last
  pool text
);

create index job_run_job on xm.job_run (job, id);

create index job_run_open on xm.job_run (state) where state in ('QUEUED', 'RUNNING');

create index job_run_ended on xm.job_run (ended_at);

create table xm.job_node (
  pool text primary key,
  -- a node that has not said anything until then is gone
  until timestamptz not null
);

grant usage on schema app, xm, xmh to xm_all;

grant usage on schema app, xm, xmh to xm_app;

grant select on xm.generation, xm.tbl, xm.change, xm.dataset, xm.step, xm.migration, xm.seal to xm_all;

grant insert on xm.dataset, xm.step to xm_all;

grant execute on function xm.base(), xm.stamp() to xm_all, xm_app;

grant execute on function xm.record_step(text, uuid, text, text, text, date, text, timestamptz) to xm_all, xm_app;

create or replace function xm.claim_key(viewer text, key text, field text, input text) returns xm.request language plpgsql security definer set search_path = pg_catalog as $body$
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
$body$;

create or replace function xm.settle_key(viewer text, key text, shown uuid) returns void language sql security definer
begin atomic
  update xm.request r set shown = settle_key.shown where r.viewer = settle_key.viewer and r.key = settle_key.key;
end;

create or replace function xm.forget_requests(most integer) returns bigint language plpgsql security definer set search_path = pg_catalog as $body$
declare
  xm_gone bigint;
begin
  delete from xm.request r where r.ctid = any (array(
    select o.ctid from xm.request o where o.at < clock_timestamp() - interval '24 hours' order by o.at limit most for update skip locked));
  get diagnostics xm_gone = row_count;
  return xm_gone;
end
$body$;

revoke all on function xm.claim_key(text, text, text, text), xm.settle_key(text, text, uuid), xm.forget_requests(integer) from public;

grant execute on function xm.claim_key(text, text, text, text), xm.settle_key(text, text, uuid) to xm_all, xm_app;

grant execute on function xm.forget_requests(integer) to xm_all;

create or replace function xm.settled_snapshot() returns pg_snapshot language plpgsql stable security definer as $body$
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
$body$;

create or replace function xm.sees(base bigint, snapshot pg_snapshot, stamp bigint) returns boolean immutable parallel safe language sql
return stamp < base | pg_catalog.pg_snapshot_xmax(snapshot)::text::bigint
  and (stamp < base or pg_catalog.pg_visible_in_snapshot((stamp - base)::text::xid8, snapshot));

create or replace function xm.forget_changes(age interval, most integer) returns bigint language plpgsql security definer set search_path = pg_catalog as $body$
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
$body$;

grant select on xm.reader, xm.horizon to xm_all;

grant execute on function xm.announce_reader(text, pg_snapshot, interval), xm.forget_changes(interval, integer) to xm_all;

create or replace function xm.record_moment(given timestamptz, pressing boolean) returns timestamptz language plpgsql volatile security definer set search_path = pg_catalog as $body$
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
$body$;

grant usage on schema past, xmh, xm to xm_all, xm_app;

grant select on xm.moment to xm_all;

grant execute on function xm.base(), xm.newest_generation(), xm.hi(), xm.lo(), xm.xip() to xm_all, xm_app;

grant execute on function xm.moment_time(), xm.moment_lock(), xm.record_moment(timestamptz, boolean) to xm_all;

create or replace function xm.stage_trail(entity text, tbl text, stage text, keys uuid[])
  returns table (id uuid, root bigint, place integer, nth bigint, stamp bigint, prior bigint, step text, from_state text, to_state text, "on" date, reason text,
    actor text, origin text, at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog as $body$
begin
  return query execute format($query$
with recursive versions as (
  select t.id, t.xm_from, null::bigint as xm_to, t.%2$I as stage from app.%1$I t where t.id = any ($1)
  union all
  select h.id, h.xm_from, h.xm_to, h.%2$I from xmh.%1$I h where h.id = any ($1) and h.xm_from <> h.xm_to
), linked as (
  select v.id, v.xm_from as stamp, p.xm_from as prior, v.stage is distinct from p.stage as moved, bool_or(p.xm_from > v.xm_from) over (partition by v.id) as crossed
  from versions v left join versions p on p.id = v.id and p.xm_to = v.xm_from
), crossed as (
  select l.id, l.stamp, l.prior, l.moved, l.stamp as root, 0 as place from linked l where l.prior is null and l.crossed
  union all
  select l.id, l.stamp, l.prior, l.moved, c.root, c.place + 1 from crossed c join linked l on l.id = c.id and l.prior = c.stamp
), trail as (
  select l.id, l.stamp, l.prior, l.moved, l.stamp as root, 0 as place from linked l where l.crossed is not true
  union all
  select c.id, c.stamp, c.prior, c.moved, c.root, c.place from crossed c
)
select t.id, t.root, t.place, s.id, t.stamp, t.prior, s.step, s.from_state, s.to_state, s."on", s.reason,
  nullif(coalesce(s.actor, c.actor), ''), nullif(c.origin, ''), coalesce(s.at, xm.change_time(c.at))
from trail t
left join xm.step s on s.entity = $2 and s.key = t.id and s.stamp = t.stamp
left join lateral (
  select f.actor, f.origin, f.at from xm.change f where f.stamp = t.stamp and f.tbl = $3 order by f.position desc limit 1) c on true
where (t.moved or s.id is not null) and ($4::bigint is null or (t.stamp < $4 and t.stamp <> all ($5)))
$query$, tbl, stage)
  using keys, entity, (select n.id from xm.tbl n where n.name = tbl), nullif(current_setting('xm.hi', true), '')::bigint,
    nullif(current_setting('xm.xip', true), '')::bigint[];
end
$body$;

create or replace function xm.change_time(at timestamptz) returns timestamptz language sql stable security definer set search_path = pg_catalog
return coalesce(
  (select d.clock + greatest(change_time.at - d.loaded_at, interval '0') from xm.dataset d where d.clock is not null and change_time.at is not null
   order by d.clock desc, d.name desc limit 1),
  change_time.at);

revoke all on function xm.stage_trail(text, text, text, uuid[]), xm.change_time(timestamptz) from public;

grant execute on function xm.stage_trail(text, text, text, uuid[]) to xm_all, xm_app;

create or replace function xm.change_marks(tables text[], stamps bigint[])
  returns table (stamp bigint, actor text, origin text, at timestamptz) language sql stable security definer set search_path = pg_catalog as $body$
select distinct on (c.stamp) c.stamp, nullif(c.actor, ''), nullif(c.origin, ''), xm.change_time(c.at)
from xm.change c join xm.tbl n on n.id = c.tbl
where c.stamp = any (stamps) and n.name = any (tables)
order by c.stamp, c.position desc
$body$;

revoke all on function xm.change_marks(text[], bigint[]) from public;

grant execute on function xm.change_marks(text[], bigint[]) to xm_all, xm_app;

grant execute on function xm.check_capture(boolean) to xm_all;

create or replace function xm.enqueue_job(job text, payload json, attempts integer, key text, due timestamptz) returns bigint language plpgsql security definer set search_path = pg_catalog as $body$
declare
  xm_id bigint;
  xm_due timestamptz;
begin
  select j.id, j.run_at into xm_id, xm_due from xmq.add_job(
    identifier => enqueue_job.job, payload => enqueue_job.payload, run_at => enqueue_job.due, max_attempts => enqueue_job.attempts, job_key => enqueue_job.key) j;
  -- a job that still waits under the same key was replaced by this one
  insert into xm.job_run as r (id, job, state, attempts, due_at) values (xm_id, enqueue_job.job, 'QUEUED', enqueue_job.attempts, xm_due)
  on conflict on constraint job_run_pkey do update set
    state = 'QUEUED', attempt = 0, attempts = excluded.attempts, queued_at = excluded.queued_at, due_at = excluded.due_at,
    started_at = null, ended_at = null, error = null, pool = null;
  return xm_id;
end
$body$;

revoke all on function xm.enqueue_job(text, json, integer, text, timestamptz) from public;

grant execute on function xm.enqueue_job(text, json, integer, text, timestamptz) to xm_all, xm_app;

grant select, insert, update, delete on xm.job_run, xm.job_node to xm_all;

create or replace function xm.units_below(codes text[]) returns uuid[] language plpgsql stable security definer as $units$
begin
  return array(
    with recursive below(id) as (
      select u.id from app.unit u where u.code operator(pg_catalog.=) any (codes)
      union
      select u.id from app.unit u join below b on u.parent_id operator(pg_catalog.=) b.id
    )
    select below.id from below);
end
$units$;

create or replace function xm.tree_stamp() returns bigint language plpgsql stable security definer as $units$
begin
  return greatest((select pg_catalog.max(u.xm_from) from app.unit u), (select pg_catalog.max(h.xm_to) from xmh.unit h), 0);
end
$units$;

-- 单位 Unit (organization)

create table app.unit (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  code text collate "C" not null,
  name text collate "C" not null,
  short_name text collate "C",
  aliases text[] collate "C" not null default '{}',
  kind text collate "C" not null,
  parent_id uuid,
  "position" integer not null default 0
);

create unique index unit_code_unique on app.unit (code);

alter table app.unit add constraint unit_kind_check check (kind = ANY (ARRAY['COUNTY'::text, 'DEPARTMENT'::text, 'TOWNSHIP'::text, 'DEVELOPMENT_ZONE'::text, 'LIAISON_OFFICE'::text, 'HEADQUARTERS'::text]));

create index unit_parent_id_index on app.unit (parent_id);

alter table app.unit add column xm_from bigint not null default xm.stamp();

create table xmh.unit (
  id uuid,
  code text collate "C",
  name text collate "C",
  short_name text collate "C",
  aliases text[] collate "C",
  kind text collate "C",
  parent_id uuid,
  "position" integer,
  xm_from bigint not null,
  xm_to bigint not null
);

create index unit_key on xmh.unit (id, xm_from);

create index unit_end on xmh.unit (xm_to, xm_from);

create or replace function xm.unit_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 1, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[parent_id]::pg_catalog.uuid[] as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.unit_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 1, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[parent_id]::pg_catalog.uuid[] as xm$refs from n union all select id, array[parent_id]::pg_catalog.uuid[] as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.unit (id, code, name, short_name, aliases, kind, parent_id, "position", xm_from, xm_to)
  select id, code, name, short_name, aliases, kind, parent_id, "position", xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.unit_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 1, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[parent_id]::pg_catalog.uuid[] as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.unit (id, code, name, short_name, aliases, kind, parent_id, "position", xm_from, xm_to)
  select id, code, name, short_name, aliases, kind, parent_id, "position", xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.unit referencing new table as n for each statement execute function xm.unit_inserted();

alter table app.unit enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.unit referencing old table as o new table as n for each statement execute function xm.unit_updated();

alter table app.unit enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.unit referencing old table as o for each statement execute function xm.unit_deleted();

alter table app.unit enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.unit for each row execute function xm.stamped();

alter table app.unit enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.unit for each statement execute function xm.refuse_truncate();

alter table app.unit enable always trigger xm_truncated;

alter table app.unit enable row level security;

create policy xm_all on app.unit for all to xm_all using (true) with check (true);

alter table xmh.unit enable row level security;

create policy xm_all on xmh.unit for all to xm_all using (true) with check (true);

grant select, delete on app.unit to xm_all, xm_app;

grant insert (id, code, name, short_name, aliases, kind, parent_id, "position") on app.unit to xm_all, xm_app;

grant update (code, name, short_name, aliases, kind, parent_id, "position") on app.unit to xm_all, xm_app;

grant select on xmh.unit to xm_all, xm_app;

create function past.unit_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.unit t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.unit with (security_invoker = true) as
select xm_from, id, code, name, short_name, aliases, kind, parent_id, "position"
from app.unit where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, code, name, short_name, aliases, kind, parent_id, "position"
from xmh.unit h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.unit_exists(id) or exists (select from app.unit c where c.id = h.id));

grant select on past.unit to xm_all, xm_app;

create or replace function xm.unit_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.unit referencing old table as o for each statement execute function xm.unit_ended();

alter table app.unit enable always trigger xm_subject_ended;

create policy xm_read on app.unit for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

create policy xm_insert on app.unit for insert to xm_app with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_update on app.unit for update to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on') with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_delete on app.unit for delete to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_read on xmh.unit for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

-- 干部 Official (organization)

create table app.official (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  code text collate "C" not null,
  name text collate "C" not null,
  title text collate "C",
  rank text collate "C" not null default 'OTHER',
  unit_id uuid not null
);

create unique index official_code_unique on app.official (code);

alter table app.official add constraint official_rank_check check (rank = ANY (ARRAY['COUNTY_LEVEL'::text, 'OTHER'::text]));

create index official_unit_id_index on app.official (unit_id);

alter table app.official add column xm_from bigint not null default xm.stamp();

create table xmh.official (
  id uuid,
  code text collate "C",
  name text collate "C",
  title text collate "C",
  rank text collate "C",
  unit_id uuid,
  xm_from bigint not null,
  xm_to bigint not null
);

create index official_key on xmh.official (id, xm_from);

create index official_end on xmh.official (xm_to, xm_from);

create or replace function xm.official_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 2, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[unit_id]::pg_catalog.uuid[] as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.official_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 2, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[unit_id]::pg_catalog.uuid[] as xm$refs from n union all select id, array[unit_id]::pg_catalog.uuid[] as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.official (id, code, name, title, rank, unit_id, xm_from, xm_to)
  select id, code, name, title, rank, unit_id, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.official_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 2, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[unit_id]::pg_catalog.uuid[] as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.official (id, code, name, title, rank, unit_id, xm_from, xm_to)
  select id, code, name, title, rank, unit_id, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.official referencing new table as n for each statement execute function xm.official_inserted();

alter table app.official enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.official referencing old table as o new table as n for each statement execute function xm.official_updated();

alter table app.official enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.official referencing old table as o for each statement execute function xm.official_deleted();

alter table app.official enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.official for each row execute function xm.stamped();

alter table app.official enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.official for each statement execute function xm.refuse_truncate();

alter table app.official enable always trigger xm_truncated;

alter table app.official enable row level security;

create policy xm_all on app.official for all to xm_all using (true) with check (true);

alter table xmh.official enable row level security;

create policy xm_all on xmh.official for all to xm_all using (true) with check (true);

grant select, delete on app.official to xm_all, xm_app;

grant insert (id, code, name, title, rank, unit_id) on app.official to xm_all, xm_app;

grant update (code, name, title, rank, unit_id) on app.official to xm_all, xm_app;

grant select on xmh.official to xm_all, xm_app;

create function past.official_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.official t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.official with (security_invoker = true) as
select xm_from, id, code, name, title, rank, unit_id
from app.official where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, code, name, title, rank, unit_id
from xmh.official h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.official_exists(id) or exists (select from app.official c where c.id = h.id));

grant select on past.official to xm_all, xm_app;

create or replace function xm.official_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.official referencing old table as o for each statement execute function xm.official_ended();

alter table app.official enable always trigger xm_subject_ended;

create policy xm_read on app.official for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

create policy xm_insert on app.official for insert to xm_app with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_update on app.official for update to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on') with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_delete on app.official for delete to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_read on xmh.official for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

-- 企业 Enterprise (organization)

create table app.enterprise (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  name text collate "C" not null,
  credit_code text collate "C",
  short_names text[] collate "C" not null default '{}',
  top500 boolean not null default false,
  listed boolean not null default false
);

create unique index enterprise_name_unique on app.enterprise (name);

create unique index enterprise_credit_code_unique on app.enterprise (credit_code);

alter table app.enterprise add column xm_from bigint not null default xm.stamp();

create table xmh.enterprise (
  id uuid,
  name text collate "C",
  credit_code text collate "C",
  short_names text[] collate "C",
  top500 boolean,
  listed boolean,
  xm_from bigint not null,
  xm_to bigint not null
);

create index enterprise_key on xmh.enterprise (id, xm_from);

create index enterprise_end on xmh.enterprise (xm_to, xm_from);

create or replace function xm.enterprise_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 3, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.enterprise_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 3, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from n union all select id, null as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.enterprise (id, name, credit_code, short_names, top500, listed, xm_from, xm_to)
  select id, name, credit_code, short_names, top500, listed, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.enterprise_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 3, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.enterprise (id, name, credit_code, short_names, top500, listed, xm_from, xm_to)
  select id, name, credit_code, short_names, top500, listed, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.enterprise referencing new table as n for each statement execute function xm.enterprise_inserted();

alter table app.enterprise enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.enterprise referencing old table as o new table as n for each statement execute function xm.enterprise_updated();

alter table app.enterprise enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.enterprise referencing old table as o for each statement execute function xm.enterprise_deleted();

alter table app.enterprise enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.enterprise for each row execute function xm.stamped();

alter table app.enterprise enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.enterprise for each statement execute function xm.refuse_truncate();

alter table app.enterprise enable always trigger xm_truncated;

alter table app.enterprise enable row level security;

create policy xm_all on app.enterprise for all to xm_all using (true) with check (true);

alter table xmh.enterprise enable row level security;

create policy xm_all on xmh.enterprise for all to xm_all using (true) with check (true);

grant select, delete on app.enterprise to xm_all, xm_app;

grant insert (id, name, credit_code, short_names, top500, listed) on app.enterprise to xm_all, xm_app;

grant update (name, credit_code, short_names, top500, listed) on app.enterprise to xm_all, xm_app;

grant select on xmh.enterprise to xm_all, xm_app;

create function past.enterprise_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.enterprise t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.enterprise with (security_invoker = true) as
select xm_from, id, name, credit_code, short_names, top500, listed
from app.enterprise where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, name, credit_code, short_names, top500, listed
from xmh.enterprise h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.enterprise_exists(id) or exists (select from app.enterprise c where c.id = h.id));

grant select on past.enterprise to xm_all, xm_app;

create or replace function xm.enterprise_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.enterprise referencing old table as o for each statement execute function xm.enterprise_ended();

alter table app.enterprise enable always trigger xm_subject_ended;

create policy xm_read on app.enterprise for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

create policy xm_insert on app.enterprise for insert to xm_app with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_update on app.enterprise for update to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on') with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_delete on app.enterprise for delete to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_read on xmh.enterprise for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

-- 字典 Dictionary (organization)

create table app.dictionary (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  code text collate "C" not null,
  zh text collate "C" not null,
  en text collate "C" not null
);

create unique index dictionary_code_unique on app.dictionary (code);

alter table app.dictionary add column xm_from bigint not null default xm.stamp();

create table xmh.dictionary (
  id uuid,
  code text collate "C",
  zh text collate "C",
  en text collate "C",
  xm_from bigint not null,
  xm_to bigint not null
);

create index dictionary_key on xmh.dictionary (id, xm_from);

create index dictionary_end on xmh.dictionary (xm_to, xm_from);

create or replace function xm.dictionary_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 4, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.dictionary_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 4, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from n union all select id, null as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.dictionary (id, code, zh, en, xm_from, xm_to)
  select id, code, zh, en, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.dictionary_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 4, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.dictionary (id, code, zh, en, xm_from, xm_to)
  select id, code, zh, en, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.dictionary referencing new table as n for each statement execute function xm.dictionary_inserted();

alter table app.dictionary enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.dictionary referencing old table as o new table as n for each statement execute function xm.dictionary_updated();

alter table app.dictionary enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.dictionary referencing old table as o for each statement execute function xm.dictionary_deleted();

alter table app.dictionary enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.dictionary for each row execute function xm.stamped();

alter table app.dictionary enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.dictionary for each statement execute function xm.refuse_truncate();

alter table app.dictionary enable always trigger xm_truncated;

alter table app.dictionary enable row level security;

create policy xm_all on app.dictionary for all to xm_all using (true) with check (true);

alter table xmh.dictionary enable row level security;

create policy xm_all on xmh.dictionary for all to xm_all using (true) with check (true);

grant select, delete on app.dictionary to xm_all, xm_app;

grant insert (id, code, zh, en) on app.dictionary to xm_all, xm_app;

grant update (code, zh, en) on app.dictionary to xm_all, xm_app;

grant select on xmh.dictionary to xm_all, xm_app;

create function past.dictionary_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.dictionary t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.dictionary with (security_invoker = true) as
select xm_from, id, code, zh, en
from app.dictionary where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, code, zh, en
from xmh.dictionary h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.dictionary_exists(id) or exists (select from app.dictionary c where c.id = h.id));

grant select on past.dictionary to xm_all, xm_app;

create or replace function xm.dictionary_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.dictionary referencing old table as o for each statement execute function xm.dictionary_ended();

alter table app.dictionary enable always trigger xm_subject_ended;

create policy xm_read on app.dictionary for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

create policy xm_insert on app.dictionary for insert to xm_app with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_update on app.dictionary for update to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on') with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_delete on app.dictionary for delete to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_read on xmh.dictionary for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

-- 字典项 Dictionary entry (organization)

create table app.dictionary_entry (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  dictionary_id uuid not null,
  code text collate "C" not null,
  zh text collate "C" not null,
  en text collate "C" not null,
  "position" integer not null default 0,
  retired_on date
);

create unique index dictionary_entry_dictionary_id_code_unique on app.dictionary_entry (dictionary_id, code);

alter table app.dictionary_entry add column xm_from bigint not null default xm.stamp();

create table xmh.dictionary_entry (
  id uuid,
  dictionary_id uuid,
  code text collate "C",
  zh text collate "C",
  en text collate "C",
  "position" integer,
  retired_on date,
  xm_from bigint not null,
  xm_to bigint not null
);

create index dictionary_entry_key on xmh.dictionary_entry (id, xm_from);

create index dictionary_entry_end on xmh.dictionary_entry (xm_to, xm_from);

create or replace function xm.dictionary_entry_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 5, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[dictionary_id]::pg_catalog.uuid[] as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.dictionary_entry_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 5, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[dictionary_id]::pg_catalog.uuid[] as xm$refs from n union all select id, array[dictionary_id]::pg_catalog.uuid[] as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.dictionary_entry (id, dictionary_id, code, zh, en, "position", retired_on, xm_from, xm_to)
  select id, dictionary_id, code, zh, en, "position", retired_on, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.dictionary_entry_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 5, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[dictionary_id]::pg_catalog.uuid[] as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.dictionary_entry (id, dictionary_id, code, zh, en, "position", retired_on, xm_from, xm_to)
  select id, dictionary_id, code, zh, en, "position", retired_on, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.dictionary_entry referencing new table as n for each statement execute function xm.dictionary_entry_inserted();

alter table app.dictionary_entry enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.dictionary_entry referencing old table as o new table as n for each statement execute function xm.dictionary_entry_updated();

alter table app.dictionary_entry enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.dictionary_entry referencing old table as o for each statement execute function xm.dictionary_entry_deleted();

alter table app.dictionary_entry enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.dictionary_entry for each row execute function xm.stamped();

alter table app.dictionary_entry enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.dictionary_entry for each statement execute function xm.refuse_truncate();

alter table app.dictionary_entry enable always trigger xm_truncated;

alter table app.dictionary_entry enable row level security;

create policy xm_all on app.dictionary_entry for all to xm_all using (true) with check (true);

alter table xmh.dictionary_entry enable row level security;

create policy xm_all on xmh.dictionary_entry for all to xm_all using (true) with check (true);

grant select, delete on app.dictionary_entry to xm_all, xm_app;

grant insert (id, dictionary_id, code, zh, en, "position", retired_on) on app.dictionary_entry to xm_all, xm_app;

grant update (dictionary_id, code, zh, en, "position", retired_on) on app.dictionary_entry to xm_all, xm_app;

grant select on xmh.dictionary_entry to xm_all, xm_app;

create function past.dictionary_entry_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.dictionary_entry t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.dictionary_entry with (security_invoker = true) as
select xm_from, id, dictionary_id, code, zh, en, "position", retired_on
from app.dictionary_entry where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, dictionary_id, code, zh, en, "position", retired_on
from xmh.dictionary_entry h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.dictionary_entry_exists(id) or exists (select from app.dictionary_entry c where c.id = h.id));

grant select on past.dictionary_entry to xm_all, xm_app;

create or replace function xm.dictionary_entry_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.dictionary_entry referencing old table as o for each statement execute function xm.dictionary_entry_ended();

alter table app.dictionary_entry enable always trigger xm_subject_ended;

create policy xm_read on app.dictionary_entry for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

create policy xm_insert on app.dictionary_entry for insert to xm_app with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_update on app.dictionary_entry for update to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on') with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_delete on app.dictionary_entry for delete to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_read on xmh.dictionary_entry for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

-- 日历日 Calendar day (organization)

create table app.calendar_day (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  date date not null,
  kind text collate "C" not null,
  zh text collate "C" not null,
  en text collate "C" not null
);

create unique index calendar_day_date_unique on app.calendar_day (date);

alter table app.calendar_day add constraint calendar_day_kind_check check (kind = ANY (ARRAY['HOLIDAY'::text, 'MAKE_UP'::text, 'MORNING_ONLY'::text, 'AFTERNOON_ONLY'::text]));

alter table app.calendar_day add column xm_from bigint not null default xm.stamp();

create table xmh.calendar_day (
  id uuid,
  date date,
  kind text collate "C",
  zh text collate "C",
  en text collate "C",
  xm_from bigint not null,
  xm_to bigint not null
);

create index calendar_day_key on xmh.calendar_day (id, xm_from);

create index calendar_day_end on xmh.calendar_day (xm_to, xm_from);

create or replace function xm.calendar_day_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 6, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.calendar_day_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 6, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from n union all select id, null as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.calendar_day (id, date, kind, zh, en, xm_from, xm_to)
  select id, date, kind, zh, en, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.calendar_day_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 6, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.calendar_day (id, date, kind, zh, en, xm_from, xm_to)
  select id, date, kind, zh, en, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.calendar_day referencing new table as n for each statement execute function xm.calendar_day_inserted();

alter table app.calendar_day enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.calendar_day referencing old table as o new table as n for each statement execute function xm.calendar_day_updated();

alter table app.calendar_day enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.calendar_day referencing old table as o for each statement execute function xm.calendar_day_deleted();

alter table app.calendar_day enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.calendar_day for each row execute function xm.stamped();

alter table app.calendar_day enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.calendar_day for each statement execute function xm.refuse_truncate();

alter table app.calendar_day enable always trigger xm_truncated;

alter table app.calendar_day enable row level security;

create policy xm_all on app.calendar_day for all to xm_all using (true) with check (true);

alter table xmh.calendar_day enable row level security;

create policy xm_all on xmh.calendar_day for all to xm_all using (true) with check (true);

grant select, delete on app.calendar_day to xm_all, xm_app;

grant insert (id, date, kind, zh, en) on app.calendar_day to xm_all, xm_app;

grant update (date, kind, zh, en) on app.calendar_day to xm_all, xm_app;

grant select on xmh.calendar_day to xm_all, xm_app;

create function past.calendar_day_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.calendar_day t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.calendar_day with (security_invoker = true) as
select xm_from, id, date, kind, zh, en
from app.calendar_day where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, date, kind, zh, en
from xmh.calendar_day h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.calendar_day_exists(id) or exists (select from app.calendar_day c where c.id = h.id));

grant select on past.calendar_day to xm_all, xm_app;

create or replace function xm.calendar_day_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.calendar_day referencing old table as o for each statement execute function xm.calendar_day_ended();

alter table app.calendar_day enable always trigger xm_subject_ended;

create policy xm_read on app.calendar_day for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

create policy xm_insert on app.calendar_day for insert to xm_app with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_update on app.calendar_day for update to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on') with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_delete on app.calendar_day for delete to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_read on xmh.calendar_day for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

-- 作息时间 Office schedule (organization)

create table app.office_schedule (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  valid_from date not null,
  name text collate "C" not null,
  morning_opens text collate "C" not null,
  morning_closes text collate "C" not null,
  afternoon_opens text collate "C" not null,
  afternoon_closes text collate "C" not null
);

create unique index office_schedule_valid_from_unique on app.office_schedule (valid_from);

alter table app.office_schedule add column xm_from bigint not null default xm.stamp();

create table xmh.office_schedule (
  id uuid,
  valid_from date,
  name text collate "C",
  morning_opens text collate "C",
  morning_closes text collate "C",
  afternoon_opens text collate "C",
  afternoon_closes text collate "C",
  xm_from bigint not null,
  xm_to bigint not null
);

create index office_schedule_key on xmh.office_schedule (id, xm_from);

create index office_schedule_end on xmh.office_schedule (xm_to, xm_from);

create or replace function xm.office_schedule_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 7, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.office_schedule_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 7, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from n union all select id, null as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.office_schedule (id, valid_from, name, morning_opens, morning_closes, afternoon_opens, afternoon_closes, xm_from, xm_to)
  select id, valid_from, name, morning_opens, morning_closes, afternoon_opens, afternoon_closes, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.office_schedule_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 7, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.office_schedule (id, valid_from, name, morning_opens, morning_closes, afternoon_opens, afternoon_closes, xm_from, xm_to)
  select id, valid_from, name, morning_opens, morning_closes, afternoon_opens, afternoon_closes, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.office_schedule referencing new table as n for each statement execute function xm.office_schedule_inserted();

alter table app.office_schedule enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.office_schedule referencing old table as o new table as n for each statement execute function xm.office_schedule_updated();

alter table app.office_schedule enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.office_schedule referencing old table as o for each statement execute function xm.office_schedule_deleted();

alter table app.office_schedule enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.office_schedule for each row execute function xm.stamped();

alter table app.office_schedule enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.office_schedule for each statement execute function xm.refuse_truncate();

alter table app.office_schedule enable always trigger xm_truncated;

alter table app.office_schedule enable row level security;

create policy xm_all on app.office_schedule for all to xm_all using (true) with check (true);

alter table xmh.office_schedule enable row level security;

create policy xm_all on xmh.office_schedule for all to xm_all using (true) with check (true);

grant select, delete on app.office_schedule to xm_all, xm_app;

grant insert (id, valid_from, name, morning_opens, morning_closes, afternoon_opens, afternoon_closes) on app.office_schedule to xm_all, xm_app;

grant update (valid_from, name, morning_opens, morning_closes, afternoon_opens, afternoon_closes) on app.office_schedule to xm_all, xm_app;

grant select on xmh.office_schedule to xm_all, xm_app;

create function past.office_schedule_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.office_schedule t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.office_schedule with (security_invoker = true) as
select xm_from, id, valid_from, name, morning_opens, morning_closes, afternoon_opens, afternoon_closes
from app.office_schedule where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, valid_from, name, morning_opens, morning_closes, afternoon_opens, afternoon_closes
from xmh.office_schedule h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.office_schedule_exists(id) or exists (select from app.office_schedule c where c.id = h.id));

grant select on past.office_schedule to xm_all, xm_app;

create or replace function xm.office_schedule_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.office_schedule referencing old table as o for each statement execute function xm.office_schedule_ended();

alter table app.office_schedule enable always trigger xm_subject_ended;

create policy xm_read on app.office_schedule for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

create policy xm_insert on app.office_schedule for insert to xm_app with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_update on app.office_schedule for update to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on') with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_delete on app.office_schedule for delete to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_read on xmh.office_schedule for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

-- 重点项目 Key project (projects)

create table app.project (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  code text collate "C" not null,
  name text collate "C" not null,
  nature text collate "C" not null,
  level text collate "C" not null default 'COUNTY',
  field_id uuid not null,
  stage text collate "C" not null default 'CONCEIVED',
  enterprise_id uuid,
  township_id uuid not null,
  responsible_unit_id uuid not null,
  leader_id uuid,
  parent_id uuid,
  batch integer,
  start_deadline date,
  planned_start date,
  actual_start date,
  planned_completion date,
  total_investment bigint,
  content text collate "C",
  build_years text collate "C"
);

create unique index project_code_unique on app.project (code);

alter table app.project add constraint project_nature_check check (nature = ANY (ARRAY['NEW_START'::text, 'CONTINUING'::text, 'PLANNED'::text]));

alter table app.project add constraint project_level_check check (level = ANY (ARRAY['NATIONAL'::text, 'PROVINCIAL'::text, 'CITY'::text, 'COUNTY'::text]));

create index project_field_id_index on app.project (field_id);

alter table app.project add constraint project_stage_check check (stage = ANY (ARRAY['CONCEIVED'::text, 'RESERVED'::text, 'PREPARATORY'::text, 'STARTED'::text, 'UNDER_CONSTRUCTION'::text, 'COMPLETED'::text, 'IN_PRODUCTION'::text, 'SUSPENDED'::text, 'WITHDRAWN'::text]));

create index project_enterprise_id_index on app.project (enterprise_id);

create index project_township_id_index on app.project (township_id);

create index project_responsible_unit_id_index on app.project (responsible_unit_id);

create index project_leader_id_index on app.project (leader_id);

create index project_parent_id_index on app.project (parent_id);

alter table app.project add column xm_from bigint not null default xm.stamp();

create table xmh.project (
  id uuid,
  code text collate "C",
  name text collate "C",
  nature text collate "C",
  level text collate "C",
  field_id uuid,
  stage text collate "C",
  enterprise_id uuid,
  township_id uuid,
  responsible_unit_id uuid,
  leader_id uuid,
  parent_id uuid,
  batch integer,
  start_deadline date,
  planned_start date,
  actual_start date,
  planned_completion date,
  total_investment bigint,
  content text collate "C",
  build_years text collate "C",
  xm_from bigint not null,
  xm_to bigint not null
);

create index project_key on xmh.project (id, xm_from);

create index project_end on xmh.project (xm_to, xm_from);

create or replace function xm.project_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 8, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[enterprise_id, field_id, leader_id, parent_id, responsible_unit_id, township_id]::pg_catalog.uuid[] as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.project_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 8, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[enterprise_id, field_id, leader_id, parent_id, responsible_unit_id, township_id]::pg_catalog.uuid[] as xm$refs from n union all select id, array[enterprise_id, field_id, leader_id, parent_id, responsible_unit_id, township_id]::pg_catalog.uuid[] as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.project (id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years, xm_from, xm_to)
  select id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.project_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 8, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[enterprise_id, field_id, leader_id, parent_id, responsible_unit_id, township_id]::pg_catalog.uuid[] as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.project (id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years, xm_from, xm_to)
  select id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.project referencing new table as n for each statement execute function xm.project_inserted();

alter table app.project enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.project referencing old table as o new table as n for each statement execute function xm.project_updated();

alter table app.project enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.project referencing old table as o for each statement execute function xm.project_deleted();

alter table app.project enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.project for each row execute function xm.stamped();

alter table app.project enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.project for each statement execute function xm.refuse_truncate();

alter table app.project enable always trigger xm_truncated;

alter table app.project enable row level security;

create policy xm_all on app.project for all to xm_all using (true) with check (true);

alter table xmh.project enable row level security;

create policy xm_all on xmh.project for all to xm_all using (true) with check (true);

grant select, delete on app.project to xm_all, xm_app;

grant insert (id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years) on app.project to xm_all, xm_app;

grant update (code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years) on app.project to xm_all, xm_app;

grant select on xmh.project to xm_all, xm_app;

create function past.project_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.project t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.project with (security_invoker = true) as
select xm_from, id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years
from app.project where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years
from xmh.project h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.project_exists(id) or exists (select from app.project c where c.id = h.id));

grant select on past.project to xm_all, xm_app;

create or replace trigger xm_scoped_lock before update on app.project for each row when (old.responsible_unit_id is distinct from new.responsible_unit_id or old.township_id is distinct from new.township_id) execute function xm.lock_lender();

alter table app.project enable always trigger xm_scoped_lock;

create or replace function xm.project_lent() returns trigger language plpgsql security definer as $scope$
begin
  update app.comment t set xm_scopes_1 = t.xm_scopes_1 where t.subject_id operator(pg_catalog.=) new.id;
  update app.alert t set xm_scopes_1 = t.xm_scopes_1 where t.subject_id operator(pg_catalog.=) new.id;
  return null;
end
$scope$;

create or replace trigger xm_scoped_lend after update on app.project for each row when (old.responsible_unit_id is distinct from new.responsible_unit_id or old.township_id is distinct from new.township_id) execute function xm.project_lent();

alter table app.project enable always trigger xm_scoped_lend;

create or replace function xm.project_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  delete from app.alert t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.project referencing old table as o for each statement execute function xm.project_ended();

alter table app.project enable always trigger xm_subject_ended;

create or replace function xm.project_referenced() returns trigger language plpgsql as $scope$
begin
  if new.parent_id is not null and (tg_op = 'INSERT' or new.parent_id is distinct from old.parent_id)
    and not exists (select from app.project p where p.id operator(pg_catalog.=) new.parent_id) then
    raise exception using
      errcode = 'foreign_key_violation', schema = 'app', table = 'project', constraint = 'project_parent_id_foreign',
      message = 'insert or update on table "project" violates foreign key constraint "project_parent_id_foreign"',
      detail = 'Key is not present in table "project".';
  end if;
  return null;
end
$scope$;

create or replace trigger xm_referenced after insert or update of parent_id on app.project for each row when (pg_catalog.current_setting('xm.units', true) <> '') execute function xm.project_referenced();

alter table app.project enable always trigger xm_referenced;

create policy xm_read on app.project for select to xm_app using (responsible_unit_id = any ((select nullif(pg_catalog.current_setting('xm.units', true), '')::uuid[])::uuid[]) or township_id = any ((select nullif(pg_catalog.current_setting('xm.units', true), '')::uuid[])::uuid[]));

create policy xm_insert on app.project for insert to xm_app with check (responsible_unit_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[]) or township_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[]));

create policy xm_update on app.project for update to xm_app using (responsible_unit_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[]) or township_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[])) with check (responsible_unit_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[]) or township_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[]));

create policy xm_delete on app.project for delete to xm_app using (responsible_unit_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[]) or township_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[]));

create policy xm_read on xmh.project for select to xm_app using (responsible_unit_id = any ((select nullif(pg_catalog.current_setting('xm.units', true), '')::uuid[])::uuid[]) or township_id = any ((select nullif(pg_catalog.current_setting('xm.units', true), '')::uuid[])::uuid[]));

-- 县级指标 County figure (county-figures)

create table app.county_figure (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  code text collate "C" not null,
  name text collate "C" not null,
  "position" integer not null default 0
);

create unique index county_figure_code_unique on app.county_figure (code);

alter table app.county_figure add column xm_from bigint not null default xm.stamp();

create table xmh.county_figure (
  id uuid,
  code text collate "C",
  name text collate "C",
  "position" integer,
  xm_from bigint not null,
  xm_to bigint not null
);

create index county_figure_key on xmh.county_figure (id, xm_from);

create index county_figure_end on xmh.county_figure (xm_to, xm_from);

create or replace function xm.county_figure_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 9, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.county_figure_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 9, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from n union all select id, null as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.county_figure (id, code, name, "position", xm_from, xm_to)
  select id, code, name, "position", xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.county_figure_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 9, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, null,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, null as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.county_figure (id, code, name, "position", xm_from, xm_to)
  select id, code, name, "position", xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.county_figure referencing new table as n for each statement execute function xm.county_figure_inserted();

alter table app.county_figure enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.county_figure referencing old table as o new table as n for each statement execute function xm.county_figure_updated();

alter table app.county_figure enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.county_figure referencing old table as o for each statement execute function xm.county_figure_deleted();

alter table app.county_figure enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.county_figure for each row execute function xm.stamped();

alter table app.county_figure enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.county_figure for each statement execute function xm.refuse_truncate();

alter table app.county_figure enable always trigger xm_truncated;

alter table app.county_figure enable row level security;

create policy xm_all on app.county_figure for all to xm_all using (true) with check (true);

alter table xmh.county_figure enable row level security;

create policy xm_all on xmh.county_figure for all to xm_all using (true) with check (true);

grant select, delete on app.county_figure to xm_all, xm_app;

grant insert (id, code, name, "position") on app.county_figure to xm_all, xm_app;

grant update (code, name, "position") on app.county_figure to xm_all, xm_app;

grant select on xmh.county_figure to xm_all, xm_app;

create function past.county_figure_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.county_figure t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.county_figure with (security_invoker = true) as
select xm_from, id, code, name, "position"
from app.county_figure where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, code, name, "position"
from xmh.county_figure h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.county_figure_exists(id) or exists (select from app.county_figure c where c.id = h.id));

grant select on past.county_figure to xm_all, xm_app;

create or replace function xm.county_figure_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.county_figure referencing old table as o for each statement execute function xm.county_figure_ended();

alter table app.county_figure enable always trigger xm_subject_ended;

create policy xm_read on app.county_figure for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

create policy xm_insert on app.county_figure for insert to xm_app with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_update on app.county_figure for update to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on') with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_delete on app.county_figure for delete to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_read on xmh.county_figure for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

-- 县级指标月报 Report of a county figure (county-figures)

create table app.county_figure_report (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  figure_id uuid not null,
  month text collate "C" not null,
  cumulative bigint not null,
  source text collate "C" not null,
  published_on date
);

create unique index county_figure_report_figure_id_month_unique on app.county_figure_report (figure_id, month);

alter table app.county_figure_report add constraint county_figure_report_month_check check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text);

alter table app.county_figure_report add column xm_from bigint not null default xm.stamp();

create table xmh.county_figure_report (
  id uuid,
  figure_id uuid,
  month text collate "C",
  cumulative bigint,
  source text collate "C",
  published_on date,
  xm_from bigint not null,
  xm_to bigint not null
);

create index county_figure_report_key on xmh.county_figure_report (id, xm_from);

create index county_figure_report_end on xmh.county_figure_report (xm_to, xm_from);

create or replace function xm.county_figure_report_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 10, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[figure_id]::pg_catalog.uuid[] as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.county_figure_report_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 10, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[figure_id]::pg_catalog.uuid[] as xm$refs from n union all select id, array[figure_id]::pg_catalog.uuid[] as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.county_figure_report (id, figure_id, month, cumulative, source, published_on, xm_from, xm_to)
  select id, figure_id, month, cumulative, source, published_on, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.county_figure_report_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 10, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[figure_id]::pg_catalog.uuid[] as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.county_figure_report (id, figure_id, month, cumulative, source, published_on, xm_from, xm_to)
  select id, figure_id, month, cumulative, source, published_on, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.county_figure_report referencing new table as n for each statement execute function xm.county_figure_report_inserted();

alter table app.county_figure_report enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.county_figure_report referencing old table as o new table as n for each statement execute function xm.county_figure_report_updated();

alter table app.county_figure_report enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.county_figure_report referencing old table as o for each statement execute function xm.county_figure_report_deleted();

alter table app.county_figure_report enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.county_figure_report for each row execute function xm.stamped();

alter table app.county_figure_report enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.county_figure_report for each statement execute function xm.refuse_truncate();

alter table app.county_figure_report enable always trigger xm_truncated;

alter table app.county_figure_report enable row level security;

create policy xm_all on app.county_figure_report for all to xm_all using (true) with check (true);

alter table xmh.county_figure_report enable row level security;

create policy xm_all on xmh.county_figure_report for all to xm_all using (true) with check (true);

grant select, delete on app.county_figure_report to xm_all, xm_app;

grant insert (id, figure_id, month, cumulative, source, published_on) on app.county_figure_report to xm_all, xm_app;

grant update (figure_id, month, cumulative, source, published_on) on app.county_figure_report to xm_all, xm_app;

grant select on xmh.county_figure_report to xm_all, xm_app;

create function past.county_figure_report_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.county_figure_report t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.county_figure_report with (security_invoker = true) as
select xm_from, id, figure_id, month, cumulative, source, published_on
from app.county_figure_report where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, figure_id, month, cumulative, source, published_on
from xmh.county_figure_report h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.county_figure_report_exists(id) or exists (select from app.county_figure_report c where c.id = h.id));

grant select on past.county_figure_report to xm_all, xm_app;

create or replace function xm.county_figure_report_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.county_figure_report referencing old table as o for each statement execute function xm.county_figure_report_ended();

alter table app.county_figure_report enable always trigger xm_subject_ended;

create policy xm_read on app.county_figure_report for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

create policy xm_insert on app.county_figure_report for insert to xm_app with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_update on app.county_figure_report for update to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on') with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_delete on app.county_figure_report for delete to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_read on xmh.county_figure_report for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

-- 县级指标年度目标 Target of a county figure (county-figures)

create table app.county_figure_target (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  figure_id uuid not null,
  year integer not null,
  amount bigint not null,
  source text collate "C" not null
);

create unique index county_figure_target_figure_id_year_unique on app.county_figure_target (figure_id, year);

alter table app.county_figure_target add column xm_from bigint not null default xm.stamp();

create table xmh.county_figure_target (
  id uuid,
  figure_id uuid,
  year integer,
  amount bigint,
  source text collate "C",
  xm_from bigint not null,
  xm_to bigint not null
);

create index county_figure_target_key on xmh.county_figure_target (id, xm_from);

create index county_figure_target_end on xmh.county_figure_target (xm_to, xm_from);

create or replace function xm.county_figure_target_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 11, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[figure_id]::pg_catalog.uuid[] as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.county_figure_target_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 11, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[figure_id]::pg_catalog.uuid[] as xm$refs from n union all select id, array[figure_id]::pg_catalog.uuid[] as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.county_figure_target (id, figure_id, year, amount, source, xm_from, xm_to)
  select id, figure_id, year, amount, source, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.county_figure_target_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 11, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[figure_id]::pg_catalog.uuid[] as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.county_figure_target (id, figure_id, year, amount, source, xm_from, xm_to)
  select id, figure_id, year, amount, source, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.county_figure_target referencing new table as n for each statement execute function xm.county_figure_target_inserted();

alter table app.county_figure_target enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.county_figure_target referencing old table as o new table as n for each statement execute function xm.county_figure_target_updated();

alter table app.county_figure_target enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.county_figure_target referencing old table as o for each statement execute function xm.county_figure_target_deleted();

alter table app.county_figure_target enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.county_figure_target for each row execute function xm.stamped();

alter table app.county_figure_target enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.county_figure_target for each statement execute function xm.refuse_truncate();

alter table app.county_figure_target enable always trigger xm_truncated;

alter table app.county_figure_target enable row level security;

create policy xm_all on app.county_figure_target for all to xm_all using (true) with check (true);

alter table xmh.county_figure_target enable row level security;

create policy xm_all on xmh.county_figure_target for all to xm_all using (true) with check (true);

grant select, delete on app.county_figure_target to xm_all, xm_app;

grant insert (id, figure_id, year, amount, source) on app.county_figure_target to xm_all, xm_app;

grant update (figure_id, year, amount, source) on app.county_figure_target to xm_all, xm_app;

grant select on xmh.county_figure_target to xm_all, xm_app;

create function past.county_figure_target_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.county_figure_target t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.county_figure_target with (security_invoker = true) as
select xm_from, id, figure_id, year, amount, source
from app.county_figure_target where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, figure_id, year, amount, source
from xmh.county_figure_target h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.county_figure_target_exists(id) or exists (select from app.county_figure_target c where c.id = h.id));

grant select on past.county_figure_target to xm_all, xm_app;

create or replace function xm.county_figure_target_ended() returns trigger language plpgsql security definer as $scope$
begin
  delete from app.comment t using o where t.subject_id operator(pg_catalog.=) o.id;
  return null;
end
$scope$;

create or replace trigger xm_subject_ended after delete on app.county_figure_target referencing old table as o for each statement execute function xm.county_figure_target_ended();

alter table app.county_figure_target enable always trigger xm_subject_ended;

create policy xm_read on app.county_figure_target for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

create policy xm_insert on app.county_figure_target for insert to xm_app with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_update on app.county_figure_target for update to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on') with check ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_delete on app.county_figure_target for delete to xm_app using ((select pg_catalog.current_setting('xm.writes', true)) = 'on');

create policy xm_read on xmh.county_figure_target for select to xm_app using ((select pg_catalog.current_setting('xm.units', true)) <> '');

-- 批注 Comment (comments)

create table app.comment (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  subject_id uuid not null,
  subject_type text collate "C" not null,
  text text collate "C" not null,
  author_id uuid,
  written_at timestamp(3) with time zone not null,
  edited_at timestamp(3) with time zone
);

create index comment_subject_id_index on app.comment (subject_id);

create index comment_author_id_index on app.comment (author_id);

alter table app.comment add column xm_from bigint not null default xm.stamp();

alter table app.comment add column xm_scopes_1 uuid[];

create index comment_xm_scopes_1_index on app.comment using gin (xm_scopes_1);

create table xmh.comment (
  id uuid,
  subject_id uuid,
  subject_type text collate "C",
  text text collate "C",
  author_id uuid,
  written_at timestamp(3) with time zone,
  edited_at timestamp(3) with time zone,
  xm_scopes_1 uuid[],
  xm_from bigint not null,
  xm_to bigint not null
);

create index comment_key on xmh.comment (id, xm_from);

create index comment_end on xmh.comment (xm_to, xm_from);

create or replace function xm.comment_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 12, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, nullif(pg_catalog.array_to_string(pg_catalog.array_cat(array[author_id, subject_id]::pg_catalog.uuid[], xm_scopes_1), ','), '') as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.comment_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 12, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, nullif(pg_catalog.array_to_string(pg_catalog.array_cat(array[author_id, subject_id]::pg_catalog.uuid[], xm_scopes_1), ','), '') as xm$refs from n union all select id, nullif(pg_catalog.array_to_string(pg_catalog.array_cat(array[author_id, subject_id]::pg_catalog.uuid[], xm_scopes_1), ','), '') as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.comment (id, subject_id, subject_type, text, author_id, written_at, edited_at, xm_scopes_1, xm_from, xm_to)
  select id, subject_id, subject_type, text, author_id, written_at, edited_at, xm_scopes_1, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.comment_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 12, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, nullif(pg_catalog.array_to_string(pg_catalog.array_cat(array[author_id, subject_id]::pg_catalog.uuid[], xm_scopes_1), ','), '') as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.comment (id, subject_id, subject_type, text, author_id, written_at, edited_at, xm_scopes_1, xm_from, xm_to)
  select id, subject_id, subject_type, text, author_id, written_at, edited_at, xm_scopes_1, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.comment referencing new table as n for each statement execute function xm.comment_inserted();

alter table app.comment enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.comment referencing old table as o new table as n for each statement execute function xm.comment_updated();

alter table app.comment enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.comment referencing old table as o for each statement execute function xm.comment_deleted();

alter table app.comment enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.comment for each row execute function xm.stamped();

alter table app.comment enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.comment for each statement execute function xm.refuse_truncate();

alter table app.comment enable always trigger xm_truncated;

alter table app.comment enable row level security;

create policy xm_all on app.comment for all to xm_all using (true) with check (true);

alter table xmh.comment enable row level security;

create policy xm_all on xmh.comment for all to xm_all using (true) with check (true);

grant select, delete on app.comment to xm_all, xm_app;

grant insert (id, subject_id, subject_type, text, author_id, written_at, edited_at) on app.comment to xm_all, xm_app;

grant update (subject_id, subject_type, text, author_id, written_at, edited_at) on app.comment to xm_all, xm_app;

grant select on xmh.comment to xm_all, xm_app;

create function past.comment_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.comment t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.comment with (security_invoker = true) as
select xm_from, id, subject_id, subject_type, text, author_id, written_at, edited_at
from app.comment where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, subject_id, subject_type, text, author_id, written_at, edited_at
from xmh.comment h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.comment_exists(id) or exists (select from app.comment c where c.id = h.id));

grant select on past.comment to xm_all, xm_app;

create or replace function xm.comment_scoped() returns trigger language plpgsql security definer as $scope$
#variable_conflict use_column
declare
  xm$found boolean := false;
begin
  case new.subject_type
  when 'Unit' then
    select null::pg_catalog.uuid[] into new.xm_scopes_1
      from app.unit p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  when 'Official' then
    select null::pg_catalog.uuid[] into new.xm_scopes_1
      from app.official p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  when 'Enterprise' then
    select null::pg_catalog.uuid[] into new.xm_scopes_1
      from app.enterprise p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  when 'Dictionary' then
    select null::pg_catalog.uuid[] into new.xm_scopes_1
      from app.dictionary p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  when 'DictionaryEntry' then
    select null::pg_catalog.uuid[] into new.xm_scopes_1
      from app.dictionary_entry p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  when 'CalendarDay' then
    select null::pg_catalog.uuid[] into new.xm_scopes_1
      from app.calendar_day p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  when 'OfficeSchedule' then
    select null::pg_catalog.uuid[] into new.xm_scopes_1
      from app.office_schedule p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  when 'Project' then
    select array(select distinct u from pg_catalog.unnest(array[p.responsible_unit_id, p.township_id]::pg_catalog.uuid[]) u where u is not null order by u) into new.xm_scopes_1
      from app.project p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  when 'CountyFigure' then
    select null::pg_catalog.uuid[] into new.xm_scopes_1
      from app.county_figure p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  when 'CountyFigureReport' then
    select null::pg_catalog.uuid[] into new.xm_scopes_1
      from app.county_figure_report p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  when 'CountyFigureTarget' then
    select null::pg_catalog.uuid[] into new.xm_scopes_1
      from app.county_figure_target p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  else
    xm$found := false;
  end case;
  if not xm$found then
    if coalesce(pg_catalog.current_setting('xm.units', true), '') operator(pg_catalog.=) '' then
    raise exception using
      errcode = 'foreign_key_violation', schema = 'app', table = 'comment', constraint = 'comment_subject_id_foreign',
      message = 'insert or update on table "comment" violates foreign key constraint "comment_subject_id_foreign"',
      detail = 'Key is not present in several tables.';
    end if;
    new.xm_scopes_1 := '{}';
  end if;
  return new;
end
$scope$;

create or replace trigger xm_scoped before insert or update of subject_id, subject_type, xm_scopes_1 on app.comment for each row execute function xm.comment_scoped();

alter table app.comment enable always trigger xm_scoped;

create or replace function xm.comment_referenced() returns trigger language plpgsql as $scope$
begin
  if new.subject_id is not null and (tg_op = 'INSERT' or new.subject_id is distinct from old.subject_id)
    and not (case new.subject_type when 'Unit' then exists (select from app.unit p where p.id operator(pg_catalog.=) new.subject_id) when 'Official' then exists (select from app.official p where p.id operator(pg_catalog.=) new.subject_id) when 'Enterprise' then exists (select from app.enterprise p where p.id operator(pg_catalog.=) new.subject_id) when 'Dictionary' then exists (select from app.dictionary p where p.id operator(pg_catalog.=) new.subject_id) when 'DictionaryEntry' then exists (select from app.dictionary_entry p where p.id operator(pg_catalog.=) new.subject_id) when 'CalendarDay' then exists (select from app.calendar_day p where p.id operator(pg_catalog.=) new.subject_id) when 'OfficeSchedule' then exists (select from app.office_schedule p where p.id operator(pg_catalog.=) new.subject_id) when 'Project' then exists (select from app.project p where p.id operator(pg_catalog.=) new.subject_id) when 'CountyFigure' then exists (select from app.county_figure p where p.id operator(pg_catalog.=) new.subject_id) when 'CountyFigureReport' then exists (select from app.county_figure_report p where p.id operator(pg_catalog.=) new.subject_id) when 'CountyFigureTarget' then exists (select from app.county_figure_target p where p.id operator(pg_catalog.=) new.subject_id) else false end) then
    raise exception using
      errcode = 'foreign_key_violation', schema = 'app', table = 'comment', constraint = 'comment_subject_id_foreign',
      message = 'insert or update on table "comment" violates foreign key constraint "comment_subject_id_foreign"',
      detail = 'Key is not present in several tables.';
  end if;
  return null;
end
$scope$;

create or replace trigger xm_referenced after insert or update of subject_id on app.comment for each row when (pg_catalog.current_setting('xm.units', true) <> '') execute function xm.comment_referenced();

alter table app.comment enable always trigger xm_referenced;

create policy xm_read on app.comment for select to xm_app using (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.units', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.units', true)) <> ''));

create policy xm_insert on app.comment for insert to xm_app with check (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.writes', true)) = 'on'));

create policy xm_update on app.comment for update to xm_app using (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.writes', true)) = 'on')) with check (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.writes', true)) = 'on'));

create policy xm_delete on app.comment for delete to xm_app using (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.writes', true)) = 'on'));

create policy xm_read on xmh.comment for select to xm_app using (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.units', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.units', true)) <> ''));

-- 预警 Alert (alerts)

create table app.alert (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  rule text collate "C" not null,
  zh text collate "C" not null,
  en text collate "C" not null,
  severity text collate "C" not null,
  level integer not null,
  subject_id uuid not null,
  subject_type text collate "C" not null,
  about text collate "C" not null,
  unit_id uuid,
  raised_at timestamp(3) with time zone not null,
  cleared_at timestamp(3) with time zone
);

alter table app.alert add constraint alert_severity_check check (severity = ANY (ARRAY['YELLOW'::text, 'RED'::text]));

create index alert_subject_id_index on app.alert (subject_id);

create index alert_unit_id_index on app.alert (unit_id);

alter table app.alert add column xm_from bigint not null default xm.stamp();

alter table app.alert add column xm_scopes_1 uuid[];

create index alert_xm_scopes_1_index on app.alert using gin (xm_scopes_1);

create table xmh.alert (
  id uuid,
  rule text collate "C",
  zh text collate "C",
  en text collate "C",
  severity text collate "C",
  level integer,
  subject_id uuid,
  subject_type text collate "C",
  about text collate "C",
  unit_id uuid,
  raised_at timestamp(3) with time zone,
  cleared_at timestamp(3) with time zone,
  xm_scopes_1 uuid[],
  xm_from bigint not null,
  xm_to bigint not null
);

create index alert_key on xmh.alert (id, xm_from);

create index alert_end on xmh.alert (xm_to, xm_from);

create or replace function xm.alert_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 13, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, nullif(pg_catalog.array_to_string(pg_catalog.array_cat(array[subject_id, unit_id]::pg_catalog.uuid[], xm_scopes_1), ','), '') as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.alert_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 13, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, nullif(pg_catalog.array_to_string(pg_catalog.array_cat(array[subject_id, unit_id]::pg_catalog.uuid[], xm_scopes_1), ','), '') as xm$refs from n union all select id, nullif(pg_catalog.array_to_string(pg_catalog.array_cat(array[subject_id, unit_id]::pg_catalog.uuid[], xm_scopes_1), ','), '') as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.alert (id, rule, zh, en, severity, level, subject_id, subject_type, about, unit_id, raised_at, cleared_at, xm_scopes_1, xm_from, xm_to)
  select id, rule, zh, en, severity, level, subject_id, subject_type, about, unit_id, raised_at, cleared_at, xm_scopes_1, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.alert_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 13, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, nullif(pg_catalog.array_to_string(pg_catalog.array_cat(array[subject_id, unit_id]::pg_catalog.uuid[], xm_scopes_1), ','), '') as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.alert (id, rule, zh, en, severity, level, subject_id, subject_type, about, unit_id, raised_at, cleared_at, xm_scopes_1, xm_from, xm_to)
  select id, rule, zh, en, severity, level, subject_id, subject_type, about, unit_id, raised_at, cleared_at, xm_scopes_1, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.alert referencing new table as n for each statement execute function xm.alert_inserted();

alter table app.alert enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.alert referencing old table as o new table as n for each statement execute function xm.alert_updated();

alter table app.alert enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.alert referencing old table as o for each statement execute function xm.alert_deleted();

alter table app.alert enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.alert for each row execute function xm.stamped();

alter table app.alert enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.alert for each statement execute function xm.refuse_truncate();

alter table app.alert enable always trigger xm_truncated;

alter table app.alert enable row level security;

create policy xm_all on app.alert for all to xm_all using (true) with check (true);

alter table xmh.alert enable row level security;

create policy xm_all on xmh.alert for all to xm_all using (true) with check (true);

grant select, delete on app.alert to xm_all, xm_app;

grant insert (id, rule, zh, en, severity, level, subject_id, subject_type, about, unit_id, raised_at, cleared_at) on app.alert to xm_all, xm_app;

grant update (rule, zh, en, severity, level, subject_id, subject_type, about, unit_id, raised_at, cleared_at) on app.alert to xm_all, xm_app;

grant select on xmh.alert to xm_all, xm_app;

create function past.alert_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.alert t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.alert with (security_invoker = true) as
select xm_from, id, rule, zh, en, severity, level, subject_id, subject_type, about, unit_id, raised_at, cleared_at
from app.alert where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, rule, zh, en, severity, level, subject_id, subject_type, about, unit_id, raised_at, cleared_at
from xmh.alert h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.alert_exists(id) or exists (select from app.alert c where c.id = h.id));

grant select on past.alert to xm_all, xm_app;

create or replace function xm.alert_scoped() returns trigger language plpgsql security definer as $scope$
#variable_conflict use_column
declare
  xm$found boolean := false;
begin
  case new.subject_type
  when 'Project' then
    select array(select distinct u from pg_catalog.unnest(array[p.responsible_unit_id, p.township_id]::pg_catalog.uuid[]) u where u is not null order by u) into new.xm_scopes_1
      from app.project p where p.id operator(pg_catalog.=) new.subject_id for key share;
    xm$found := found;
  else
    xm$found := false;
  end case;
  if not xm$found then
    if coalesce(pg_catalog.current_setting('xm.units', true), '') operator(pg_catalog.=) '' then
    raise exception using
      errcode = 'foreign_key_violation', schema = 'app', table = 'alert', constraint = 'alert_subject_id_foreign',
      message = 'insert or update on table "alert" violates foreign key constraint "alert_subject_id_foreign"',
      detail = 'Key is not present in several tables.';
    end if;
    new.xm_scopes_1 := '{}';
  end if;
  return new;
end
$scope$;

create or replace trigger xm_scoped before insert or update of subject_id, subject_type, xm_scopes_1 on app.alert for each row execute function xm.alert_scoped();

alter table app.alert enable always trigger xm_scoped;

create or replace function xm.alert_referenced() returns trigger language plpgsql as $scope$
begin
  if new.subject_id is not null and (tg_op = 'INSERT' or new.subject_id is distinct from old.subject_id)
    and not (case new.subject_type when 'Project' then exists (select from app.project p where p.id operator(pg_catalog.=) new.subject_id) else false end) then
    raise exception using
      errcode = 'foreign_key_violation', schema = 'app', table = 'alert', constraint = 'alert_subject_id_foreign',
      message = 'insert or update on table "alert" violates foreign key constraint "alert_subject_id_foreign"',
      detail = 'Key is not present in several tables.';
  end if;
  return null;
end
$scope$;

create or replace trigger xm_referenced after insert or update of subject_id on app.alert for each row when (pg_catalog.current_setting('xm.units', true) <> '') execute function xm.alert_referenced();

alter table app.alert enable always trigger xm_referenced;

create policy xm_read on app.alert for select to xm_app using (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.units', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.units', true)) <> ''));

create policy xm_insert on app.alert for insert to xm_app with check (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.writes', true)) = 'on'));

create policy xm_update on app.alert for update to xm_app using (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.writes', true)) = 'on')) with check (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.writes', true)) = 'on'));

create policy xm_delete on app.alert for delete to xm_app using (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.writes', true)) = 'on'));

create policy xm_read on xmh.alert for select to xm_app using (xm_scopes_1 && (select nullif(pg_catalog.current_setting('xm.units', true), '')::uuid[]) or (xm_scopes_1 is null and (select pg_catalog.current_setting('xm.units', true)) <> ''));

-- 待办 Inbox item (alerts)

create table app.inbox_item (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  alert_id uuid not null,
  zh text collate "C" not null,
  en text collate "C" not null,
  severity text collate "C" not null,
  level integer not null,
  subject_id uuid not null,
  subject_type text collate "C" not null,
  about text collate "C" not null,
  unit_id uuid not null,
  official_id uuid,
  raised_at timestamp(3) with time zone not null,
  done_at timestamp(3) with time zone,
  read_at timestamp(3) with time zone,
  read_by_id uuid,
  delegated_to_id uuid,
  delegated_by_id uuid,
  delegated_at timestamp(3) with time zone,
  delegation_reason text collate "C"
);

create index inbox_item_alert_id_index on app.inbox_item (alert_id);

alter table app.inbox_item add constraint inbox_item_severity_check check (severity = ANY (ARRAY['YELLOW'::text, 'RED'::text]));

create index inbox_item_subject_id_index on app.inbox_item (subject_id);

create index inbox_item_unit_id_index on app.inbox_item (unit_id);

create index inbox_item_official_id_index on app.inbox_item (official_id);

create index inbox_item_read_by_id_index on app.inbox_item (read_by_id);

create index inbox_item_delegated_to_id_index on app.inbox_item (delegated_to_id);

create index inbox_item_delegated_by_id_index on app.inbox_item (delegated_by_id);

alter table app.inbox_item add column xm_from bigint not null default xm.stamp();

create table xmh.inbox_item (
  id uuid,
  alert_id uuid,
  zh text collate "C",
  en text collate "C",
  severity text collate "C",
  level integer,
  subject_id uuid,
  subject_type text collate "C",
  about text collate "C",
  unit_id uuid,
  official_id uuid,
  raised_at timestamp(3) with time zone,
  done_at timestamp(3) with time zone,
  read_at timestamp(3) with time zone,
  read_by_id uuid,
  delegated_to_id uuid,
  delegated_by_id uuid,
  delegated_at timestamp(3) with time zone,
  delegation_reason text collate "C",
  xm_from bigint not null,
  xm_to bigint not null
);

create index inbox_item_key on xmh.inbox_item (id, xm_from);

create index inbox_item_end on xmh.inbox_item (xm_to, xm_from);

create or replace function xm.inbox_item_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 14, 'I', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[alert_id, delegated_by_id, delegated_to_id, official_id, read_by_id, subject_id, unit_id]::pg_catalog.uuid[] as xm$refs from n limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  return null;
end
$capture$;

create or replace function xm.inbox_item_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 14, 'U', case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 16 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 4000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[alert_id, delegated_by_id, delegated_to_id, official_id, read_by_id, subject_id, unit_id]::pg_catalog.uuid[] as xm$refs from n union all select id, array[alert_id, delegated_by_id, delegated_to_id, official_id, read_by_id, subject_id, unit_id]::pg_catalog.uuid[] as xm$refs from o limit 4001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.inbox_item (id, alert_id, zh, en, severity, level, subject_id, subject_type, about, unit_id, official_id, raised_at, done_at, read_at, read_by_id, delegated_to_id, delegated_by_id, delegated_at, delegation_reason, xm_from, xm_to)
  select id, alert_id, zh, en, severity, level, subject_id, subject_type, about, unit_id, official_id, raised_at, done_at, read_at, read_by_id, delegated_to_id, delegated_by_id, delegated_at, delegation_reason, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace function xm.inbox_item_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), 14, 'D', case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.id)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.id)) end, case when pg_catalog.count(*) operator(pg_catalog.<=) 8 then pg_catalog.array_agg(z.xm$refs)
    when pg_catalog.count(*) operator(pg_catalog.<=) 2000 then xm.distinct_keys(pg_catalog.array_agg(z.xm$refs)) end,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (select id, array[alert_id, delegated_by_id, delegated_to_id, official_id, read_by_id, subject_id, unit_id]::pg_catalog.uuid[] as xm$refs from o limit 2001) z having pg_catalog.count(*) operator(pg_catalog.>) 0;
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.inbox_item (id, alert_id, zh, en, severity, level, subject_id, subject_type, about, unit_id, official_id, raised_at, done_at, read_at, read_by_id, delegated_to_id, delegated_by_id, delegated_at, delegation_reason, xm_from, xm_to)
  select id, alert_id, zh, en, severity, level, subject_id, subject_type, about, unit_id, official_id, raised_at, done_at, read_at, read_by_id, delegated_to_id, delegated_by_id, delegated_at, delegation_reason, xm_from, xm$stamp from o;
  return null;
end
$capture$;

create or replace trigger xm_inserted after insert on app.inbox_item referencing new table as n for each statement execute function xm.inbox_item_inserted();

alter table app.inbox_item enable always trigger xm_inserted;

create or replace trigger xm_updated after update on app.inbox_item referencing old table as o new table as n for each statement execute function xm.inbox_item_updated();

alter table app.inbox_item enable always trigger xm_updated;

create or replace trigger xm_deleted after delete on app.inbox_item referencing old table as o for each statement execute function xm.inbox_item_deleted();

alter table app.inbox_item enable always trigger xm_deleted;

create or replace trigger xm_stamped before update on app.inbox_item for each row execute function xm.stamped();

alter table app.inbox_item enable always trigger xm_stamped;

create or replace trigger xm_truncated before truncate on app.inbox_item for each statement execute function xm.refuse_truncate();

alter table app.inbox_item enable always trigger xm_truncated;

alter table app.inbox_item enable row level security;

create policy xm_all on app.inbox_item for all to xm_all using (true) with check (true);

alter table xmh.inbox_item enable row level security;

create policy xm_all on xmh.inbox_item for all to xm_all using (true) with check (true);

grant select, delete on app.inbox_item to xm_all, xm_app;

grant insert (id, alert_id, zh, en, severity, level, subject_id, subject_type, about, unit_id, official_id, raised_at, done_at, read_at, read_by_id, delegated_to_id, delegated_by_id, delegated_at, delegation_reason) on app.inbox_item to xm_all, xm_app;

grant update (alert_id, zh, en, severity, level, subject_id, subject_type, about, unit_id, official_id, raised_at, done_at, read_at, read_by_id, delegated_to_id, delegated_by_id, delegated_at, delegation_reason) on app.inbox_item to xm_all, xm_app;

grant select on xmh.inbox_item to xm_all, xm_app;

create function past.inbox_item_exists(id uuid) returns boolean language plpgsql stable security definer as $past$
begin
  return exists (select from app.inbox_item t where t.id operator(pg_catalog.=) $1);
end
$past$;

create view past.inbox_item with (security_invoker = true) as
select xm_from, id, alert_id, zh, en, severity, level, subject_id, subject_type, about, unit_id, official_id, raised_at, done_at, read_at, read_by_id, delegated_to_id, delegated_by_id, delegated_at, delegation_reason
from app.inbox_item where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[])
union all
select xm_from, id, alert_id, zh, en, severity, level, subject_id, subject_type, about, unit_id, official_id, raised_at, done_at, read_at, read_by_id, delegated_to_id, delegated_by_id, delegated_at, delegation_reason
from xmh.inbox_item h where xm_from < (select xm.hi()) and xm_from <> all ((select xm.xip())::bigint[]) and xm_to >= xm.lo() and (xm_to >= (select xm.hi()) or xm_to = any ((select xm.xip())::bigint[])) and ((select current_user = 'xm_all') or not past.inbox_item_exists(id) or exists (select from app.inbox_item c where c.id = h.id));

grant select on past.inbox_item to xm_all, xm_app;

create or replace function xm.inbox_item_referenced() returns trigger language plpgsql as $scope$
begin
  if new.alert_id is not null and (tg_op = 'INSERT' or new.alert_id is distinct from old.alert_id)
    and not exists (select from app.alert p where p.id operator(pg_catalog.=) new.alert_id) then
    raise exception using
      errcode = 'foreign_key_violation', schema = 'app', table = 'inbox_item', constraint = 'inbox_item_alert_id_foreign',
      message = 'insert or update on table "inbox_item" violates foreign key constraint "inbox_item_alert_id_foreign"',
      detail = 'Key is not present in table "alert".';
  end if;
  return null;
end
$scope$;

create or replace trigger xm_referenced after insert or update of alert_id on app.inbox_item for each row when (pg_catalog.current_setting('xm.units', true) <> '') execute function xm.inbox_item_referenced();

alter table app.inbox_item enable always trigger xm_referenced;

create policy xm_read on app.inbox_item for select to xm_app using (unit_id = any ((select nullif(pg_catalog.current_setting('xm.units', true), '')::uuid[])::uuid[]));

create policy xm_insert on app.inbox_item for insert to xm_app with check (unit_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[]));

create policy xm_update on app.inbox_item for update to xm_app using (unit_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[])) with check (unit_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[]));

create policy xm_delete on app.inbox_item for delete to xm_app using (unit_id = any ((select nullif(pg_catalog.current_setting('xm.wunits', true), '')::uuid[])::uuid[]));

create policy xm_read on xmh.inbox_item for select to xm_app using (unit_id = any ((select nullif(pg_catalog.current_setting('xm.units', true), '')::uuid[])::uuid[]));

-- Foreign keys

alter table app.unit add constraint unit_parent_id_foreign foreign key (parent_id) references app.unit (id);

alter table app.official add constraint official_unit_id_foreign foreign key (unit_id) references app.unit (id);

alter table app.dictionary_entry add constraint dictionary_entry_dictionary_id_foreign foreign key (dictionary_id) references app.dictionary (id);

alter table app.project add constraint project_field_id_foreign foreign key (field_id) references app.dictionary_entry (id);

alter table app.project add constraint project_enterprise_id_foreign foreign key (enterprise_id) references app.enterprise (id);

alter table app.project add constraint project_township_id_foreign foreign key (township_id) references app.unit (id);

alter table app.project add constraint project_responsible_unit_id_foreign foreign key (responsible_unit_id) references app.unit (id);

alter table app.project add constraint project_leader_id_foreign foreign key (leader_id) references app.official (id);

alter table app.project add constraint project_parent_id_foreign foreign key (parent_id) references app.project (id);

alter table app.county_figure_report add constraint county_figure_report_figure_id_foreign foreign key (figure_id) references app.county_figure (id);

alter table app.county_figure_target add constraint county_figure_target_figure_id_foreign foreign key (figure_id) references app.county_figure (id);

alter table app.comment add constraint comment_author_id_foreign foreign key (author_id) references app.official (id);

alter table app.alert add constraint alert_unit_id_foreign foreign key (unit_id) references app.unit (id);

alter table app.inbox_item add constraint inbox_item_alert_id_foreign foreign key (alert_id) references app.alert (id);

alter table app.inbox_item add constraint inbox_item_unit_id_foreign foreign key (unit_id) references app.unit (id);

alter table app.inbox_item add constraint inbox_item_official_id_foreign foreign key (official_id) references app.official (id);

alter table app.inbox_item add constraint inbox_item_read_by_id_foreign foreign key (read_by_id) references app.official (id);

alter table app.inbox_item add constraint inbox_item_delegated_to_id_foreign foreign key (delegated_to_id) references app.official (id);

alter table app.inbox_item add constraint inbox_item_delegated_by_id_foreign foreign key (delegated_by_id) references app.official (id);
