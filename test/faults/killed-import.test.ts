import { setTimeout as wait } from "node:timers/promises";

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { longest } from "./support/command.ts";
import { fingerprint, nothing, whole, writtenOf } from "./support/big-table.ts";
import { openHouse } from "./support/house.ts";
import { beginImport, holdImport, importsEnded } from "./support/importer.ts";
import { moments } from "./support/random.ts";

describe("kill -9 of an import of 3,000 rows", { timeout: longest }, () => {
  const house = openHouse();
  let psql: Client;

  beforeAll(async () => {
    await house.serve();
    psql = await house.psql();
  });

  afterAll(async () => house.close());

  test("half-way leaves nothing of it", async () => {
    const before = await fingerprint(psql);
    const { running, letGo } = await holdImport(house, psql, "甲");
    await running.kill("SIGKILL");
    await letGo();
    await importsEnded(psql);
    expect(await fingerprint(psql)).toBe(before);
  });

  test.each(moments(12, 3, 320))("%i ms after it began to compare rows leaves all of it or nothing", async (moment) => {
    const mark = `乙${moment}`;
    const before = await fingerprint(psql);
    const running = await beginImport(house, psql, mark);
    await wait(moment);
    await running.kill("SIGKILL");
    await importsEnded(psql);
    const written = await writtenOf(mark, psql);
    expect([nothing, { ...whole, changes: 3 }]).toContainEqual(written);
    expect(written.projects > 0 || (await fingerprint(psql)) === before).toBe(true);
  });
});
