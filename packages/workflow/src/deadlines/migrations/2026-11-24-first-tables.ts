import { migration } from "@xianmai/plugin-api";

export const migration20261124FirstTables = migration({
  id: "2026-11-24-first-tables",
  sql: [
    `create table app.deadline_extension (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  subject_id uuid not null,
  subject_type text collate "C" not null,
  clock_state text collate "C" not null,
  clock_began timestamp(3) with time zone not null,
  amount integer not null,
  unit text collate "C" not null,
  reason text collate "C" not null,
  asked_by_id uuid,
  asked_at timestamp(3) with time zone not null,
  decided_on date,
  stage text collate "C" not null default 'REQUESTED'
)`,
    `create index deadline_extension_subject_id_index on app.deadline_extension (subject_id)`,
    `alter table app.deadline_extension add constraint deadline_extension_unit_check check (unit = ANY (ARRAY['WORKING_DAYS'::text, 'WORKING_HOURS'::text, 'DAYS'::text, 'HOURS'::text]))`,
    `create index deadline_extension_asked_by_id_index on app.deadline_extension (asked_by_id)`,
    `alter table app.deadline_extension add constraint deadline_extension_stage_check check (stage = ANY (ARRAY['REQUESTED'::text, 'APPROVED'::text, 'REFUSED'::text, 'WITHDRAWN'::text]))`,
    `alter table app.deadline_extension add constraint deadline_extension_asked_by_id_foreign foreign key (asked_by_id) references app.official (id)`,
  ],
  tables: {
    deadline_extension: {
      columns: {
        subject_id: { type: "uuid", required: true, subject: true },
        subject_type: { type: "text", required: true },
        clock_state: { type: "text", required: true },
        clock_began: { type: "timestamp(3) with time zone", required: true },
        amount: { type: "integer", required: true },
        unit: {
          type: "text",
          required: true,
          check: "unit = ANY (ARRAY['WORKING_DAYS'::text, 'WORKING_HOURS'::text, 'DAYS'::text, 'HOURS'::text])",
        },
        reason: { type: "text", required: true },
        asked_by_id: { type: "uuid", required: false, references: "official" },
        asked_at: { type: "timestamp(3) with time zone", required: true },
        decided_on: { type: "date", required: false },
        stage: {
          type: "text",
          required: true,
          default: "'REQUESTED'",
          check: "stage = ANY (ARRAY['REQUESTED'::text, 'APPROVED'::text, 'REFUSED'::text, 'WITHDRAWN'::text])",
        },
      },
      key: [],
    },
  },
});
