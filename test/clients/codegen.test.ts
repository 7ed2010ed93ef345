import { createHash } from "node:crypto";

import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { shownFiles } from "./support/page.ts";
import { committedSchema, createProject, type Project } from "./support/project.ts";

const SHOWN_SERVER = "http://127.0.0.1:4000/graphql";

let platform: TestPlatform;
let live: Project;
beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [organization, projects], demo: true });
  live = await generated(`${platform.url}/graphql`);
});
afterAll(async () => {
  await live[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

/** The project of the page, generated and compiled from a schema. */
async function generated(schema: string, files: Readonly<Record<string, string>> = {}): Promise<Project> {
  const shown = shownFiles("codegen.ts", "src/ask.ts", "src/board.ts");
  const config = shown["codegen.ts"]!.replace(SHOWN_SERVER, schema);
  const project = await createProject({ ...shown, ...files, "codegen.ts": config });
  await project.run("graphql-codegen", "--config", "codegen.ts");
  await project.compile();
  return project;
}

describe("GraphQL Code Generator", () => {
  test("gives the same types from the committed schema and from a running server, and both compile under strict TypeScript", async () => {
    await using committed = await generated("schema.graphql", { "schema.graphql": await committedSchema() });
    expect(await live.read("src/gql/graphql.ts")).toBe(await committed.read("src/gql/graphql.ts"));
  });

  test("types a decimal and a date as strings, a choice as its names, and what may be missing as null", async () => {
    expect(await live.read("src/gql/graphql.ts")).toContain(
      "{ code: string, name: string, stage: ProjectStage, totalInvestment: string | null, startDeadline: string | null, township: { name: string } }",
    );
  });

  test("the page's program names every project of a unit, and of the county where none is given, page after page", async () => {
    const { names } = live.load<{ names: (server: string, unit?: string) => Promise<string[]> }>("board.js");
    const all = await platform.sql<{ name: string }>(`select name from project order by code collate "C"`);
    expect(await names(platform.url)).toEqual(all.map(({ name }) => name));
    const [unit] = await platform.sql<{ code: string; id: string }>(
      "select u.code, u.id from unit u join project p on p.responsible_unit_id = u.id group by u.id order by count(*) desc, u.code limit 1",
    );
    const own = await platform.sql<{ name: string }>(`select name from project where responsible_unit_id = $1 order by code collate "C"`, [
      unit!.id,
    ]);
    expect(await names(platform.url, unit!.code)).toEqual(own.map(({ name }) => name));
  });

  test("the documents that it writes down under their SHA-256 are accepted by that name", async () => {
    const documents = JSON.parse(await live.read("src/gql/persisted-documents.json")) as Record<string, string>;
    const [[name, query]] = Object.entries(documents) as [[string, string]];
    const sha256Hash = createHash("sha256").update(query).digest("hex");
    expect(name).toBe(`sha256:${sha256Hash}`);
    const ask = async (body: object): Promise<unknown> => {
      const response = await fetch(`${platform.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...body, extensions: { persistedQuery: { version: 1, sha256Hash } } }),
      });
      return response.json();
    };
    expect(await ask({})).toMatchObject({ errors: [{ extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }] });
    expect(await ask({ query })).toMatchObject({ data: { projects: { totalCount: 146 } } });
    expect(await ask({})).toMatchObject({ data: { projects: { totalCount: 146 } } });
  });
});
