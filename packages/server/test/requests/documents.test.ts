import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { countyViewer, Refusal, type Viewer } from "@xianmai/plugin-api";
import { buildSchema, GraphQLError } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ADHOC, PLATFORM_PERMISSIONS } from "../../src/access/permissions.ts";
import { registerDocuments } from "../../src/requests/documents/registered.ts";
import { createGate } from "../../src/requests/gate.ts";
import { DEFAULT_LIMITS } from "../../src/requests/limits/limits.ts";

const schema = buildSchema("type Query { one: Int two: Int }");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "县脉 documents "));
});
afterAll(async () => rm(folder, { recursive: true }));

const write = async (name: string, content: unknown): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
};
const refusalOf = (files: readonly string[]): Refusal => {
  try {
    registerDocuments(schema, files, []);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("The documents were taken.");
};

test("manifests of codegen, of Relay's compiler and of Apollo's generator are read as they are", async () => {
  const plain = await write("persisted-documents.json", { abc: "query One { one }" });
  const operations = [{ id: "def", name: "Two", type: "query", body: "query Two { two }" }];
  const apollo = await write("manifest.json", { format: "apollo-persisted-query-manifest", version: 1, operations });
  const registered = registerDocuments(schema, [plain, apollo], ["{ one two }", "{ gone }"]);
  expect(registered.textOf("abc")).toBe("query One { one }");
  expect(registered.textOf("sha256:def")).toBe("query Two { two }");
  expect(registered.textOf("constructor")).toBeUndefined();
  expect(["query One { one }", "{ one two }", "{ gone }", "query One {one}"].map((text) => registered.has(text))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("a document that does not fit the schema refuses the start, with file, id, place and remedy in both languages", async () => {
  const file = await write("wrong.json", { abc: "{ one }", def: "{\n  three\n}" });
  const refusal = refusalOf([file]);
  expect(refusal.code).toBe("DOCUMENT_INVALID");
  for (const language of ["zh", "en"] as const) {
    for (const part of [file, "def", '"three"', "2:3"]) expect(refusal.in(language)).toContain(part);
  }
  expect(refusalOf([await write("broken.json", { abc: "{ one" })]).code).toBe("DOCUMENT_INVALID");
});

test("a file that is missing, no JSON or of another form is named, as are two documents under one id", async () => {
  const files = [
    join(folder, "none.json"),
    await write("no.json", "{"),
    await write("list.json", [1]),
    await write("deep.json", { a: {} }),
  ];
  for (const file of files) {
    expect(refusalOf([file])).toMatchObject({ code: "DOCUMENTS_UNREADABLE" });
    expect(refusalOf([file]).in("en")).toContain(file);
  }
  const [one, other] = [await write("one.json", { abc: "{ one }" }), await write("other.json", { abc: "{ two }" })];
  expect(refusalOf([one, other])).toMatchObject({ code: "DOCUMENT_ID_TAKEN" });
  expect(registerDocuments(schema, [one, one], []).textOf("abc")).toBe("{ one }");
});

test("where only registered documents are answered, any other takes a permission, which the county has and the platform gives to nobody else", async () => {
  const file = await write("registered.json", { abc: "{ one }" });
  const registered = registerDocuments(schema, [file], []);
  const gate = createGate({ schema, limits: DEFAULT_LIMITS, registered, only: true });
  const code = (presented: Partial<Parameters<typeof gate.admit>[0]>, viewer: Pick<Viewer, "may"> = { may: () => false }): unknown => {
    const admitted = gate.admit({ query: undefined, documentId: undefined, sha256Hash: undefined, ...presented }, viewer, "en");
    return admitted instanceof GraphQLError ? admitted.extensions["code"] : admitted.text;
  };
  expect(code({ documentId: "abc" })).toBe("{ one }");
  expect(code({ sha256Hash: "abc" })).toBe("{ one }");
  expect(code({ query: "{ one }" })).toBe("{ one }");
  expect(code({ query: "{ __schema { types { name } } }" })).toBe("DOCUMENT_NOT_REGISTERED");
  expect(code({ query: "{ two }", sha256Hash: "def" })).toBe("DOCUMENT_NOT_REGISTERED");
  expect(code({ sha256Hash: "def" })).toBe("PERSISTED_QUERY_NOT_FOUND");
  expect(code({ documentId: "def" })).toBe("PERSISTED_QUERY_NOT_FOUND");
  expect(code({ query: "{ two }" }, countyViewer)).toBe("{ two }");
  expect(code({ query: "{ two }" }, { may: (permission) => permission === ADHOC })).toBe("{ two }");
  expect(PLATFORM_PERMISSIONS[ADHOC]?.roles).toEqual([]);
});
