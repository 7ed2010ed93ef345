import { migration } from "@xianmai/plugin-api";

export const migration20261124FirstTables = migration({
  id: "2026-11-24-first-tables",
  sql: [
    `create table app.comment (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  subject_id uuid not null,
  subject_type text collate "C" not null,
  text text collate "C" not null,
  author_id uuid,
  written_at timestamp(3) with time zone not null,
  edited_at timestamp(3) with time zone
)`,
    `create index comment_subject_id_index on app.comment (subject_id)`,
    `create index comment_author_id_index on app.comment (author_id)`,
    `alter table app.comment add constraint comment_author_id_foreign foreign key (author_id) references app.official (id)`,
  ],
  tables: {
    comment: {
      columns: {
        subject_id: { type: "uuid", required: true, subject: true },
        subject_type: { type: "text", required: true },
        text: { type: "text", required: true },
        author_id: { type: "uuid", required: false, references: "official" },
        written_at: { type: "timestamp(3) with time zone", required: true },
        edited_at: { type: "timestamp(3) with time zone", required: false },
      },
      key: [],
    },
  },
});
