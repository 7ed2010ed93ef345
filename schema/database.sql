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

grant usage on schema app, xm, xmh to xm_all;

grant usage on schema app to xm_app;

grant select on xm.generation, xm.tbl, xm.change, xm.dataset, xm.step, xm.migration to xm_all;

grant insert on xm.dataset, xm.step to xm_all;

grant execute on function xm.base(), xm.stamp() to xm_all;

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
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), pg_catalog.array_agg(distinct z.parent_id) filter (where z.parent_id is not null)
    into xm$rows, xm$keys, xm$refs
    from (select id, parent_id from n limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 1, 'I', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.unit_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(distinct z.id), pg_catalog.array_agg(distinct z.parent_id) filter (where z.parent_id is not null)
    into xm$rows, xm$keys, xm$refs
    from (select id, parent_id from n union all select id, parent_id from o limit 4001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.unit (id, code, name, short_name, aliases, kind, parent_id, "position", xm_from, xm_to)
  select id, code, name, short_name, aliases, kind, parent_id, "position", xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 4000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 1, 'U', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.unit_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), pg_catalog.array_agg(distinct z.parent_id) filter (where z.parent_id is not null)
    into xm$rows, xm$keys, xm$refs
    from (select id, parent_id from o limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.unit (id, code, name, short_name, aliases, kind, parent_id, "position", xm_from, xm_to)
  select id, code, name, short_name, aliases, kind, parent_id, "position", xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 1, 'D', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
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

drop policy if exists xm_all on app.unit;

create policy xm_all on app.unit to xm_all using (true) with check (true);

alter table xmh.unit enable row level security;

drop policy if exists xm_all on xmh.unit;

create policy xm_all on xmh.unit to xm_all using (true) with check (true);

grant select, delete on app.unit to xm_all, xm_app;

grant insert (id, code, name, short_name, aliases, kind, parent_id, "position") on app.unit to xm_all, xm_app;

grant update (code, name, short_name, aliases, kind, parent_id, "position") on app.unit to xm_all, xm_app;

grant select on xmh.unit to xm_all;

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
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), pg_catalog.array_agg(distinct z.unit_id) filter (where z.unit_id is not null)
    into xm$rows, xm$keys, xm$refs
    from (select id, unit_id from n limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 2, 'I', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.official_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(distinct z.id), pg_catalog.array_agg(distinct z.unit_id) filter (where z.unit_id is not null)
    into xm$rows, xm$keys, xm$refs
    from (select id, unit_id from n union all select id, unit_id from o limit 4001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.official (id, code, name, title, rank, unit_id, xm_from, xm_to)
  select id, code, name, title, rank, unit_id, xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 4000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 2, 'U', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.official_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), pg_catalog.array_agg(distinct z.unit_id) filter (where z.unit_id is not null)
    into xm$rows, xm$keys, xm$refs
    from (select id, unit_id from o limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.official (id, code, name, title, rank, unit_id, xm_from, xm_to)
  select id, code, name, title, rank, unit_id, xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 2, 'D', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
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

drop policy if exists xm_all on app.official;

create policy xm_all on app.official to xm_all using (true) with check (true);

alter table xmh.official enable row level security;

drop policy if exists xm_all on xmh.official;

create policy xm_all on xmh.official to xm_all using (true) with check (true);

grant select, delete on app.official to xm_all, xm_app;

grant insert (id, code, name, title, rank, unit_id) on app.official to xm_all, xm_app;

grant update (code, name, title, rank, unit_id) on app.official to xm_all, xm_app;

grant select on xmh.official to xm_all;

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
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), null
    into xm$rows, xm$keys, xm$refs
    from (select id from n limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 3, 'I', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.enterprise_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(distinct z.id), null
    into xm$rows, xm$keys, xm$refs
    from (select id from n union all select id from o limit 4001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.enterprise (id, name, credit_code, short_names, top500, listed, xm_from, xm_to)
  select id, name, credit_code, short_names, top500, listed, xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 4000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 3, 'U', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.enterprise_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), null
    into xm$rows, xm$keys, xm$refs
    from (select id from o limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.enterprise (id, name, credit_code, short_names, top500, listed, xm_from, xm_to)
  select id, name, credit_code, short_names, top500, listed, xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 3, 'D', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
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

drop policy if exists xm_all on app.enterprise;

create policy xm_all on app.enterprise to xm_all using (true) with check (true);

alter table xmh.enterprise enable row level security;

drop policy if exists xm_all on xmh.enterprise;

create policy xm_all on xmh.enterprise to xm_all using (true) with check (true);

grant select, delete on app.enterprise to xm_all, xm_app;

grant insert (id, name, credit_code, short_names, top500, listed) on app.enterprise to xm_all, xm_app;

grant update (name, credit_code, short_names, top500, listed) on app.enterprise to xm_all, xm_app;

grant select on xmh.enterprise to xm_all;

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
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), null
    into xm$rows, xm$keys, xm$refs
    from (select id from n limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 4, 'I', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.dictionary_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(distinct z.id), null
    into xm$rows, xm$keys, xm$refs
    from (select id from n union all select id from o limit 4001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.dictionary (id, code, zh, en, xm_from, xm_to)
  select id, code, zh, en, xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 4000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 4, 'U', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.dictionary_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), null
    into xm$rows, xm$keys, xm$refs
    from (select id from o limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.dictionary (id, code, zh, en, xm_from, xm_to)
  select id, code, zh, en, xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 4, 'D', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
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

drop policy if exists xm_all on app.dictionary;

create policy xm_all on app.dictionary to xm_all using (true) with check (true);

alter table xmh.dictionary enable row level security;

drop policy if exists xm_all on xmh.dictionary;

create policy xm_all on xmh.dictionary to xm_all using (true) with check (true);

grant select, delete on app.dictionary to xm_all, xm_app;

grant insert (id, code, zh, en) on app.dictionary to xm_all, xm_app;

grant update (code, zh, en) on app.dictionary to xm_all, xm_app;

grant select on xmh.dictionary to xm_all;

-- 字典项 Dictionary entry (organization)

create table app.dictionary_entry (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  dictionary_id uuid not null,
  code text collate "C" not null,
  zh text collate "C" not null,
  en text collate "C" not null,
  "position" integer not null default 0
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
  xm_from bigint not null,
  xm_to bigint not null
);

create index dictionary_entry_key on xmh.dictionary_entry (id, xm_from);

create index dictionary_entry_end on xmh.dictionary_entry (xm_to, xm_from);

create or replace function xm.dictionary_entry_inserted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), pg_catalog.array_agg(distinct z.dictionary_id) filter (where z.dictionary_id is not null)
    into xm$rows, xm$keys, xm$refs
    from (select id, dictionary_id from n limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 5, 'I', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.dictionary_entry_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(distinct z.id), pg_catalog.array_agg(distinct z.dictionary_id) filter (where z.dictionary_id is not null)
    into xm$rows, xm$keys, xm$refs
    from (select id, dictionary_id from n union all select id, dictionary_id from o limit 4001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.dictionary_entry (id, dictionary_id, code, zh, en, "position", xm_from, xm_to)
  select id, dictionary_id, code, zh, en, "position", xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 4000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 5, 'U', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.dictionary_entry_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), pg_catalog.array_agg(distinct z.dictionary_id) filter (where z.dictionary_id is not null)
    into xm$rows, xm$keys, xm$refs
    from (select id, dictionary_id from o limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.dictionary_entry (id, dictionary_id, code, zh, en, "position", xm_from, xm_to)
  select id, dictionary_id, code, zh, en, "position", xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 5, 'D', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
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

drop policy if exists xm_all on app.dictionary_entry;

create policy xm_all on app.dictionary_entry to xm_all using (true) with check (true);

alter table xmh.dictionary_entry enable row level security;

drop policy if exists xm_all on xmh.dictionary_entry;

create policy xm_all on xmh.dictionary_entry to xm_all using (true) with check (true);

grant select, delete on app.dictionary_entry to xm_all, xm_app;

grant insert (id, dictionary_id, code, zh, en, "position") on app.dictionary_entry to xm_all, xm_app;

grant update (dictionary_id, code, zh, en, "position") on app.dictionary_entry to xm_all, xm_app;

grant select on xmh.dictionary_entry to xm_all;

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
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_agg(distinct z.enterprise_id) filter (where z.enterprise_id is not null), pg_catalog.array_agg(distinct z.field_id) filter (where z.field_id is not null)), pg_catalog.array_agg(distinct z.leader_id) filter (where z.leader_id is not null)), pg_catalog.array_agg(distinct z.parent_id) filter (where z.parent_id is not null)), pg_catalog.array_agg(distinct z.responsible_unit_id) filter (where z.responsible_unit_id is not null)), pg_catalog.array_agg(distinct z.township_id) filter (where z.township_id is not null))
    into xm$rows, xm$keys, xm$refs
    from (select id, enterprise_id, field_id, leader_id, parent_id, responsible_unit_id, township_id from n limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 6, 'I', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.project_updated() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(distinct z.id), pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_agg(distinct z.enterprise_id) filter (where z.enterprise_id is not null), pg_catalog.array_agg(distinct z.field_id) filter (where z.field_id is not null)), pg_catalog.array_agg(distinct z.leader_id) filter (where z.leader_id is not null)), pg_catalog.array_agg(distinct z.parent_id) filter (where z.parent_id is not null)), pg_catalog.array_agg(distinct z.responsible_unit_id) filter (where z.responsible_unit_id is not null)), pg_catalog.array_agg(distinct z.township_id) filter (where z.township_id is not null))
    into xm$rows, xm$keys, xm$refs
    from (select id, enterprise_id, field_id, leader_id, parent_id, responsible_unit_id, township_id from n union all select id, enterprise_id, field_id, leader_id, parent_id, responsible_unit_id, township_id from o limit 4001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.project (id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years, xm_from, xm_to)
  select id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years, xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 4000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 6, 'U', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
$capture$;

create or replace function xm.project_deleted() returns trigger language plpgsql security definer as $capture$
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), pg_catalog.array_agg(z.id), pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_cat(pg_catalog.array_agg(distinct z.enterprise_id) filter (where z.enterprise_id is not null), pg_catalog.array_agg(distinct z.field_id) filter (where z.field_id is not null)), pg_catalog.array_agg(distinct z.leader_id) filter (where z.leader_id is not null)), pg_catalog.array_agg(distinct z.parent_id) filter (where z.parent_id is not null)), pg_catalog.array_agg(distinct z.responsible_unit_id) filter (where z.responsible_unit_id is not null)), pg_catalog.array_agg(distinct z.township_id) filter (where z.township_id is not null))
    into xm$rows, xm$keys, xm$refs
    from (select id, enterprise_id, field_id, leader_id, parent_id, responsible_unit_id, township_id from o limit 2001) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.project (id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years, xm_from, xm_to)
  select id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years, xm_from, xm$stamp from o;
  if xm$rows operator(pg_catalog.>) 2000 then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, 6, 'D', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
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

drop policy if exists xm_all on app.project;

create policy xm_all on app.project to xm_all using (true) with check (true);

alter table xmh.project enable row level security;

drop policy if exists xm_all on xmh.project;

create policy xm_all on xmh.project to xm_all using (true) with check (true);

grant select, delete on app.project to xm_all, xm_app;

grant insert (id, code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years) on app.project to xm_all, xm_app;

grant update (code, name, nature, level, field_id, stage, enterprise_id, township_id, responsible_unit_id, leader_id, parent_id, batch, start_deadline, planned_start, actual_start, planned_completion, total_investment, content, build_years) on app.project to xm_all, xm_app;

grant select on xmh.project to xm_all;

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
