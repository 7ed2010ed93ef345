import { setTimeout as wait } from "node:timers/promises";

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { longest } from "./support/command.ts";
import { nothing, whole, writtenOf } from "./support/big-table.ts";
import { appointClerks, type Clerks } from "./support/clerks.ts";
import { openHouse } from "./support/house.ts";
import { holdImport } from "./support/importer.ts";
import { moments } from "./support/random.ts";
import type { Server } from "./support/server.ts";

describe("kill -9 of the server while four clients write", { timeout: longest }, () => {
  const house = openHouse();
  let server: Server;
  let psql: Client;
  let clerks: Clerks;
  let postgres = 0;

  beforeAll(async () => {
    server = await house.serve();
    psql = await house.psql();
    clerks = await appointClerks(psql, { clerks: 4, each: 5 });
    postgres = house.postmaster();
  });

  afterAll(async () => house.close());

  test.each(moments(11, 3, 80))(
    "%i ms after a write loses no acknowledged one and leaves none half done, and the next start adopts PostgreSQL",
    async (moment) => {
      const writing = clerks.write(server);
      await clerks.more(20);
      await wait(moment);
      await server.kill("SIGKILL");
      expect(await writing).toEqual({ silent: 4, errors: [] });

      server = await house.serve();
      expect(house.postmaster()).toBe(postgres);
      await clerks.expectAllOf(psql);
    },
  );

  test("and while an import is half-way leaves the import to go on by itself: nothing of it is seen before its end, and then all", async () => {
    const writing = clerks.write(server);
    await clerks.more(20);
    const { running, letGo } = await holdImport(house, psql, "甲");
    await clerks.more(20);
    await server.kill("SIGKILL");
    expect(await writing).toEqual({ silent: 4, errors: [] });

    server = await house.serve();
    expect(house.postmaster()).toBe(postgres);
    expect(await writtenOf("甲", psql)).toEqual(nothing);
    await letGo();
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(await writtenOf("甲", psql)).toMatchObject(whole);
    expect(await server.ask('{ projects(filter: { content: { eq: "甲" } }) { totalCount } }')).toEqual({
      data: { projects: { totalCount: whole.projects } },
    });
    await clerks.expectAllOf(psql);
  });
});
