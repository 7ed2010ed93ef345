import { migration } from "@xianmai/plugin-api";

export const migration20261126Dictionaries = migration({
  id: "2026-11-26-dictionaries",
  sql: [
    `alter table app.dictionary_entry add column retired_on date`,
    // by hand: what codes and names must be, for those too who write past the API
    `alter table app.dictionary add constraint dictionary_written check (
  code ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' and zh ~ '\\S' and en ~ '\\S'
)`,
    `alter table app.dictionary_entry add constraint dictionary_entry_written check (
  code ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' and zh ~ '\\S' and en ~ '\\S'
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
        retired_on: { type: "date", required: false },
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
