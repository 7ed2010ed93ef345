import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";

import { blockers } from "./support/blockers.ts";
import { startPlatform, type TestPlatform } from "./support/platform.ts";

let platform: TestPlatform;
let psql: TestPlatform["psql"];
beforeAll(async () => {
  platform = await startPlatform("blockers alone", [blockers]);
  psql = platform.psql;
  await psql.query(`insert into app.blocker (number, summary) values ('B-1', '征地'), ('B-2', '贷款'), ('B-3', '道路')`);
});
afterAll(async () => platform[Symbol.asyncDispose]());

const EVENT = `subscription ($after: String) { blockerClosed(after: $after) { cursor by step from gap blocker { number stage } } }`;

interface Event {
  readonly cursor: string;
  readonly gap: boolean;
  readonly blocker: { readonly number: string } | null;
}

test("a stock client asks and changes over the same socket, through the same executor", async () => {
  const client = platform.socket();
  const ask = async (query: string) => (await client.iterate({ query }).next()).value as { readonly data: unknown };
  expect((await ask(`{ blockers { totalCount } }`)).data).toEqual({ blockers: { totalCount: 3 } });
  const changed = await ask(`mutation { raiseBlocker(input: { number: "B-4", summary: "电" }) { blocker { number } } }`);
  expect(changed.data).toEqual({ raiseBlocker: { blocker: { number: "B-4" } } });
});

test("what psql changes is an event to whoever subscribes, and a cursor goes on where it left off", async () => {
  const client = platform.socket();
  const events = client.iterate<{ blockerClosed: Event }>({ query: EVENT });
  const first = events.next();
  await subscribed(client);
  await psql.query(`update app.blocker set stage = 'CLOSED' where number = 'B-1'`);
  const { value } = (await first) as { value: { data: { blockerClosed: Event } } };
  const event = value.data.blockerClosed;
  expect(event).toMatchObject({ gap: false, by: null, step: null, from: "RAISED", blocker: { number: "B-1", stage: "CLOSED" } });
  await events.return?.();

  await psql.query(`update app.blocker set stage = 'CLOSED' where number = 'B-2'`);
  const resumed = client.iterate<{ blockerClosed: Event }>({ query: EVENT, variables: { after: event.cursor } });
  const { value: next } = (await resumed.next()) as { value: { data: { blockerClosed: Event } } };
  expect(next.data.blockerClosed.blocker?.number).toBe("B-2");
  await resumed.return?.();
  expect(await (await fetch(`${platform.server.url}/metrics`)).text()).toMatch(/^xianmai_subscriptions 0$/m);
});

/** Resolves once a subscription that was sent before is being served: messages of a socket are answered in their order. */
async function subscribed(client: ReturnType<TestPlatform["socket"]>): Promise<void> {
  await client.iterate({ query: "{ blockers { totalCount } }" }).next();
}

test("a document that is wrong is answered as an error of that operation, and the socket stays", async () => {
  const client = platform.socket();
  const failing = async (query: string): Promise<unknown> =>
    client
      .iterate({ query })
      .next()
      .catch((error: unknown) => error);
  expect(await failing("{ blockers { colour } }")).toMatchObject([{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }]);
  expect(await failing("{ blockers ")).toMatchObject([{ extensions: { code: "GRAPHQL_PARSE_FAILED" } }]);
  expect(await failing('{ blockerFailure(how: "bug") }')).toMatchObject({
    value: { errors: [{ extensions: { code: "INTERNAL_SERVER_ERROR" } }] },
  });
  expect((await client.iterate({ query: "{ __typename }" }).next()).value).toEqual({ data: { __typename: "Query" } });
});

async function opened(headers: Record<string, string>, path = "/graphql"): Promise<number | "open"> {
  const socket = new WebSocket(`ws://127.0.0.1:${platform.server.port}${path}`, "graphql-transport-ws", { headers });
  return new Promise((resolve) => {
    socket.once("open", () => {
      socket.close();
      resolve("open");
    });
    socket.once("unexpected-response", (_, { statusCode }) => resolve(statusCode ?? 0));
    socket.once("error", () => undefined);
  });
}

test("a page of another site gets no socket, nor does a name that was pointed at this machine", async () => {
  expect(await opened({})).toBe("open");
  expect(await opened({ origin: `http://localhost:${platform.server.port}` })).toBe("open");
  expect(await opened({ origin: "https://evil.example" })).toBe(403);
  expect(await opened({ origin: "null" })).toBe(403);
  expect(await opened({ host: "evil.example" })).toBe(403);
  expect(await opened({}, "/elsewhere")).toBe(404);
});

test("a message over one mebibyte closes the socket, and the server lives on", async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${platform.server.port}/graphql`, "graphql-transport-ws");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.once("open", () => socket.send("x".repeat(1024 * 1024 + 1)));
  expect(await closed).toBe(1009);
  expect((await platform.graphql("{ __typename }")).status).toBe(200);
});
