import { expect, test } from "vitest";

import { newMigrationId } from "../src/migration-id.ts";

test("a migration is called by the day and what it does", () => {
  expect(newMigrationId("2026-11-24", "first-tables", [])).toBe("2026-11-24-first-tables");
  expect(newMigrationId("2026-11-25", "add-deadline", ["2026-11-24-first-tables"])).toBe("2026-11-25-add-deadline");
});

test("a second migration of one day still runs after the first, whatever they are called", () => {
  expect(newMigrationId("2026-11-24", "second-thoughts", ["2026-11-24-first-tables"])).toBe("2026-11-24-second-thoughts");
  expect(newMigrationId("2026-11-24", "add-deadline", ["2026-11-24-first-tables"])).toBe("2026-11-25-add-deadline");
  expect(newMigrationId("2026-12-31", "change", ["2026-12-31-change"])).toBe("2027-01-01-change");
});

test("a clock that lags behind the last migration does not put one before it", () => {
  expect(newMigrationId("2026-11-01", "change", ["2026-10-01-a", "2026-11-24-first-tables"])).toBe("2026-11-25-change");
});
