import { auditServer } from "graphql-http";
import { afterAll, beforeAll, expect, test } from "vitest";

import { blockers } from "./support/blockers.ts";
import { startPlatform, type TestPlatform } from "./support/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform("blockers alone", [blockers]);
});
afterAll(async () => platform[Symbol.asyncDispose]());

/** What the audit advises and this server does otherwise, by the audit's ids, and why. */
const OTHERWISE = {
  // whoever accepts application/json is told of a wrong document by 400 too: proxies, logs and scripts see that nothing was answered
  "572B": "warn",
  FDE2: "warn",
  "7B9B": "warn",
};

test("GraphQL over HTTP is spoken as its specification demands, and as it advises but for what is listed here", async () => {
  const results = await auditServer({ url: `${platform.server.url}/graphql` });
  expect(results.length).toBeGreaterThan(50);
  expect(Object.fromEntries(results.filter(({ status }) => status !== "ok").map(({ id, status }) => [id, status]))).toEqual(OTHERWISE);
});

const JSON_TYPE = { "content-type": "application/json" };
const QUERY = '{"query":"{ __typename }"}';

interface Told {
  readonly status: number;
  readonly type: string | null;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
  };
}
async function told(init: RequestInit, search = ""): Promise<Told> {
  const headers = { "accept-language": "en", ...(init.headers as Record<string, string> | undefined) };
  const response = await fetch(`${platform.server.url}/graphql${search}`, { method: "POST", ...init, headers });
  return { status: response.status, type: response.headers.get("content-type"), body: (await response.json()) as Told["body"] };
}

test.for([
  ["an empty body", JSON_TYPE, "", 400, "empty"],
  ["a body that is no JSON", JSON_TYPE, '{"query":', 400, "not valid JSON"],
  ["a body that is no object", JSON_TYPE, '"{ __typename }"', 400, "must be an object"],
  ["several operations in one request", JSON_TYPE, `[${QUERY}]`, 400, "one by one"],
  ["a body without a document", JSON_TYPE, '{"variables":{}}', 400, "non-empty `query`"],
  ["a query that is no string", JSON_TYPE, '{"query":{"kind":"Document"}}', 400, "query must be a string"],
  ["variables that are no object", JSON_TYPE, '{"query":"{ __typename }","variables":[1]}', 400, "variables must be a JSON object"],
  ["variables that are encoded twice", JSON_TYPE, '{"query":"{ __typename }","variables":"{}"}', 400, "variables must be a JSON object"],
  ["an operationName that is no string", JSON_TYPE, '{"query":"{ __typename }","operationName":1}', 400, "operationName must be a string"],
  ["extensions that are no object", JSON_TYPE, '{"query":"{ __typename }","extensions":"x"}', 400, "extensions must be a JSON object"],
  ["a documentId that is no string", JSON_TYPE, '{"documentId":7}', 400, "documentId must be a string"],
  ["another content type", { "content-type": "text/plain" }, QUERY, 415, "text/plain"],
  ["a form", { "content-type": "application/x-www-form-urlencoded" }, "query={__typename}", 415, "content-type: application/json"],
  ["another encoding", { "content-type": "application/json; charset=utf-16le" }, QUERY, 415, "utf-16le"],
  ["a body over one mebibyte", JSON_TYPE, `{"query":"${"x".repeat(1024 * 1024)}"}`, 413, "1 MiB"],
] as const)("%s is refused as GraphQL answers, with its status and what is wrong", async ([, headers, body, status, part]) => {
  const answer = await told({ headers, body });
  expect([answer.status, answer.type]).toEqual([status, "application/json; charset=utf-8"]);
  expect(answer.body).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
  expect(answer.body.errors?.[0]?.message).toContain(part);
  expect(answer.body.data).toBeUndefined();
});

test("a body may begin with a mark of its byte order, and name its encoding", async () => {
  for (const type of ["application/json; charset=UTF-8", 'application/json;charset="utf-8"', "application/json"]) {
    expect((await told({ headers: { "content-type": type }, body: `\uFEFF${QUERY}` })).body).toEqual({ data: { __typename: "Query" } });
  }
});

test("a GET carries variables, an operation's name and extensions, and nothing that changes", async () => {
  const query = "query A($name: String!) { __type(name: $name) { name } } query B { __typename }";
  const ask = async (parameters: Record<string, string>) => told({ method: "GET" }, `?${new URLSearchParams(parameters).toString()}`);
  expect((await ask({ query, operationName: "A", variables: '{"name":"Blocker"}', extensions: "{}" })).body.data).toEqual({
    __type: { name: "Blocker" },
  });
  expect((await ask({ query, operationName: "A", variables: "{" })).body.errors?.[0]?.message).toContain("variables");
  expect((await ask({ query, operationName: "A", variables: "[]" })).status).toBe(400);
  expect((await told({ method: "GET" }, "?query={__typename}&query={__typename}")).body.errors?.[0]?.message).toContain("twice");
  const change = 'mutation { raiseBlocker(input: { number: "B-1", summary: "x" }) { blocker { id } } }';
  expect((await ask({ query: change })).status).toBe(405);
});

test("another method is told which there are", async () => {
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    const response = await fetch(`${platform.server.url}/graphql`, { method, headers: JSON_TYPE, body: QUERY });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST"]);
  }
});
