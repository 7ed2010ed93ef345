import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { longest } from "./support/command.ts";
import { listen } from "./support/events.ts";
import { openGivenDatabase, type GivenDatabase } from "./support/given.ts";
import type { Server } from "./support/server.ts";

const startProject = `mutation ($id: ID!) {
  startProject(input: { id: $id, on: "2023-11-20" }) { project { stage } problems { code } }
}`;

describe("two servers on one given database", { timeout: longest }, () => {
  let database: GivenDatabase;
  let psql: Client;
  let one: Server;
  let other: Server;
  let ready: readonly { readonly id: string; readonly code: string }[];

  beforeAll(async () => {
    database = await openGivenDatabase();
    [one, other] = await Promise.all([database.serve(), database.serve()]);
    psql = await database.psql();
    const { rows } = await psql.query<{ id: string; code: string }>(
      "update app.project set stage = 'PREPARATORY' where nature = 'NEW_START' returning id, code",
    );
    ready = rows;
  });

  afterAll(async () => database.close());

  test("that start at the same moment on an empty one migrate it once and load the demo once", async () => {
    const counts = await Promise.all([one, other].map(async (server) => server.ask("{ projects { totalCount } units { totalCount } }")));
    expect(counts[0]).toEqual(counts[1]);
    const { rows } = await psql.query(
      `select (select count(*)::int from app.project) as projects,
        (select count(*)::int from app.unit) as units,
        (select count(*)::int from xm.dataset where name = 'projects') as loaded,
        (select count(*) = count(distinct (plugin, id)) from xm.migration) as migrated`,
    );
    const { projects, units } = (counts[0] as { data: Record<string, { totalCount: number }> }).data;
    expect(rows).toEqual([{ projects: projects!.totalCount, units: units!.totalCount, loaded: 1, migrated: true }]);
    expect(projects!.totalCount).toBeGreaterThan(100);
  });

  test("tell the same events in the same order, whichever of them, or psql, made the change", async () => {
    const listeners = await Promise.all([listen(one), listen(other)]);
    const [first, second, third] = ready;
    expect(await one.ask(startProject, { id: `Project:${first!.id}` })).toEqual(done);
    expect(await other.ask(startProject, { id: `Project:${second!.id}` })).toEqual(done);
    await psql.query("update app.project set stage = 'STARTED' where id = $1", [third!.id]);
    for (const listener of listeners) {
      await listener.until(3);
      expect(listener.codes()).toEqual([first!.code, second!.code, third!.code]);
      await listener.close();
    }
  });

  test("give each other's clients over: after a kill of one, its client goes on at the other from its last cursor", async () => {
    const [first, second, third] = ready.slice(3);
    const before = await listen(one);
    expect(await other.ask(startProject, { id: `Project:${first!.id}` })).toEqual(done);
    await before.until(1);
    await one.kill("SIGKILL");
    expect(await other.ask(startProject, { id: `Project:${second!.id}` })).toEqual(done);
    const after = await listen(other, before.cursor);
    expect(await other.ask(startProject, { id: `Project:${third!.id}` })).toEqual(done);
    await after.until(2);
    expect([...before.codes(), ...after.codes()]).toEqual([first!.code, second!.code, third!.code]);
    await after.close();
  });
});

const done = { data: { startProject: { project: { stage: "STARTED" }, problems: [] } } };
