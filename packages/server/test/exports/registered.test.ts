import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readXlsx } from "hucre/xlsx";
import { afterAll, beforeAll, expect, test } from "vitest";

import { blockers } from "../support/blockers.ts";
import { startPlatform, type TestPlatform } from "../support/platform.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const WHOLE = "query Whole { blockers { nodes { number } } }";
const ID = createHash("sha256").update(WHOLE).digest("hex");

let folder: string;
let platform: TestPlatform;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xianmai documents "));
  const file = join(folder, "manifest.json");
  await writeFile(file, JSON.stringify({ [ID]: WHOLE }));
  platform = await startPlatform("blockers alone", [blockers], { documents: { files: [file], only: true }, devViewers: true });
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function send(body: object, viewer = "role=guest"): Promise<Response> {
  return fetch(`${platform.server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: XLSX, "x-xianmai-viewer": viewer },
    body: JSON.stringify(body),
  });
}

test("who may ask for registered documents alone has those as workbooks, whole, by id or text, and no other", async () => {
  for (const body of [{ documentId: ID }, { query: WHOLE }]) {
    const answer = await send(body);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, XLSX]);
    const { sheets } = await readXlsx(new Uint8Array(await answer.arrayBuffer()));
    expect(sheets).toHaveLength(1);
  }
  const other = await send({ query: "query Whole { blockers { nodes { id number } } }" });
  expect(other.status).toBe(403);
  expect(await other.json()).toMatchObject({ errors: [{ extensions: { code: "DOCUMENT_NOT_REGISTERED" } }] });
});

test("a hash whose text was never sent is told so, as over JSON", async () => {
  const persistedQuery = { version: 1, sha256Hash: "0".repeat(64) };
  for (const viewer of ["role=guest", "role=county"]) {
    const answer = await send({ extensions: { persistedQuery } }, viewer);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      errors: [{ message: "PersistedQueryNotFound", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }],
    });
  }
});

test("an address with a query is answered so too", async () => {
  const address = `${platform.server.url}/graphql?documentId=${ID}`;
  const answer = await fetch(address, { headers: { accept: XLSX, "x-xianmai-viewer": "role=guest" } });
  expect(answer.headers.get("content-disposition")).toBe("attachment; filename=Whole.xlsx");
});
