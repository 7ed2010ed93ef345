import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { migrate } from "@xianmai/database";
import { openPostgres } from "@xianmai/database/postgres";
import { expect, test } from "vitest";

import { compose } from "../src/composition/compose.ts";
import { startServer } from "../src/server.ts";
import { GATE } from "./support/blocker-resolvers.ts";
import { blockers } from "./support/blockers.ts";
import { post, startPlatform, testLog, withMigrations, type TestPlatform } from "./support/platform.ts";

/** Resolves once so many wait at the gate; every look is a round trip. */
async function waiting(count: number, { psql }: TestPlatform): Promise<void> {
  for (;;) {
    const { rowCount } = await psql.query("select from pg_locks where locktype = 'advisory' and not granted and objid = $1", [GATE]);
    if (rowCount === count) return;
  }
}

test("a stop lets what is under way finish, over HTTP and over a socket, and takes nothing new", async () => {
  await using platform = await startPlatform("blockers alone", [blockers]);
  const { psql } = platform;
  await psql.query("select pg_advisory_lock($1)", [GATE]);
  const overHttp = platform.graphql("{ blockerGate }");
  const overSocket = platform.socket().iterate({ query: "{ blockerGate }" }).next();
  await waiting(2, platform);
  const stopped = platform.server.stop();
  await expect(platform.graphql("{ blockers { totalCount } }")).rejects.toThrow();
  await psql.query("select pg_advisory_unlock($1)", [GATE]);
  expect((await overHttp).data).toEqual({ blockerGate: 1 });
  expect((await overSocket).value).toEqual({ data: { blockerGate: 1 } });
  await stopped;
  const { rows } = await psql.query(
    "select application_name from pg_stat_activity where datname = current_database() and application_name like 'xianmai%'",
  );
  expect(rows).toEqual([]);
});

test("a subscriber comes back by itself when the server is restarted, and misses no event in between", async () => {
  await using platform = await startPlatform("blockers alone", [blockers]);
  const { psql } = platform;
  await psql.query(`insert into app.blocker (number, summary) values ('B-1', '征地'), ('B-2', '贷款')`);
  const closings: (number | undefined)[] = [];
  const client = platform.socket({
    retryAttempts: Infinity,
    // a refused connection too, which the client else takes for final
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => void setImmediate(resolve)),
    on: { closed: (event) => closings.push((event as { code?: number }).code) },
  });
  const query = `subscription ($after: String) { blockerClosed(after: $after) { cursor blocker { number } } }`;
  interface Event {
    readonly data: { readonly blockerClosed: { readonly cursor: string; readonly blocker: { readonly number: string } } };
  }
  const first = client.iterate({ query });
  const arrived = first.next();
  await client.iterate({ query: "{ __typename }" }).next();
  await psql.query(`update app.blocker set stage = 'CLOSED' where number = 'B-1'`);
  const { cursor } = ((await arrived).value as Event).data.blockerClosed;
  await first.return?.();

  const { port } = platform.server;
  await platform.server.stop();
  expect(closings).toContain(1001);
  await psql.query(`update app.blocker set stage = 'CLOSED' where number = 'B-2'`);
  const again = client.iterate({ query, variables: { after: cursor } });
  const next = again.next();
  const { log } = testLog();
  const server = await startServer({ composition: platform.composition, postgres: platform.database, port, log });
  expect(((await next).value as Event).data.blockerClosed.blocker.number).toBe("B-2");
  await client.dispose();
  await server.stop();
});

test("a port that is taken is refused with another to take, and nothing stays open", async () => {
  await using platform = await startPlatform("blockers alone", [blockers]);
  const { port } = platform.server;
  const start = startServer({ composition: platform.composition, postgres: platform.database, port, log: testLog().log });
  await expect(start).rejects.toMatchObject({ code: "PORT_TAKEN", what: { en: expect.stringContaining(String(port)) as string } });
  const { rows } = await platform.psql.query(
    "select count(*) filter (where application_name = 'xianmai feed')::integer as feeds from pg_stat_activity where datname = current_database()",
  );
  expect(rows).toEqual([{ feeds: 1 }]);
});

test("PostgreSQL may go away and come back: meanwhile requests and health say so, then all goes on by itself, events too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "xianmai-away-"));
  const open = async () => openPostgres({ dataFolder: folder, log: () => undefined });
  let postgres = await open();
  try {
    const composition = await compose(withMigrations([blockers]));
    await migrate({ owner: postgres.owner, model: composition.model, log: () => undefined });
    const server = await startServer({ composition, postgres, port: 0, log: testLog().log });
    const ask = async () => post(server, JSON.stringify({ query: "{ blockers { totalCount } }" }), { "accept-language": "en" });
    const ready = async (): Promise<number> => (await fetch(`${server.url}/health/ready`)).status;
    expect((await ask()).data).toEqual({ blockers: { totalCount: 0 } });

    await postgres.release();
    const away = await ask();
    expect(away.errors?.[0]).toMatchObject({
      message: expect.stringContaining("database") as string,
      extensions: { code: "DATABASE_UNAVAILABLE" },
    });
    expect(away.status).toBe(503);
    expect(await ready()).toBe(503);

    postgres = await open();
    let back = await ask();
    while (back.errors !== undefined) back = await ask();
    expect(back.data).toEqual({ blockers: { totalCount: 0 } });
    while ((await ready()) !== 200);
    await server.stop();
  } finally {
    await postgres.release();
    await rm(folder, { recursive: true, force: true });
  }
});
