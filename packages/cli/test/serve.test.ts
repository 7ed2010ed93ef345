import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";

import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { freePort, newFolder, start, xianmai, type Running } from "./harness.ts";

const ready = "Ctrl-C";
const folder = newFolder();
const dataFolder = join(folder.path, "data");
const pidFile = join(dataFolder, "postgres", "postmaster.pid");
let port = 0;

beforeAll(async () => {
  port = await freePort();
});

afterAll(() => folder.remove());

function serve(...more: readonly string[]): Running {
  return start(["serve", "--port", String(port), "--data", dataFolder, ...more]);
}

async function projectCount(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ projects { totalCount } }" }),
  });
  const { data } = (await response.json()) as { data: { projects: { totalCount: number } } };
  return data.projects.totalCount;
}

function postgresPid(): number {
  return Number.parseInt(readFileSync(pidFile, "utf8"), 10);
}

describe("xianmai serve on a new data folder", () => {
  let server: Running;
  let projects = 0;

  beforeAll(async () => {
    server = serve();
    await server.says(ready);
    projects = await projectCount();
  });

  afterAll(async () => {
    server.kill("SIGTERM");
    await server.ended;
  });

  test("brings up a platform with the demo data, and says phase by phase what it does and then where everything is", async () => {
    expect(projects).toBeGreaterThan(100);
    expect(server.err()).toMatch(/数据库 Database … [\s\S]*[\d.]+ s · PostgreSQL 18/);
    const said = await server.says(ready);
    for (const path of [
      "/screens/projects",
      "/graphql",
      "/graphiql",
      "/health/ready",
      "/metrics",
      `npx xianmai database url --data '${dataFolder}'`,
    ]) {
      expect(said).toContain(path);
    }
  });

  test("refuses a second server on its data folder, names itself, and goes on", async () => {
    const { code, err } = await xianmai(["serve", "--port", String(await freePort()), "--data", dataFolder]);
    expect(code).toBe(1);
    expect(err).toContain("[DATA_FOLDER_HELD]");
    expect(err).toContain(`process ${server.pid} (port ${port}, since 20`);
    expect(await projectCount()).toBe(projects);
  });

  test("lets other commands in on its PostgreSQL: the URL for psql, which needs nothing else", async () => {
    const { code, out } = await xianmai(["database", "url", "--data", dataFolder]);
    expect(code).toBe(0);
    const client = new Client({ connectionString: out.trim() });
    await client.connect();
    const { rows } = await client.query<{ n: number }>("select count(*)::int as n from app.project");
    await client.end();
    expect(rows).toEqual([{ n: projects }]);
    expect(await projectCount()).toBe(projects);
  });
});

describe("xianmai serve, told to end or killed", () => {
  test("ends by SIGTERM with code 0, and PostgreSQL with it", async () => {
    const server = serve();
    await server.says(ready);
    server.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
    expect(existsSync(pidFile)).toBe(false);
    expect(readdirSync(dataFolder)).not.toContain("server.json");
  });

  test("after a kill the next start adopts the running PostgreSQL with all its data, loads no demo twice, and ends by Ctrl-C with code 0", async () => {
    const killed = serve();
    await killed.says(ready);
    const projects = await projectCount();
    const pid = postgresPid();
    killed.kill("SIGKILL");
    await killed.ended;
    expect(process.kill(pid, 0)).toBe(true);

    const next = serve();
    await next.says(ready);
    expect(postgresPid()).toBe(pid);
    expect(await projectCount()).toBe(projects);
    next.kill("SIGINT");
    expect((await next.ended).code).toBe(0);
    expect(existsSync(pidFile)).toBe(false);
  });

  test("told to end while it starts, it leaves nothing running", async () => {
    const early = serve();
    await expect.poll(() => early.err(), { timeout: 10_000 }).toContain("Database");
    early.kill("SIGTERM");
    expect((await early.ended).code).toBe(143);
    expect(existsSync(pidFile)).toBe(false);
  });
});

test("xianmai serve names a port that another program holds before it starts anything", async () => {
  const other = createServer();
  const taken = await new Promise<number>((resolve) => {
    other.listen(0, "127.0.0.1", () => {
      const address = other.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const { code, err } = await xianmai(["serve", "--port", String(taken), "--data", join(folder.path, "third")]);
  other.close();
  expect(code).toBe(1);
  expect(err).toContain("[PORT_TAKEN]");
  expect(err).toContain(`${taken}`);
  expect(existsSync(join(folder.path, "third", "postgres"))).toBe(false);
});
