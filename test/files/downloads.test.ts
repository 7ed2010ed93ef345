import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { NORTH, openCounty } from "./county.ts";
import { attachFile, download, pdf, PNG, upload } from "./files.ts";

let platform: TestPlatform;
let report: () => Promise<string>;

beforeAll(async () => {
  ({ platform, report } = await openCounty());
});
afterAll(async () => platform[Symbol.asyncDispose]());

async function attached(content: Buffer, name: string, field = "proof"): Promise<{ readonly url: string; readonly sha256: string }> {
  const address = await upload(platform, content, { viewer: NORTH, name });
  const { attachment, problems } = await attachFile(platform, { subject: await report(), field, upload: address }, NORTH);
  expect(problems).toEqual([]);
  const { node } = await platform.query<{ node: { readonly sha256: string } }>(
    "query ($id: ID!) { node(id: $id) { ... on Attachment { sha256 } } }",
    { id: attachment?.id },
  );
  return { url: attachment?.url ?? "", sha256: node.sha256 };
}

const asked = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  download(platform, path, { "x-xianmai-viewer": NORTH, ...headers });

test("a download says its name in every script, what it is, and that nothing in it runs", async () => {
  const { url, sha256 } = await attached(Buffer.from("a,b\n"), "亩数 (8月).csv", "tables");
  const { status, headers } = await asked(url);
  expect(status).toBe(200);
  expect(headers.get("content-disposition")).toBe(
    `attachment; filename="?? (8?).csv"; filename*=UTF-8''%E4%BA%A9%E6%95%B0%20%288%E6%9C%88%29.csv`,
  );
  expect(headers.get("content-type")).toBe("text/csv");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("content-security-policy")).toContain("sandbox");
  expect(headers.get("cache-control")).toBe("private, no-cache");
  expect(headers.get("etag")).toBe(`"${sha256}"`);
});

test("pictures and PDF are shown in place", async () => {
  for (const [content, name] of [
    [PNG, "a.png"],
    [pdf(), "a.pdf"],
  ] as const) {
    const { url } = await attached(content, name);
    expect((await asked(url)).headers.get("content-disposition")).toBe(`inline; filename=${name}`);
  }
});

test("a download can be taken in parts, and is not sent again to whoever has it", async () => {
  const content = pdf(10_000, "0123456789");
  const { url, sha256 } = await attached(content, "a.pdf");
  const part = await asked(url, { range: "bytes=9000-9009" });
  expect({ status: part.status, text: await part.text(), range: part.headers.get("content-range") }).toEqual({
    status: 206,
    text: content.subarray(9000, 9010).toString(),
    range: "bytes 9000-9009/10000",
  });
  expect((await asked(url, { range: "bytes=10000-" })).status).toBe(416);
  expect((await asked(url, { "if-none-match": `"${sha256}"`, "cache-control": "max-age=0" })).status).toBe(304);
  const changed = await asked(url, { range: "bytes=0-1", "if-range": '"another"' });
  expect(changed.status).toBe(200);
  const head = await fetch(new URL(url, platform.url), { method: "HEAD", headers: { "x-xianmai-viewer": NORTH } });
  expect({ status: head.status, length: head.headers.get("content-length") }).toEqual({ status: 200, length: "10000" });
});

test("what is no file of anybody is not found, and nothing but reading is taken", async () => {
  for (const path of ["/files/", "/files/nothing", "/files/..%2f..%2fserver.lock", "/files/00000000-0000-0000-0000-000000000000"]) {
    expect((await asked(path)).status).toBe(404);
  }
  expect((await fetch(new URL("/files/x", platform.url), { method: "POST" })).status).toBe(405);
});

test("a file whose content is gone from the disk says so, and where it is to be found", async () => {
  const { url, sha256 } = await attached(pdf(2000, "z"), "a.pdf");
  await rm(join(platform.dataFolder, "files", sha256.slice(0, 2), sha256));
  const answer = await asked(url);
  expect({ status: answer.status, text: await answer.text() }).toMatchObject({
    status: 500,
    text: expect.stringContaining("备份") as string,
  });
  expect(answer.headers.get("content-disposition")).toBeNull();
});
