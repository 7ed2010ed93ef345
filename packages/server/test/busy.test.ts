import "reflect-metadata";
import { expect, test } from "vitest";

import { GATE } from "./support/blocker-resolvers.ts";
import { blockers } from "./support/blockers.ts";
import { startPlatform, type Answer, type TestPlatform } from "./support/platform.ts";

const english = { "accept-language": "en" };
const codeOf = ({ errors }: Answer): unknown => errors?.[0]?.extensions["code"];

/** Resolves once so many wait at the gate; every look is a round trip. */
async function atTheGate(count: number, { psql }: TestPlatform): Promise<void> {
  for (;;) {
    const { rowCount } = await psql.query("select from pg_locks where locktype = 'advisory' and not granted and objid = $1", [GATE]);
    if (rowCount === count) return;
  }
}

test("beyond the connections and those that wait for one the server says at once that it is busy, and serves all others", async () => {
  await using platform = await startPlatform("blockers alone", [blockers], { limits: { waiting: 2 } });
  const { psql } = platform;
  await psql.query("select pg_advisory_lock($1)", [GATE]);
  const served = Array.from({ length: 6 }, async () => platform.graphql("{ blockerGate }"));
  await atTheGate(6, platform);
  const queries = ["{ blockers { totalCount } }", '{ blocker(number: "B-1") { id } }', "{ blockerGate }"];
  const more = await Promise.race(
    queries.map(async (query) => {
      const answer = platform.graphql(query, {}, english);
      return (await answer).status === 503 ? answer : new Promise<Answer>(() => undefined);
    }),
  );
  expect(codeOf(more)).toBe("SERVER_BUSY");
  expect(more.headers.get("retry-after")).toBe("1");
  expect(more.errors?.[0]?.message).toContain("Try again");
  // a change has connections of its own
  const raised = await platform.graphql('mutation { raiseBlocker(input: { number: "B-1", summary: "电" }) { blocker { number } } }');
  expect(raised.data).toEqual({ raiseBlocker: { blocker: { number: "B-1" } } });
  await psql.query("select pg_advisory_unlock($1)", [GATE]);
  expect((await Promise.all(served)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
});

test("whoever has waited too long for a connection is told so, whatever was asked, and nothing was done", async () => {
  await using platform = await startPlatform("blockers alone", [blockers], { limits: { waitSeconds: 0.2 } });
  const { psql } = platform;
  await psql.query("select pg_advisory_lock($1)", [GATE]);
  const served = Array.from({ length: 6 }, async () => platform.graphql("{ blockerGate }"));
  await atTheGate(6, platform);
  for (const query of ["{ blockers { totalCount } }", '{ blocker(number: "B-1") { id } }']) {
    const answer = await platform.graphql(query);
    expect([query, answer.status, codeOf(answer)]).toEqual([query, 503, "SERVER_BUSY"]);
  }
  await psql.query("select pg_advisory_unlock($1)", [GATE]);
  await Promise.all(served);

  await psql.query("begin");
  await psql.query("lock table app.blocker");
  const raise = async (number: string) =>
    platform.graphql("mutation ($input: RaiseBlockerInput!) { raiseBlocker(input: $input) { blocker { number } } }", {
      input: { number, summary: "电" },
    });
  const raised = ["B-1", "B-2", "B-3", "B-4"].map(raise);
  for (;;) {
    const { rowCount } = await psql.query("select from pg_locks where not granted and relation = 'app.blocker'::regclass");
    if (rowCount === raised.length) break;
  }
  const late = await raise("B-5");
  expect([late.status, codeOf(late)]).toEqual([503, "SERVER_BUSY"]);
  await psql.query("commit");
  await Promise.all(raised);
  expect((await platform.graphql("{ blockers { nodes { number } } }")).data).toEqual({
    blockers: { nodes: ["B-1", "B-2", "B-3", "B-4"].map((number) => ({ number })) },
  });
});

test("a statement that takes too long is stopped, in a query and in a change, and says how long it may take and what to do", async () => {
  await using platform = await startPlatform("blockers alone", [blockers], { limits: { statementSeconds: 0.3 } });
  const { psql } = platform;
  await psql.query("select pg_advisory_lock($1)", [GATE]);
  const answer = await platform.graphql("{ blockerGate }", {}, english);
  expect(codeOf(answer)).toBe("STATEMENT_TIMEOUT");
  expect(answer.errors?.[0]?.message).toMatch(/0\.3 seconds.*limits\.statementSeconds/);
  const socket = (await platform.socket().iterate({ query: "{ blockerGate }" }).next()).value as { readonly errors: unknown };
  expect(socket.errors).toMatchObject([{ extensions: { code: "STATEMENT_TIMEOUT" } }]);

  const { rows } = await psql.query<{ id: string }>("insert into app.blocker (number, summary) values ('B-1', '路') returning id");
  await psql.query("begin");
  await psql.query("lock table app.blocker");
  const list = await platform.graphql("{ blockers { totalCount } }");
  expect(codeOf(list)).toBe("STATEMENT_TIMEOUT");
  const update = `mutation { updateBlocker(input: { id: "Blocker:${rows[0]!.id}", cost: "1" }) { blocker { cost } problems { code } } }`;
  const raise = 'mutation { raiseBlocker(input: { number: "B-2", summary: "电" }) { blocker { number } } }';
  for (const change of [update, raise]) expect([change, codeOf(await platform.graphql(change))]).toEqual([change, "STATEMENT_TIMEOUT"]);
  await psql.query("rollback");
  expect((await platform.graphql("{ blockers { nodes { number cost } } }")).data).toEqual({
    blockers: { nodes: [{ number: "B-1", cost: null }] },
  });
  expect(platform.logged.filter(({ msg }) => msg === "unexpected error")).toEqual([]);
});
