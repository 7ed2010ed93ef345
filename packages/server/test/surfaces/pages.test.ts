import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterEach, beforeEach, expect, test } from "vitest";

import { servePages, type Pages } from "../../src/surfaces/pages.ts";

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "县脉 pages "));
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** Serves one surface of pages that were built to the folder. */
async function serving(surface: keyof Pages): Promise<(path: string, headers?: Record<string, string>) => Promise<Response>> {
  const pages = servePages((_, response) => void response.writeHead(404).end(), pathToFileURL(`${folder}/site/`));
  server = createServer(pages[surface]);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return async (path, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers });
}

async function build(): Promise<void> {
  await mkdir(join(folder, "site/assets"), { recursive: true });
  await writeFile(join(folder, "site/screens.html"), "<!doctype html><title>大屏</title>");
  await writeFile(join(folder, "site/graphiql.html"), "<!doctype html><title>GraphiQL</title>");
  await writeFile(join(folder, "site/assets/screens-1a2b3c.js"), "export {};");
  await writeFile(join(folder, "secret.txt"), "hunter2");
}

test("a page is served under the policy that it was built for, and asked for anew each time, at no cost when it is the same", async () => {
  await build();
  const get = await serving("screens");
  const page = await get("/screens/projects");
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("大屏");
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(page.headers.get("cache-control")).toBe("no-cache");
  expect((await get("/screens/projects", { "if-none-match": page.headers.get("etag") ?? "" })).status).toBe(304);
});

test("only GraphiQL may make styles at run time", async () => {
  await build();
  const get = await serving("graphiql");
  expect((await get("/graphiql")).headers.get("content-security-policy")).toContain("style-src 'self' 'unsafe-inline'");
});

test("files whose names hold a hash may be kept for ever, and nothing outside their folder is served", async () => {
  await build();
  const get = await serving("assets");
  const file = await get("/assets/screens-1a2b3c.js");
  expect(file.headers.get("cache-control")).toBe("public,max-age=31536000,immutable");
  expect(file.headers.get("content-type")).toMatch(/javascript/);
  for (const path of ["/assets/other.js", "/assets/..%2f..%2fsecret.txt", "/..%2fsecret.txt"]) expect((await get(path)).status).toBe(404);
});

test("a file that a new build took away costs its own request alone: the server goes on", async () => {
  await build();
  const get = await serving("assets");
  await rm(join(folder, "site/assets/screens-1a2b3c.js"));
  await expect(get("/assets/screens-1a2b3c.js").then((answer) => answer.text())).rejects.toThrow(/fetch failed|terminated/);
  expect((await get("/assets/other.js")).status).toBe(404);
});

test("pages that were not built say how to build them", async () => {
  const get = await serving("screens");
  const answer = await get("/screens/projects");
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("npm run build");
});
