import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";

import type { ConnectionSettings } from "@xianmai/database/postgres";
import { createTestDatabase, type TestTemplate } from "@xianmai/database/testing";

import { key } from "./sample.ts";

async function query(settings: ConnectionSettings, sql: string): Promise<readonly unknown[]> {
  const client = new Client(settings);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function made(template?: TestTemplate) {
  const database = await createTestDatabase(template);
  onTestFinished(() => database.drop());
  return database;
}

test("each test has a database of its own, which its owner owns and the application reaches", async () => {
  const [one, other] = [await made(), await made()];
  await query(one.owner, "create table public.own (id int)");
  expect(await query(one.app, "select to_regclass('public.own')::text as own, current_database() as name")).toEqual([
    { own: "own", name: one.owner.database },
  ]);
  expect(await query(other.owner, "select to_regclass('public.own')::text as own")).toEqual([{ own: null }]);
});

test("a template is prepared once, however many begin from it at once, and no copy sees another's rows", async () => {
  let prepared = 0;
  const template: TestTemplate = {
    name: key(),
    prepare: async ({ owner }) => {
      prepared += 1;
      await query(owner, "create table public.copied as select 1 as value");
    },
  };
  const databases = await Promise.all([made(template), made(template), made(template)]);
  expect(prepared).toBe(1);
  await query(databases[0]!.owner, "update public.copied set value = 2");
  const values = await Promise.all(databases.map(async ({ owner }) => query(owner, "select value from public.copied")));
  expect(values).toEqual([[{ value: 2 }], [{ value: 1 }], [{ value: 1 }]]);
});

test("a preparation that fails says so, and is begun anew by the next", async () => {
  let attempts = 0;
  const template: TestTemplate = {
    name: key(),
    prepare: async ({ owner }) => {
      attempts += 1;
      await query(owner, "create table public.copied as select 1 as value");
      if (attempts === 1) throw new Error("half way");
    },
  };
  await expect(createTestDatabase(template)).rejects.toThrow("half way");
  const database = await made(template);
  expect(await query(database.owner, "select value from public.copied")).toEqual([{ value: 1 }]);
});

test("a database is dropped whoever is still connected to it", async () => {
  const database = await createTestDatabase();
  const forgotten = [new Client(database.owner), new Client(database.app)];
  for (const client of forgotten) {
    client.on("error", () => undefined);
    await client.connect();
  }
  await database.drop();
  await expect(query(database.owner, "select 1")).rejects.toMatchObject({ code: "3D000" });
});
