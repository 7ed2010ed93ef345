import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { freePort, newFolder, start, xianmai, type Running } from "./harness.ts";

const folder = newFolder();
const dataFolder = join(folder.path, "data");
const table = fileURLToPath(new URL("../../../plugins/projects/demo/projects.xlsx", import.meta.url));
let port = 0;
let server: Running;

beforeAll(async () => {
  port = await freePort();
  server = await serve("--dev-viewers");
});
afterAll(async () => {
  server.kill("SIGTERM");
  await server.ended;
  folder.remove();
});

async function serve(...more: readonly string[]): Promise<Running> {
  const running = start(["serve", "--port", String(port), "--data", dataFolder, ...more]);
  await running.says("Ctrl-C");
  return running;
}

interface Asked {
  readonly status: number;
  readonly data?: {
    readonly projects: { readonly totalCount: number };
    readonly units: { readonly nodes: readonly { readonly code: string }[] };
  };
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

async function ask(viewer?: string): Promise<Asked> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(viewer === undefined ? {} : { "x-xianmai-viewer": viewer }) },
    body: JSON.stringify({ query: "{ projects { totalCount } units(filter: { kind: { eq: TOWNSHIP } }) { nodes { code } } }" }),
  });
  return { status: response.status, ...((await response.json()) as Omit<Asked, "status">) };
}

describe("a county as its townships have it", () => {
  test("with --dev-viewers a request is answered as the viewer that it names, and as the county where it names none", async () => {
    const county = await ask();
    const townships = county.data?.units.nodes.map(({ code }) => code) ?? [];
    const counts = await Promise.all(
      townships.map(async (code) => (await ask(`role=township; units=${code}`)).data?.projects.totalCount ?? 0),
    );
    expect(Math.max(...counts)).toBeLessThan(county.data?.projects.totalCount ?? 0);
    expect(counts.reduce((one, other) => one + other, 0)).toBeGreaterThan(0);
    expect((await ask("role=guest")).data?.projects.totalCount).toBe(0);
  });

  test("xianmai import --viewer writes what is theirs, and says of every other row that it is not", async () => {
    const [township = ""] = (await ask()).data?.units.nodes.map(({ code }) => code) ?? [];
    const whole = await xianmai(["import", "projects", table, "--data", dataFolder]);
    expect(whole).toMatchObject({ code: 0, out: expect.stringContaining("无需写入") as string });
    const own = await xianmai(["import", "projects", table, "--data", dataFolder, "--viewer", `role=township; units=${township}`]);
    expect(own.code).toBe(1);
    expect(own.out).toMatch(/\[SHEET_(ROW_NOT_YOURS|VALUE_TAKEN)\]/);
    expect(own.out).toContain("什么都没有写入");
  });

  test.each([
    ["role=mayor", /没有角色 mayor[\s\S]*no role mayor/],
    ["role=township; units=0", /单位代码 0 不存在[\s\S]*Unit 0, which does not exist/],
    ["role=township; user=nobody", /干部代码 nobody 不存在[\s\S]*Official nobody, which does not exist/],
  ])("--viewer %j is refused, naming what is wrong and the remedy", async (viewer, message) => {
    const { code, err } = await xianmai(["import", "projects", table, "--data", dataFolder, "--viewer", viewer]);
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });
});

test("without --dev-viewers a request that names its viewer is refused", async () => {
  server.kill("SIGTERM");
  await server.ended;
  server = await serve();
  expect(await ask("role=county")).toMatchObject({ status: 403, errors: [{ extensions: { code: "VIEWERS_OFF" } }] });
  expect((await ask()).status).toBe(200);
});
