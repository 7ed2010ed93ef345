import { afterAll, beforeAll, expect, test } from "vitest";

import { startServer, type RunningServer } from "../../src/server.ts";
import type { ApolloPlugin } from "../../src/transport/apollo.ts";
import { blockers } from "../support/blockers.ts";
import { startPlatform, testLog, type TestPlatform } from "../support/platform.ts";

/** What a plugin of Apollo's was told of, in turn. */
const heard: string[] = [];
const listener: ApolloPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ operationName }) => {
        heard.push(operationName ?? "");
        return Promise.resolve();
      },
      willSendResponse: ({ response }) => {
        response.http.headers.set("x-heard", String(heard.length));
        return Promise.resolve();
      },
    }),
};

let platform: TestPlatform;
let listening: RunningServer;
beforeAll(async () => {
  platform = await startPlatform("blockers alone", [blockers]);
  await platform.psql.query("insert into app.blocker (number, summary, kind, cost) values ('B-1', '征地“补偿”未到位', 'LAND', 1250000)");
  const { composition, database: postgres } = platform;
  listening = await startServer({ composition, postgres, port: 0, log: testLog().log, apolloPlugins: [listener] });
});
afterAll(async () => {
  await listening.stop();
  await platform[Symbol.asyncDispose]();
});

interface Asked {
  readonly method?: string;
  readonly search?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A whole answer, but for what is another each time. */
async function answer({ url }: RunningServer, { method = "POST", search = "", body, headers = {} }: Asked): Promise<unknown> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${url}/graphql${search}`, { method, ...sent, headers: { "content-type": "application/json", ...headers } });
  const text = await response.text();
  expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
  const told = Object.fromEntries([...response.headers].filter(([name]) => !["date", "x-heard", "content-length"].includes(name)));
  return { status: response.status, headers: told, body: text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "…") };
}

const BLOCKER = "query Blocker($number: String!) { blocker(number: $number) { summary kind cost } }";
const EN = { "accept-language": "en" };

test.for<[string, Asked]>([
  ["data", { body: { query: BLOCKER, variables: { number: "B-1" }, operationName: "Blocker" } }],
  ["data, of what is not there", { body: { query: BLOCKER, variables: { number: "B-9" } } }],
  ["data beside an error", { body: { query: `{ blockers { totalCount } blockerFailure(how: "refusal") }` }, headers: EN }],
  ["an error that is masked", { body: { query: `query Fails { blockerFailure(how: "error") }` } }],
  ["a variable that is missing", { body: { query: BLOCKER }, headers: EN }],
  ["a variable of another type", { body: { query: BLOCKER, variables: { number: 1 } }, headers: EN }],
  ["an argument that cannot be meant", { body: { query: `query Cursor { blockers(after: "nonsense") { totalCount } }` }, headers: EN }],
  ["an operation that the document does not have", { body: { query: `query A { __typename }`, operationName: "B" }, headers: EN }],
  ["several operations of which none is named", { body: { query: `query A { __typename } query B { __typename }` }, headers: EN }],
  ["a cost beyond the limit", { body: { query: `query Huge($n: Int) { blockers(first: $n) { nodes { id } } }`, variables: { n: 9e8 } } }],
  ["a subscription", { body: { query: "subscription S { blockerClosed { cursor } }" }, headers: EN }],
  ["a document that is not valid", { body: { query: "query Invalid { nonsense }" } }],
  ["introspection", { body: { query: "{ __schema { queryType { name } } }" } }],
  ["an address", { method: "GET", search: `?query=${encodeURIComponent("{ blockers { totalCount } }")}` }],
  ["a change by address", { method: "GET", search: `?query=${encodeURIComponent("mutation M { __typename }")}` }],
  [
    "an answer as application/graphql-response+json",
    { body: { query: BLOCKER, variables: { number: "B-1" } }, headers: { accept: "application/graphql-response+json" } },
  ],
  ["an error as application/graphql-response+json", { body: { query: BLOCKER }, headers: { accept: "application/graphql-response+json" } }],
  [
    "whatever a browser accepts",
    { body: { query: BLOCKER, variables: { number: "B-1" } }, headers: { accept: "text/html;q=0.9, */*;q=0.1" } },
  ],
  ["nothing that is accepted", { body: { query: BLOCKER, variables: { number: "B-1" } }, headers: { accept: "image/png" } }],
  ["empty extensions", { body: { query: BLOCKER, variables: { number: "B-1" }, extensions: {} } }],
  [
    "the hash of another text",
    { body: { query: BLOCKER, variables: { number: "B-1" }, extensions: { persistedQuery: { version: 1, sha256Hash: "0" } } } },
  ],
])("%s is answered the same the first time and ever after, and as Apollo answers alone", async ([, asked]) => {
  const alone = await answer(listening, asked);
  for (let time = 1; time <= 3; time += 1) expect(await answer(platform.server, asked)).toEqual(alone);
});

test("a change is made once each time it is asked for, also where its answer has errors", async () => {
  const query = `mutation Raise($number: String!) { raiseBlocker(input: { number: $number, summary: "x" }) { blocker { number } } }`;
  for (const number of ["C-1", "C-2", "C-3", "C-3", "C-4"]) await platform.graphql(query, { number });
  const { rows } = await platform.psql.query<{ number: string }>("select number from app.blocker where number like 'C-%' order by 1");
  expect(rows.map(({ number }) => number)).toEqual(["C-1", "C-2", "C-3", "C-4"]);
});

test("a plugin of Apollo's hears every request, also of a document that came before, and may add to its answer", async () => {
  const before = heard.length;
  for (let time = 1; time <= 3; time += 1) {
    const response = await fetch(`${listening.url}/graphql`, {
      method: "POST",
      body: JSON.stringify({ query: BLOCKER, variables: { number: "B-1" } }),
      headers: { "content-type": "application/json" },
    });
    expect(response.headers.get("x-heard")).toBe(String(before + time));
  }
  expect(heard.slice(before)).toEqual(["Blocker", "Blocker", "Blocker"]);
});
