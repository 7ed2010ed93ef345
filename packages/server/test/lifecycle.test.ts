import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { migrate } from "@xianmai/database";
import { openPostgres, type Postgres } from "@xianmai/database/postgres";
import { createClient } from "graphql-ws";
import { Client } from "pg";
import { expect, test } from "vitest";
import { WebSocket } from "ws";

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

/** Resolves once the server has so many connections; PostgreSQL hears a moment later that one was closed. */
async function connections(count: number, { psql }: TestPlatform): Promise<void> {
  for (;;) {
    const { rowCount } = await psql.query(
      "select from pg_stat_activity where datname = current_database() and application_name like 'xianmai%'",
    );
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
  await expect(platform.graphql("{ blockers { totalCount } }")).rejects.toThrow("fetch failed");
  await psql.query("select pg_advisory_unlock($1)", [GATE]);
  expect((await overHttp).data).toEqual({ blockerGate: 1 });
  expect((await overSocket).value).toMatchObject({ data: { blockerGate: 1 } });
  await stopped;
  await connections(0, platform);
});

test("what nobody waits for any more is stopped in PostgreSQL too, over HTTP and over a socket", async () => {
  await using platform = await startPlatform("blockers alone", [blockers]);
  await platform.psql.query("select pg_advisory_lock($1)", [GATE]);
  const leaving = new AbortController();
  const asked = fetch(`${platform.server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ blockerGate }" }),
    signal: leaving.signal,
  });
  const client = platform.socket();
  void client.iterate({ query: "{ blockerGate }" }).next();
  await waiting(2, platform);
  leaving.abort();
  await expect(asked).rejects.toThrow("aborted");
  await waiting(1, platform);
  await client.dispose();
  await waiting(0, platform);
});

test("a query over a socket that its client ends is stopped in PostgreSQL, and the socket goes on", async () => {
  await using platform = await startPlatform("blockers alone", [blockers]);
  const { psql } = platform;
  await psql.query("select pg_advisory_lock($1)", [GATE]);
  const received: unknown[] = [];
  const client = platform.socket({ lazy: false, on: { message: ({ type }) => received.push(type) } });
  const asked = client.iterate({ query: "{ blockerGate }" });
  void asked.next();
  await waiting(1, platform);
  await asked.return?.();
  await waiting(0, platform);
  const reading =
    "select from pg_stat_activity where datname = current_database() and application_name = 'xianmai read' and state <> 'idle'";
  while ((await psql.query(reading)).rowCount !== 0);
  expect((await client.iterate({ query: "{ __typename }" }).next()).value).toEqual({ data: { __typename: "Query" } });
  expect(received.slice(0, 2)).toEqual(["connection_ack", "next"]);
  await psql.query("select pg_advisory_unlock($1)", [GATE]);
});

test("a subscriber comes back by itself when the server is restarted, and misses no event in between", async () => {
  await using platform = await startPlatform("blockers alone", [blockers]);
  const { psql } = platform;
  await psql.query(`insert into app.blocker (number, summary) values ('B-1', '征地'), ('B-2', '贷款'), ('B-3', '道路')`);
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
  const staying = client.iterate({ query });
  const first = staying.next();
  await client.iterate({ query: "{ __typename }" }).next();
  await psql.query(`update app.blocker set stage = 'CLOSED' where number = 'B-1'`);
  const { cursor } = ((await first).value as Event).data.blockerClosed;
  const later = staying.next();

  const { port } = platform.server;
  await platform.server.stop();
  expect(closings).toContain(1001);
  await psql.query(`update app.blocker set stage = 'CLOSED' where number = 'B-2'`);
  const again = client.iterate({ query, variables: { after: cursor } });
  const next = again.next();
  await platform.serve(port);
  expect(((await next).value as Event).data.blockerClosed.blocker.number).toBe("B-2");
  await client.iterate({ query: "{ __typename }" }).next();
  await psql.query(`update app.blocker set stage = 'CLOSED' where number = 'B-3'`);
  expect(((await later).value as Event).data.blockerClosed.blocker.number).toBe("B-3");
  await client.dispose();
});

test("a port that is taken is refused with another to take, and nothing stays open", async () => {
  await using platform = await startPlatform("blockers alone", [blockers]);
  const { port } = platform.server;
  await expect(platform.serve(port)).rejects.toMatchObject({
    code: "PORT_TAKEN",
    what: { en: expect.stringContaining(String(port)) as string },
  });
  await platform.server.stop();
  await connections(0, platform);
});

async function withOwner({ owner }: Postgres, statement: string): Promise<void> {
  const client = new Client(owner);
  await client.connect();
  await client.query(statement);
  await client.end();
}

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
    await withOwner(postgres, "insert into app.blocker (number, summary) values ('B-1', '征地')");
    const client = createClient({ url: `ws://127.0.0.1:${server.port}/graphql`, webSocketImpl: WebSocket });
    const events = client.iterate({ query: "subscription { blockerClosed { gap blocker { number } } }" });
    const event = events.next();
    await client.iterate({ query: "{ __typename }" }).next();

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
    expect(back.data).toEqual({ blockers: { totalCount: 1 } });
    while ((await ready()) !== 200);
    await withOwner(postgres, "update app.blocker set stage = 'CLOSED'");
    expect((await event).value).toEqual({ data: { blockerClosed: { gap: false, blocker: { number: "B-1" } } } });
    await client.dispose();
    await server.stop();
  } finally {
    await postgres.release();
    await rm(folder, { recursive: true, force: true });
  }
});
