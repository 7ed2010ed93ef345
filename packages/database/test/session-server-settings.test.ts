import { createReadPool, createWritePool } from "@xianmai/database";
import { expect, test } from "vitest";

import { openCounty } from "./county.ts";

test("whatever the database's own settings are, dates, times and texts read the same", async () => {
  const { database, owner } = await openCounty();
  const name = owner.escapeIdentifier(owner.database ?? "");
  for (const set of [
    "datestyle = 'SQL, DMY'",
    "timezone = 'America/New_York'",
    "standard_conforming_strings = off",
    "search_path = public",
  ]) {
    await owner.query(`alter database ${name} set ${set}`);
  }
  const text = String.raw`select '2023-03-05'::date::text, 'a\b', 'app.unit'::regclass::text`;
  const expected = [["2023-03-05", String.raw`a\b`, "unit"]];
  const reads = createReadPool(database.app, { size: 1 });
  const writes = createWritePool(database.app, { size: 1 });
  const settings = { role: "xm_all" } as const;
  try {
    expect((await reads.batch(settings, [{ text, values: [] }]))[0]?.rows).toEqual(expected);
    const written = await writes.use((connection) =>
      connection.transaction(settings, async (client) => (await client.query<string[]>({ text, rowMode: "array" })).rows),
    );
    expect(written).toEqual(expected);
  } finally {
    await reads.close();
    await writes.close();
  }
});
