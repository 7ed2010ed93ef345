import { rmSync } from "node:fs";
import { join } from "node:path";

import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { longest, xianmai, type Result } from "./support/command.ts";
import { newFolder } from "./support/house.ts";
import { makeProject } from "./support/project.ts";
import { serve, type Server } from "./support/server.ts";

const schema = `{ __schema {
  types { name description fields { name description args { name description } } inputFields { name description } enumValues { name description } }
  directives { name description }
} }`;

const project = makeProject(newFolder());
const data = join(project.folder, "data");
let server: Server;

const run = (...args: readonly string[]): Promise<Result> => xianmai([...args, "--data", data], { cwd: project.folder });
const start = async (): Promise<void> => {
  server = await serve(["--data", data], { cwd: project.folder });
};
const count = async (list: string): Promise<unknown> => server.ask(`{ ${list} { totalCount } platform { plugins { name } } }`);
const answer = (list: string, totalCount: unknown, plugins: readonly string[]): object => ({
  data: { [list]: { totalCount }, platform: { plugins: plugins.map((name) => ({ name })) } },
});
const tables = async (): Promise<readonly string[]> => {
  const client = new Client({ connectionString: (await run("database", "url")).out.trim() });
  await client.connect();
  const { rows } = await client.query<{ name: string }>("select relname as name from pg_class where relname like '%project%'");
  await client.end();
  return rows.map(({ name }) => name);
};

afterAll(async () => {
  await server.kill("SIGTERM");
  rmSync(project.folder, { recursive: true, force: true });
});

describe("organization enabled alone", { timeout: longest }, () => {
  beforeAll(async () => {
    project.enable(["organization"]);
    await start();
  });

  test("starts, with its demo", async () => {
    expect(await count("units")).toEqual(answer("units", expect.any(Number), ["organization", "comments"]));
  });

  test("has a schema that names nothing of projects, neither as a name nor in a description", async () => {
    const { data: found, errors } = await server.ask(schema);
    expect(errors).toBeUndefined();
    const text = JSON.stringify(found);
    expect(text).toContain('"units"');
    expect(text).not.toMatch(/project|项目/i);
  });

  test("has no list, no page, no sheet and no table of projects", async () => {
    expect(await server.ask("{ projects { totalCount } }")).toMatchObject({
      errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }],
    });
    expect(await server.status("/screens/projects")).toBe(404);
    const refused = await run("import", "projects", join(project.folder, "package.json"));
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/officials[\s\S]*\[SHEET_UNKNOWN\]/) as string });
    expect(await tables()).toEqual([]);
  });
});

test(
  "a plugin that is enabled later gets its tables; disabled again it leaves no trace in the schema, and its rows wait for it",
  { timeout: longest },
  async () => {
    const restart = async (plugins: Parameters<typeof project.enable>[0]): Promise<void> => {
      await server.kill("SIGTERM");
      project.enable(plugins);
      await start();
    };
    await restart(["organization", "projects"]);
    // there are units already, so nothing invented is loaded beside them
    expect(await count("projects")).toEqual(answer("projects", 0, ["organization", "projects", "comments", "alerts"]));
    const demo = join(import.meta.dirname, "..", "..", "plugins", "projects", "demo", "projects.xlsx");
    expect(await run("import", "projects", demo)).toMatchObject({ code: 0 });
    const imported = await count("projects");

    await restart(["organization"]);
    expect(JSON.stringify(await server.ask(schema))).not.toMatch(/project|项目/i);
    expect(await server.status("/screens/projects")).toBe(404);

    await restart(["organization", "projects"]);
    expect(await count("projects")).toEqual(imported);
  },
);
