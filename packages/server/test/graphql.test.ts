import { fixedClock, type Instant } from "@xianmai/plugin-api";
import { afterAll, beforeAll, expect, test } from "vitest";

import { blockers, urgency } from "./support/blockers.ts";
import { post, startPlatform, type TestPlatform } from "./support/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform("blockers", [blockers, urgency], {
    clock: fixedClock("2023-11-20T01:00:00.000Z" as Instant, "Asia/Shanghai", true),
  });
  await platform.psql.query(`insert into app.blocker (number, summary, kind, cost) values
    ('B-1', '征地补偿未到位', 'LAND', 1250000), ('B-2', '贷款未批', 'FUNDS', null), ('B-3', '红线内有坟', 'LAND', 30000)`);
});
afterAll(async () => platform[Symbol.asyncDispose]());

test("a list and the platform's own field come in one answer", async () => {
  const { status, data } = await platform.graphql(
    `{ blockers(first: 2) { totalCount nodes { number kind cost urgency } } platform { version clock { now today demo } demo { label } plugins { name version label } } }`,
  );
  expect(status).toBe(200);
  expect(data).toEqual({
    blockers: {
      totalCount: 3,
      nodes: [
        { number: "B-1", kind: "LAND", cost: "1.25", urgency: 7 },
        { number: "B-2", kind: "FUNDS", cost: null, urgency: 4 },
      ],
    },
    platform: {
      version: "0.1.0",
      clock: { now: "2023-11-20T09:00:00.000+08:00", today: "2023-11-20", demo: true },
      demo: null,
      plugins: [
        { name: "blockers", version: "1.2.0", label: "堵点" },
        { name: "urgency", version: "1.0.0", label: "紧急程度" },
      ],
    },
  });
});

test("a plugin's own query gives entities, read as the operation selects them, through its types, choices and decimals", async () => {
  const { data, errors } = await platform.graphql(
    `query ($kind: BlockerKind!) { blockerBoard(kind: $kind) { kind cost rows { id number stage } worst { summary urgency } remark { __typename text } } }`,
    { kind: "LAND" },
  );
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    blockerBoard: {
      kind: "LAND",
      cost: "12.5",
      rows: [{ number: "B-1", stage: "RAISED" }, { number: "B-3" }],
      worst: { summary: "征地补偿未到位", urgency: 7 },
      remark: { __typename: "Hint", text: "2" },
    },
  });
});

test("a plugin's own mutation writes through the unit of work, and its input is an instance of its class", async () => {
  const { data, errors } = await platform.graphql(
    `mutation { raiseBlocker(input: { number: "B-9", summary: "缺水", kind: FUNDS }) { blocker { id number summary stage } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ raiseBlocker: { blocker: { number: "B-9", summary: "缺水!", stage: "RAISED" } } });
  const again = await platform.graphql(`{ blocker(number: "B-9") { kind } }`);
  expect(again.data).toEqual({ blocker: { kind: "FUNDS" } });
});

test("a generated mutation changes a row, and answers with it", async () => {
  const found = await platform.graphql(`{ blocker(number: "B-3") { id } }`);
  const { id } = (found.data as { blocker: { id: string } }).blocker;
  const { data } = await platform.graphql(
    `mutation ($id: ID!) { updateBlocker(input: { id: $id, cost: "4.5" }) { blocker { number cost } problems { code } } }`,
    { id },
  );
  expect(data).toEqual({ updateBlocker: { blocker: { number: "B-3", cost: "4.5" }, problems: [] } });
});

test("an error that nobody expected is masked for the client and stands whole in the log under the same id", async () => {
  const { data, errors } = await platform.graphql(
    `{ blockerFailure(how: "bug") blockers { totalCount } }`,
    {},
    { "accept-language": "en" },
  );
  expect(data).toBeNull();
  const [error] = errors ?? [];
  expect(error?.extensions["code"]).toBe("INTERNAL_SERVER_ERROR");
  expect(error?.path).toEqual(["blockerFailure"]);
  expect(JSON.stringify(errors)).not.toContain("hunter2");
  const line = platform.logged.find(({ id }) => id === error?.extensions["id"]);
  expect(line).toMatchObject({ err: { message: "the password is hunter2" } });
});

test("a refusal speaks the language of the request", async () => {
  const ask = async (language: string) =>
    (await platform.graphql(`{ blockerFailure(how: "refusal") }`, {}, { "accept-language": language })).errors?.[0];
  expect(await ask("zh-CN")).toMatchObject({ message: "堵点太多。请销号。", extensions: { code: "TOO_MANY_BLOCKERS" } });
  expect(await ask("en")).toMatchObject({ message: "Too many. Close some." });
});

test("what a client asks wrongly is its own error, with status 400 and a code", async () => {
  const media = { accept: "application/graphql-response+json" };
  const status = async (query: string, variables = {}): Promise<readonly unknown[]> => {
    const answer = await platform.graphql(query, variables, media);
    return [answer.status, answer.errors?.[0]?.extensions["code"]];
  };
  expect(await status(`{ blockers { `)).toEqual([400, "GRAPHQL_PARSE_FAILED"]);
  expect(await status(`{ blockers { colour } }`)).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
  expect(await status(`query A { __typename } query B { __typename }`)).toEqual([400, "OPERATION_RESOLUTION_FAILURE"]);
  expect(await status(`query ($n: Int!) { blockers(first: $n) { totalCount } }`, { n: "three" })).toEqual([400, "BAD_USER_INPUT"]);
  expect(await status(`subscription { blockerClosed { cursor } }`)).toEqual([400, "BAD_REQUEST"]);
});

test("the whole schema may be asked for, with descriptions in both languages", async () => {
  const { data } = await platform.graphql(`{ __type(name: "Blocker") { description fields { name description } } }`);
  expect(data).toMatchObject({ __type: { description: "堵点 Blocker" } });
});

test("a request that a page of another site has a browser send is refused, a batch of operations too", async () => {
  const { url } = platform.server;
  const get = async (headers: Record<string, string>): Promise<Response> => fetch(`${url}/graphql?query={__typename}`, { headers });
  for (const site of ["cross-site", "same-site"]) {
    const forged = await get({ "sec-fetch-site": site });
    expect([forged.status, await forged.text()]).toEqual([403, expect.stringContaining("其他网站")]);
  }
  expect((await get({ origin: "https://elsewhere.example" })).status).toBe(403);
  const form = new URLSearchParams({ query: "{__typename}" });
  expect((await fetch(`${url}/graphql`, { method: "POST", body: form })).status).toBe(415);
  const batch = await post(platform.server, JSON.stringify([{ query: "{ __typename }" }]));
  expect(batch.status).toBe(400);
  for (const headers of [{}, { "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }]) {
    expect(await (await get(headers)).json()).toEqual({ data: { __typename: "Query" } });
  }
});

test("a document that was sent once may be named by its hash from then on", async () => {
  const { createHash } = await import("node:crypto");
  const query = "{ blockers { totalCount } }";
  const extensions = { persistedQuery: { version: 1, sha256Hash: createHash("sha256").update(query).digest("hex") } };
  const unknown = await post(platform.server, JSON.stringify({ extensions }));
  expect(unknown.errors?.[0]?.extensions["code"]).toBe("PERSISTED_QUERY_NOT_FOUND");
  await post(platform.server, JSON.stringify({ query, extensions }));
  expect((await post(platform.server, JSON.stringify({ extensions }))).errors).toBeUndefined();
});
