import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { getIntrospectionQuery } from "graphql";
import type { Client } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { blockers } from "../support/blockers.ts";
import { post, startPlatform, type TestPlatform } from "../support/platform.ts";

const REGISTERED = "query Count { blockers { totalCount } }";
const ID = createHash("sha256").update(REGISTERED).digest("hex");
const GUEST = { "x-xianmai-viewer": "role=guest" };

let folder: string;
let platform: TestPlatform;
let strict: TestPlatform;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xianmai documents "));
  const file = join(folder, "manifest.json");
  await writeFile(
    file,
    JSON.stringify({ [ID]: REGISTERED, short: "query ($first: Int) { blockers(first: $first) { nodes { number } } }" }),
  );
  const documents = { files: [file] };
  platform = await startPlatform("blockers alone", [blockers], { documents });
  const adhoc = { zh: "自由查询", en: "Ad-hoc queries", roles: ["statistics"] } as const;
  const analysing = { ...blockers, permissions: { ...blockers.permissions, "graphql.adhoc": adhoc } };
  strict = await startPlatform("blockers alone", [analysing], { documents: { ...documents, only: true }, devViewers: true });
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await strict[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

type Payload = Parameters<Client["iterate"]>[0];
/** What a socket answers: the data, or the errors. */
async function overSocket(client: Client, payload: object): Promise<unknown> {
  const step = client.iterate(payload as Payload).next();
  return step.then(
    ({ value }) => value as unknown,
    (errors: unknown) => ({ errors }),
  );
}
const send = async (to: TestPlatform, body: object, headers: Record<string, string> = {}) =>
  post(to.server, JSON.stringify(body), { "accept-language": "en", ...headers });

describe("limits", () => {
  const chain = Array.from({ length: 30 }, (_, at) => `fragment F${at} on Query { a${at}: __typename ...F${at + 1} ...F${at + 1} }`);
  const cases = [
    [
      "QUERY_TOO_DEEP",
      `{ blockers { nodes { id } } ${"... { ".repeat(3)} __schema { types { ${"ofType { ".repeat(20)} name ${"} ".repeat(20)} } } ${"} ".repeat(3)} }`,
      {},
    ],
    ["QUERY_TOO_MANY_ALIASES", `{ ...F0 } ${chain.join(" ")} fragment F30 on Query { __typename }`, {}],
    ["QUERY_TOO_MANY_DIRECTIVES", `{ ${"__typename @include(if: true) ".repeat(201)} }`, {}],
    ["QUERY_TOO_MANY_TOKENS", `{ ${"__typename ".repeat(10_001)} }`, {}],
    [
      "QUERY_TOO_COSTLY",
      `query ($ids: [ID!]!) { ${Array.from({ length: 300 }, (_, at) => `a${at}: nodes(ids: $ids) { id }`).join(" ")} }`,
      { ids: Array.from({ length: 2_000 }, () => "Blocker:x") },
    ],
  ] as const;
  test.for(cases)(
    "%s is refused alike over HTTP, with 400, and over a socket, before anything is read",
    async ([code, query, variables]) => {
      for (const media of ["application/json", "application/graphql-response+json"]) {
        const answer = await send(platform, { query, variables }, { accept: media });
        expect([answer.status, answer.headers.get("content-type")]).toEqual([400, `${media}; charset=utf-8`]);
        expect(answer.errors).toMatchObject([{ extensions: { code } }]);
        expect(answer.data).toBeUndefined();
      }
      const { errors } = (await overSocket(platform.socket(), { query, variables })) as { errors: unknown };
      expect(errors).toMatchObject([{ extensions: { code } }]);
    },
  );

  test("let every tool read the whole schema", async () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, directiveIsRepeatable: true, schemaDescription: true });
    expect((await send(platform, { query })).errors).toBeUndefined();
  });

  test("speak the language of whoever asked", async () => {
    const query = `{ ${"__typename @include(if: true) ".repeat(201)} }`;
    const said = async (language: string) => (await send(platform, { query }, { "accept-language": language })).errors?.[0]?.message;
    expect(await said("zh")).toContain("指令的个数为 201，上限是 200");
    expect(await said("en")).toContain("201 directives, where 200 are allowed");
  });
});

describe("a registered document", () => {
  test("is asked for by its id, as the specification, Relay and Apollo do, by POST, GET and over a socket", async () => {
    const persistedQuery = { version: 1, sha256Hash: ID };
    const bodies = [{ documentId: ID }, { documentId: `sha256:${ID}` }, { doc_id: ID }, { id: ID }, { extensions: { persistedQuery } }];
    for (const body of bodies) {
      expect((await send(platform, body)).data).toEqual({ blockers: { totalCount: 0 } });
      expect(await overSocket(platform.socket(), { query: "", ...body })).toMatchObject({ data: { blockers: { totalCount: 0 } } });
    }
    const address = new URL(`${platform.server.url}/graphql`);
    for (const [name, value] of Object.entries({ documentId: "short", variables: '{"first":0}' })) address.searchParams.set(name, value);
    const got = await fetch(address);
    expect(await got.json()).toMatchObject({ data: { blockers: { nodes: [] } } });
  });

  test("that nobody registered is said to be unknown, so that Apollo's clients send its text", async () => {
    const unknown = await send(platform, { documentId: "nothing" });
    expect([unknown.status, unknown.errors?.[0]?.extensions["code"]]).toEqual([400, "PERSISTED_QUERY_NOT_FOUND"]);
    expect(unknown.errors?.[0]?.message).toContain('"nothing"');
    const extensions = { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } };
    for (const to of [platform, strict]) {
      const hash = await send(to, { extensions }, to === strict ? GUEST : {});
      expect([hash.status, hash.errors?.[0]?.message]).toEqual([200, "PersistedQueryNotFound"]);
    }
    expect(await overSocket(platform.socket(), { query: "", extensions })).toMatchObject({
      errors: [{ message: "PersistedQueryNotFound" }],
    });
  });

  test("is all that is answered where the server says so, but to whoever may ask for any", async () => {
    const other = { query: "{ blockers { nodes { number } } }" };
    expect((await send(strict, { query: REGISTERED }, GUEST)).data).toEqual({ blockers: { totalCount: 0 } });
    expect((await send(strict, { documentId: ID }, GUEST)).data).toEqual({ blockers: { totalCount: 0 } });
    for (const body of [other, { query: getIntrospectionQuery() }, { query: "{ no such" }]) {
      const answer = await send(strict, body, GUEST);
      expect([answer.status, answer.errors?.[0]?.extensions["code"]]).toEqual([403, "DOCUMENT_NOT_REGISTERED"]);
      expect(answer.errors).toHaveLength(1);
    }
    const guest = strict.socket({ connectionParams: GUEST });
    expect(await overSocket(guest, other)).toMatchObject({ errors: [{ extensions: { code: "DOCUMENT_NOT_REGISTERED" } }] });
    expect(await overSocket(guest, { query: REGISTERED })).toMatchObject({ data: { blockers: { totalCount: 0 } } });
    // the county may, and whoever a plugin gives the permission to
    for (const headers of [{}, { "x-xianmai-viewer": "role=statistics" }]) {
      expect((await send(strict, other, headers)).data).toEqual({ blockers: { nodes: [] } });
    }
  });
});
