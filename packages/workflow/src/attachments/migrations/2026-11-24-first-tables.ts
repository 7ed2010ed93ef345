import { migration } from "@xianmai/plugin-api";

export const migration20261124FirstTables = migration({
  id: "2026-11-24-first-tables",
  sql: [
    `create table app.attachment (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  subject_id uuid not null,
  subject_type text collate "C" not null,
  field text collate "C" not null,
  name text collate "C" not null,
  media_type text collate "C" not null,
  bytes integer not null,
  sha256 text collate "C" not null,
  uploaded_by_id uuid,
  uploaded_at timestamp(3) with time zone not null,
  note text collate "C"
)`,
    `create index attachment_subject_id_index on app.attachment (subject_id)`,
    `create index attachment_uploaded_by_id_index on app.attachment (uploaded_by_id)`,
    `alter table app.attachment add constraint attachment_uploaded_by_id_foreign foreign key (uploaded_by_id) references app.official (id)`,
  ],
  tables: {
    attachment: {
      columns: {
        subject_id: { type: "uuid", required: true, subject: true },
        subject_type: { type: "text", required: true },
        field: { type: "text", required: true },
        name: { type: "text", required: true },
        media_type: { type: "text", required: true },
        bytes: { type: "integer", required: true },
        sha256: { type: "text", required: true },
        uploaded_by_id: { type: "uuid", required: false, references: "official" },
        uploaded_at: { type: "timestamp(3) with time zone", required: true },
        note: { type: "text", required: false },
      },
      key: [],
    },
  },
});
