import { createWritePool, openFeed } from "@xianmai/database";
import { createTail } from "@xianmai/live";
import { Client } from "pg";
import { expect, test } from "vitest";

import { keepRecords } from "../src/records/keep-records.ts";
import { blockers } from "./support/blockers.ts";
import { startPlatform, testLog, type TestPlatform } from "./support/platform.ts";

async function ownerOf({ database }: TestPlatform): Promise<Client & AsyncDisposable> {
  const client = new Client(database.owner);
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.end() });
}

test("a running server records the moments of what is committed, by whomever, and how far it has read", async () => {
  await using platform = await startPlatform("records", [blockers]);
  await using owner = await ownerOf(platform);
  const count = async (table: string): Promise<number> =>
    (await owner.query<{ count: number }>(`select count(*)::int as count from xm.${table}`)).rows[0]?.count ?? 0;
  const before = await count("moment");
  await owner.query("insert into app.blocker (number, summary) values ('1', 'a')");
  await expect.poll(() => count("moment")).toBeGreaterThan(before);
  await expect.poll(() => count("reader")).toBe(1);
});

test("a table whose capture was switched off is named in the log and to whoever asks for health", async () => {
  await using platform = await startPlatform("records", [blockers]);
  await using owner = await ownerOf(platform);
  const pool = createWritePool(platform.database.app, { size: 1 });
  const tail = createTail({ open: async () => openFeed(platform.database.app), every: 20, onError: () => undefined });
  const { log, logged } = testLog();
  const records = keepRecords({ pool, tail, log, keepFeedDays: undefined, betweenLooks: 20 });
  try {
    await owner.query("alter table app.blocker disable trigger user");
    await expect.poll(() => records.uncaptured()).toEqual(["blocker"]);
    expect(logged.map((line) => line["tables"])).toContainEqual(["blocker"]);
  } finally {
    await records.stop();
    await tail.stop();
    await pool.close();
  }
});
