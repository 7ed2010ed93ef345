import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { TestPlatform } from "@xianmai/testing";
import { Upload } from "tus-js-client";
import { afterAll, beforeAll, expect, test } from "vitest";

import { NORTH, openCounty, SOUTH } from "./county.ts";
import { attachFile, download, pdf, upload } from "./files.ts";

let platform: TestPlatform;
let report: () => Promise<string>;

beforeAll(async () => {
  ({ platform, report } = await openCounty());
});
afterAll(async () => platform[Symbol.asyncDispose]());

const TUS = { "tus-resumable": "1.0.0" } as const;

async function asked(method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(new URL(path, platform.url), { method, headers });
}

test("an upload that is cut off in the middle goes on from where it was, and nothing of it is lost or doubled", async () => {
  const content = pdf(900_000, "0123456789");
  const options = { endpoint: `${platform.url}/uploads`, chunkSize: 200_000, retryDelays: null, headers: { "x-xianmai-viewer": NORTH } };
  const cutOff = Promise.withResolvers<string>();
  const first: Upload = new Upload(content, {
    ...options,
    metadata: { filename: "a.pdf" },
    onError: cutOff.reject,
    // in the middle of the third piece
    onProgress: (sent) => {
      if (sent <= 400_000) return;
      void first.abort().then(() => cutOff.resolve(first.url ?? ""));
    },
  });
  first.start();
  const address = await cutOff.promise;
  const { headers } = await asked("HEAD", address, { ...TUS, "x-xianmai-viewer": NORTH });
  const there = Number(headers.get("upload-offset"));
  expect(there).toBeGreaterThanOrEqual(400_000);
  expect(there).toBeLessThan(900_000);

  const done = Promise.withResolvers<void>();
  const sent: number[] = [];
  const second = new Upload(content, {
    ...options,
    uploadUrl: address,
    onError: done.reject,
    onSuccess: () => done.resolve(),
    onChunkComplete: (size) => void sent.push(size),
  });
  second.start();
  await done.promise;
  expect(sent.reduce((all, one) => all + one, 0)).toBe(900_000 - there);

  const { attachment, problems } = await attachFile(platform, { subject: await report(), field: "proof", upload: address }, NORTH);
  expect(problems).toEqual([]);
  const answer = await download(platform, attachment?.url ?? "", { "x-xianmai-viewer": NORTH });
  expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
});

test("a file that is larger than any field takes is refused before a byte of it is sent, in the language of whoever sends it", async () => {
  const length = { ...TUS, "upload-length": String(2 * 1024 * 1024 + 1) };
  const answer = await asked("POST", "/uploads", { ...length, "accept-language": "en" });
  expect({ status: answer.status, text: await answer.text() }).toEqual({
    status: 413,
    text: "The file is too large: no field takes more than 2 MiB for one; make it smaller, or split it.\n",
  });
  expect(await (await asked("POST", "/uploads", length)).text()).toContain("每个文件不超过 2 MiB");
});

test("an upload that does not say its length is cut off at the limit", async () => {
  const begun = await asked("POST", "/uploads", { ...TUS, "upload-defer-length": "1" });
  const answer = await fetch(new URL(begun.headers.get("location") ?? "", platform.url), {
    method: "PATCH",
    headers: { ...TUS, "upload-offset": "0", "content-type": "application/offset+octet-stream" },
    body: new Uint8Array(3 * 1024 * 1024),
  });
  expect(answer.status).toBe(413);
});

test("nobody but whoever began an upload learns that it is there, goes on with it, or ends it; and nobody reads it", async () => {
  const address = await upload(platform, pdf(), { viewer: NORTH, name: "a.pdf" });
  const [theirs, mine] = [
    { ...TUS, "x-xianmai-viewer": SOUTH },
    { ...TUS, "x-xianmai-viewer": NORTH },
  ];
  expect((await asked("HEAD", address, theirs)).status).toBe(404);
  expect((await asked("DELETE", address, theirs)).status).toBe(404);
  expect((await asked("GET", address, mine)).status).toBe(405);
  expect((await asked("HEAD", address, mine)).headers.get("upload-offset")).toBe("1000");
  expect((await asked("DELETE", address, mine)).status).toBe(204);
  expect((await asked("HEAD", address, mine)).status).toBe(404);
});

test("whose an upload is, nobody can say for somebody else", async () => {
  const known = await asked("POST", "/uploads", { ...TUS, "upload-length": "0", "x-xianmai-viewer": NORTH });
  const folder = join(platform.dataFolder, "uploads");
  expect(await readdir(folder)).toContain((known.headers.get("location") ?? "").split("/").at(-1));
  const forged = await asked("POST", "/uploads", {
    ...TUS,
    "upload-length": "0",
    "upload-metadata": `xianmai-owner ${Buffer.from("me").toString("base64")}`,
    "x-xianmai-viewer": SOUTH,
  });
  const address = forged.headers.get("location") ?? "";
  expect((await asked("HEAD", address, { ...TUS, "x-xianmai-viewer": NORTH })).status).toBe(404);
  expect((await asked("HEAD", address, { ...TUS, "x-xianmai-viewer": SOUTH })).status).toBe(200);
});

test("guests upload nothing, and a viewer who is nobody is refused", async () => {
  const length = { ...TUS, "upload-length": "10" };
  expect((await asked("POST", "/uploads", { ...length, "x-xianmai-viewer": "role=guest" })).status).toBe(403);
  const unknown = await asked("POST", "/uploads", { ...length, "x-xianmai-viewer": "role=department; units=nowhere" });
  expect({ status: unknown.status, text: await unknown.text() }).toMatchObject({
    status: 400,
    text: expect.stringContaining("nowhere") as string,
  });
});

test("nobody has more than a hundred uploads waiting; whoever gives one up begins another", async () => {
  const mine = { ...TUS, "x-xianmai-viewer": "role=department; units=S" };
  const begin = async (): Promise<Response> => asked("POST", "/uploads", { ...mine, "upload-length": "10" });
  const begun = [];
  for (let count = 0; count < 100; count += 1) begun.push(await begin());
  expect(begun.map(({ status }) => status)).toEqual(begun.map(() => 201));
  expect((await begin()).status).toBe(429);
  expect((await asked("DELETE", begun[0]?.headers.get("location") ?? "", mine)).status).toBe(204);
  expect((await begin()).status).toBe(201);
});

test("a page of another site sends no upload: what its browser asks about first is not allowed", async () => {
  const asking = {
    origin: "http://localhost:1",
    "access-control-request-method": "POST",
    "access-control-request-headers": "tus-resumable",
  };
  const answer = await asked("OPTIONS", "/uploads", asking);
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  // a form, which needs no leave, has no such header
  expect((await asked("POST", "/uploads", { "content-type": "text/plain", "upload-length": "1" })).status).toBe(412);
});
