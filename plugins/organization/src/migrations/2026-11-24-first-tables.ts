import { migration } from "@xianmai/plugin-api";

export const migration20261124FirstTables = migration({
  id: "2026-11-24-first-tables",
  sql: [
    `create table app.unit (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  code text collate "C" not null,
  name text collate "C" not null,
  short_name text collate "C",
  aliases text[] collate "C" not null default '{}',
  kind text collate "C" not null,
  parent_id uuid,
  "position" integer not null default 0
)`,
    `create table app.official (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  code text collate "C" not null,
  name text collate "C" not null,
  title text collate "C",
  rank text collate "C" not null default 'OTHER',
  unit_id uuid not null
)`,
    `create table app.enterprise (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  name text collate "C" not null,
  credit_code text collate "C",
  short_names text[] collate "C" not null default '{}',
  top500 boolean not null default false,
  listed boolean not null default false
)`,
    `create table app.dictionary (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  code text collate "C" not null,
  zh text collate "C" not null,
  en text collate "C" not null
)`,
    `create table app.dictionary_entry (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  dictionary_id uuid not null,
  code text collate "C" not null,
  zh text collate "C" not null,
  en text collate "C" not null,
  "position" integer not null default 0
)`,
    `create unique index unit_code_unique on app.unit (code)`,
    `alter table app.unit add constraint unit_kind_check check (kind = ANY (ARRAY['COUNTY'::text, 'DEPARTMENT'::text, 'TOWNSHIP'::text, 'DEVELOPMENT_ZONE'::text, 'LIAISON_OFFICE'::text, 'HEADQUARTERS'::text]))`,
    `create index unit_parent_id_index on app.unit (parent_id)`,
    `create unique index official_code_unique on app.official (code)`,
    `alter table app.official add constraint official_rank_check check (rank = ANY (ARRAY['COUNTY_LEVEL'::text, 'OTHER'::text]))`,
    `create index official_unit_id_index on app.official (unit_id)`,
    `create unique index enterprise_name_unique on app.enterprise (name)`,
    `create unique index enterprise_credit_code_unique on app.enterprise (credit_code)`,
    `create unique index dictionary_code_unique on app.dictionary (code)`,
    `create unique index dictionary_entry_dictionary_id_code_unique on app.dictionary_entry (dictionary_id, code)`,
    `alter table app.unit add constraint unit_parent_id_foreign foreign key (parent_id) references app.unit (id)`,
    `alter table app.official add constraint official_unit_id_foreign foreign key (unit_id) references app.unit (id)`,
    `alter table app.dictionary_entry add constraint dictionary_entry_dictionary_id_foreign foreign key (dictionary_id) references app.dictionary (id)`,
  ],
  tables: {
    unit: {
      columns: {
        code: { type: "text", required: true },
        name: { type: "text", required: true },
        short_name: { type: "text", required: false },
        aliases: { type: "text[]", required: true, default: "'{}'" },
        kind: {
          type: "text",
          required: true,
          check:
            "kind = ANY (ARRAY['COUNTY'::text, 'DEPARTMENT'::text, 'TOWNSHIP'::text, 'DEVELOPMENT_ZONE'::text, 'LIAISON_OFFICE'::text, 'HEADQUARTERS'::text])",
        },
        parent_id: { type: "uuid", required: false, references: "unit" },
        position: { type: "integer", required: true, default: "0" },
      },
      key: ["code"],
    },
    official: {
      columns: {
        code: { type: "text", required: true },
        name: { type: "text", required: true },
        title: { type: "text", required: false },
        rank: { type: "text", required: true, default: "'OTHER'", check: "rank = ANY (ARRAY['COUNTY_LEVEL'::text, 'OTHER'::text])" },
        unit_id: { type: "uuid", required: true, references: "unit" },
      },
      key: ["code"],
    },
    enterprise: {
      columns: {
        name: { type: "text", required: true },
        credit_code: { type: "text", required: false, unique: true },
        short_names: { type: "text[]", required: true, default: "'{}'" },
        top500: { type: "boolean", required: true, default: "false" },
        listed: { type: "boolean", required: true, default: "false" },
      },
      key: ["name"],
    },
    dictionary: {
      columns: {
        code: { type: "text", required: true },
        zh: { type: "text", required: true },
        en: { type: "text", required: true },
      },
      key: ["code"],
    },
    dictionary_entry: {
      columns: {
        dictionary_id: { type: "uuid", required: true, references: "dictionary" },
        code: { type: "text", required: true },
        zh: { type: "text", required: true },
        en: { type: "text", required: true },
        position: { type: "integer", required: true, default: "0" },
      },
      key: ["dictionary_id", "code"],
    },
  },
});
