import { migration } from "@xianmai/plugin-api";

export const migration20261125WorkCalendar = migration({
  id: "2026-11-25-work-calendar",
  sql: [
    `create table app.calendar_day (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  date date not null,
  kind text collate "C" not null,
  zh text collate "C" not null,
  en text collate "C" not null
)`,
    `create table app.office_schedule (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  valid_from date not null,
  name text collate "C" not null,
  morning_opens text collate "C" not null,
  morning_closes text collate "C" not null,
  afternoon_opens text collate "C" not null,
  afternoon_closes text collate "C" not null
)`,
    `create unique index calendar_day_date_unique on app.calendar_day (date)`,
    `alter table app.calendar_day add constraint calendar_day_kind_check check (kind = ANY (ARRAY['HOLIDAY'::text, 'MAKE_UP'::text, 'MORNING_ONLY'::text, 'AFTERNOON_ONLY'::text]))`,
    `create unique index office_schedule_valid_from_unique on app.office_schedule (valid_from)`,
    // by hand: times of the day, in their order; text that is written 08:30 sorts as time does
    `alter table app.office_schedule add constraint office_schedule_times check (
  morning_opens ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' and morning_closes ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
  and afternoon_opens ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' and afternoon_closes ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
  and morning_opens < morning_closes and morning_closes <= afternoon_opens and afternoon_opens < afternoon_closes
)`,
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
    calendar_day: {
      columns: {
        date: { type: "date", required: true },
        kind: {
          type: "text",
          required: true,
          check: "kind = ANY (ARRAY['HOLIDAY'::text, 'MAKE_UP'::text, 'MORNING_ONLY'::text, 'AFTERNOON_ONLY'::text])",
        },
        zh: { type: "text", required: true },
        en: { type: "text", required: true },
      },
      key: ["date"],
    },
    office_schedule: {
      columns: {
        valid_from: { type: "date", required: true },
        name: { type: "text", required: true },
        morning_opens: { type: "text", required: true },
        morning_closes: { type: "text", required: true },
        afternoon_opens: { type: "text", required: true },
        afternoon_closes: { type: "text", required: true },
      },
      key: ["valid_from"],
    },
  },
});
