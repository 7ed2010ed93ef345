import type { PlatformMigration } from "../migrations/platform.ts";

/** What the capture of many rows needs beside the functions of each table. */
export const CAPTURE_MIGRATION: PlatformMigration = {
  id: "2026-11-24-capture",
  sql: [
    // not in SQL: as part of the capture's own statements it would cost those that write a single row
    `create function xm.distinct_keys(keys uuid[]) returns uuid[] language plpgsql immutable parallel safe set search_path = pg_catalog as $body$
begin
  return array(select distinct k from unnest(keys) k where k is not null order by k);
end
$body$`,
  ],
};
