import process from "node:process";

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { longest } from "./support/command.ts";
import { nothing, writtenOf } from "./support/big-table.ts";
import { appointClerks, type Clerks } from "./support/clerks.ts";
import { listen, type Listener } from "./support/events.ts";
import { openHouse } from "./support/house.ts";
import { holdImport } from "./support/importer.ts";
import type { Server } from "./support/server.ts";

describe("PostgreSQL under a server that four clients write to", { timeout: longest }, () => {
  const house = openHouse();
  let server: Server;
  let psql: Client;
  let clerks: Clerks;
  let listener: Listener;

  const startProject = async (code: string): Promise<void> => {
    await psql.query("update app.project set stage = 'STARTED' where code = $1", [code]);
  };

  beforeAll(async () => {
    server = await house.serve();
    psql = await house.psql();
    await psql.query("update app.project set stage = 'PREPARATORY'");
    clerks = await appointClerks(psql, { clerks: 4, each: 5 });
    listener = await listen(server);
  });

  afterAll(async () => {
    await listener.close();
    await house.close();
  });

  test("that loses one of its processes to kill -9 comes back, and so does the server, by themselves; who listened has missed nothing", async () => {
    const codes = await codesOf(psql);
    await startProject(codes[0]!);
    await listener.until(1);
    const writing = clerks.write(server);
    await clerks.more(20);
    const { rows } = await psql.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'xianmai write' order by backend_start limit 1",
    );
    process.kill(rows[0]!.pid, "SIGKILL");
    const { silent, errors } = await writing;
    expect({ silent, errors: errors.length }).toEqual({ silent: 0, errors: 4 });

    await expect.poll(() => server.status("/health/ready"), { timeout: 20_000, interval: 50 }).toBe(200);
    psql = await house.psql();
    await clerks.expectAllOf(psql);
    await startProject(codes[1]!);
    await listener.until(2);
    expect(listener.codes()).toEqual(codes.slice(0, 2));
  });

  test("that is killed whole, with an import half-way, is started anew by the server, and has lost nothing", async () => {
    const writing = clerks.write(server);
    await clerks.more(20);
    const { running } = await holdImport(house, psql, "甲");
    await clerks.more(20);
    const killed = house.postmaster();
    process.kill(killed, "SIGKILL");
    expect(await writing).toMatchObject({ silent: 0 });
    expect(await running.ended).toMatchObject({ code: 1, err: expect.stringContaining("CONNECTION_LOST") as string });
    await expect.poll(() => house.postmaster()).not.toBe(killed);
    await expect.poll(() => server.status("/health/ready")).toBe(200);

    psql = await house.psql();
    await clerks.expectAllOf(psql);
    expect(await writtenOf("甲", psql)).toEqual(nothing);
    expect(await server.kill("SIGTERM")).toMatchObject({ code: 0 });
  });
});

async function codesOf(psql: Client): Promise<readonly string[]> {
  const { rows } = await psql.query<{ code: string }>("select code from app.project where nature = 'NEW_START' order by code desc");
  return rows.map(({ code }) => code);
}
