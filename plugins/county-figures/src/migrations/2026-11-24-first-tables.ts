import { migration } from "@xianmai/plugin-api";

export const migration20261124FirstTables = migration({
  id: "2026-11-24-first-tables",
  sql: [
    `create table app.county_figure (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  code text collate "C" not null,
  name text collate "C" not null,
  "position" integer not null default 0
)`,
    `create table app.county_figure_report (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  figure_id uuid not null,
  month text collate "C" not null,
  cumulative bigint not null,
  source text collate "C" not null,
  published_on date
)`,
    `create table app.county_figure_target (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  figure_id uuid not null,
  year integer not null,
  amount bigint not null,
  source text collate "C" not null
)`,
    `create unique index county_figure_code_unique on app.county_figure (code)`,
    `create unique index county_figure_report_figure_id_month_unique on app.county_figure_report (figure_id, month)`,
    `alter table app.county_figure_report add constraint county_figure_report_month_check check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)`,
    `create unique index county_figure_target_figure_id_year_unique on app.county_figure_target (figure_id, year)`,
    `alter table app.county_figure_report add constraint county_figure_report_figure_id_foreign foreign key (figure_id) references app.county_figure (id)`,
    `alter table app.county_figure_target add constraint county_figure_target_figure_id_foreign foreign key (figure_id) references app.county_figure (id)`,
  ],
  tables: {
    county_figure: {
      columns: {
        code: { type: "text", required: true },
        name: { type: "text", required: true },
        position: { type: "integer", required: true, default: "0" },
      },
      key: ["code"],
    },
    county_figure_report: {
      columns: {
        figure_id: { type: "uuid", required: true, references: "county_figure" },
        month: { type: "text", required: true, check: "month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text" },
        cumulative: { type: "bigint", required: true },
        source: { type: "text", required: true },
        published_on: { type: "date", required: false },
      },
      key: ["figure_id", "month"],
    },
    county_figure_target: {
      columns: {
        figure_id: { type: "uuid", required: true, references: "county_figure" },
        year: { type: "integer", required: true },
        amount: { type: "bigint", required: true },
        source: { type: "text", required: true },
      },
      key: ["figure_id", "year"],
    },
  },
});
