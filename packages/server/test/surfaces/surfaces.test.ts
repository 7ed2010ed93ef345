import { request } from "node:http";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { blockers } from "../support/blockers.ts";
import { post, startPlatform, type TestPlatform } from "../support/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform("blockers alone", [blockers]);
});
afterAll(async () => platform[Symbol.asyncDispose]());

const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${platform.server.url}${path}`, { headers, redirect: "manual" });

/** A request whose headers fetch would not send. */
async function raw(path: string, headers: Record<string, string>): Promise<{ readonly status: number | undefined; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: platform.server.port, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("end", () => resolve({ status: response.statusCode, text }));
    });
    sent.once("error", reject).end();
  });
}

test("health says that the server lives, and that it is ready: PostgreSQL answers, the feed is followed and jobs are done", async () => {
  expect(await (await get("/health/live")).json()).toEqual({ live: true });
  const ready = await get("/health/ready");
  expect(ready.status).toBe(200);
  const ok = { ok: true };
  expect(await ready.json()).toEqual({ ready: true, checks: { accepting: ok, database: ok, schema: ok, feed: ok, capture: ok, jobs: ok } });
});

test("a server whose database was migrated by a newer version is not ready, and says by which migration", async () => {
  await platform.psql.query(
    "insert into xm.migration (plugin, id, hash) values ('blockers', '2024-01-01-more', ''), ('others', '2024-01-01-more', '')",
  );
  const ready = await get("/health/ready");
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    ready: false,
    checks: { database: { ok: true }, schema: { ok: false, reason: expect.stringContaining("blockers 2024-01-01-more") as string } },
  });
  await platform.psql.query("delete from xm.migration where id = '2024-01-01-more'");
  expect((await get("/health/ready")).status).toBe(200);
});

test("metrics count operations, statements and sockets of this server", async () => {
  const value = async (name: string): Promise<number> => {
    const text = await (await get("/metrics")).text();
    return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  const operations = 'xianmai_operations_total\\{transport="http",type="query",outcome="ok"\\}';
  await platform.graphql("{ blockers { totalCount nodes { number } } }");
  const [before, statements] = [await value(operations), await value("xianmai_statements_total")];
  await platform.graphql("{ blockers { totalCount nodes { number } } }");
  expect(await value(operations)).toBe(before + 1);
  expect((await value("xianmai_statements_total")) - statements).toBe(2);
  expect(await value("xianmai_websocket_connections")).toBe(0);
  expect(await value("xianmai_feed_silence_seconds")).toBeLessThan(5);
});

test("an address that is not there is said in both languages, with those that are", async () => {
  const { status, headers } = await get("/nowhere?x=1");
  expect(status).toBe(404);
  expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
  const text = await (await get("/nowhere?x=1", { "accept-language": "en" })).text();
  expect(text).toMatch(/^There is nothing at \/nowhere\. .*\/graphiql/);
  expect(text).toMatch(/没有 \/nowhere 这个地址/);
  expect((await get("/screens/projects")).status).toBe(404);
  for (const path of [
    "/assets/../../package.json",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/assets/..%2f..%2fpackage.json",
    "/assets/screens.html",
  ]) {
    expect((await raw(path, { host: "localhost" })).status).toBe(404);
  }
});

test("the root leads to the first screen, and a browser at the address of the API to GraphiQL", async () => {
  expect((await get("/")).headers.get("location")).toBe("/screens/blockers");
  expect((await get("/graphql", { accept: "text/html,*/*" })).headers.get("location")).toBe("/graphiql");
});

test("screens of enabled plugins and GraphiQL have their addresses, with a slash at the end too", async () => {
  // 503 where the pages were not built
  for (const path of ["/screens/blockers", "/graphiql", "/graphiql/"]) expect([200, 503]).toContain((await get(path)).status);
  expect((await get("/screens/")).headers.get("location")).toBe("/screens/blockers");
});

test("every answer forbids sniffing and framing by others", async () => {
  const { headers } = await get("/health/live");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
  expect(headers.get("x-powered-by")).toBeNull();
});

describe("only this machine is answered", () => {
  test("a name that was pointed at this machine is refused", async () => {
    const { status, text } = await raw("/health/live", { host: "evil.example" });
    expect(status).toBe(403);
    expect(text).toMatch(/本机.*\n.*this machine/s);
  });

  test("a page of another site is refused", async () => {
    expect((await raw("/graphql", { host: "localhost", origin: "https://evil.example" })).status).toBe(403);
  });

  test("nothing listens beyond 127.0.0.1", async () => {
    await expect(fetch(`http://127.0.0.2:${platform.server.port}/health/live`)).rejects.toThrow("fetch failed");
  });
});

test("a body over one mebibyte is refused before it is read, one that is no JSON at once", async () => {
  const large = await fetch(`${platform.server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: `{ __typename } #${"x".repeat(1024 * 1024)}` }),
  });
  expect(large.status).toBe(413);
  expect(await large.text()).toContain("1 MiB");
  const broken = await fetch(`${platform.server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{",
  });
  expect(broken.status).toBe(400);
  expect((await post(platform.server, JSON.stringify({ query: "{ __typename }" }))).status).toBe(200);
});

test("surfaces that are read take GET alone", async () => {
  const answer = await fetch(`${platform.server.url}/health/live`, { method: "POST" });
  expect(answer.status).toBe(405);
  expect(answer.headers.get("allow")).toBe("GET, HEAD");
});
