import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, describe, expect, test } from "vitest";

import { newFolder, xianmai, type Result } from "./harness.ts";

const folder = newFolder();
const dataFolder = join(folder.path, "data");

afterAll(() => folder.remove());

describe("xianmai migrate", () => {
  test("brings a new database to what the plugins declare, and finds it so the second time", async () => {
    const first = await xianmai(["migrate", "--data", dataFolder]);
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/已应用 Applied: organization\/.+\n(.*\n)*已应用 Applied: projects\/.+\n/);
    const second = await xianmai(["migrate", "--data", dataFolder]);
    expect(second).toMatchObject({ code: 0, out: "数据库已是最新。The database is up to date.\n" });
    expect(existsSync(join(dataFolder, "postgres", "postmaster.pid"))).toBe(false);
  });
});

describe("xianmai migrate new, in a project with a plugin of one's own", () => {
  const project = join(folder.path, "项目 project");
  const source = join(project, "src");
  const migrations = join(source, "migrations");

  const here = (...args: readonly string[]): Promise<Result> => xianmai(args, { cwd: project });
  const writePlugin = (columns: string): void => writeFileSync(join(source, "plugin.ts"), pluginSource(columns));

  test("writes the plugin's first tables, which the next migration applies", async () => {
    makeProject(project, migrations);
    writePlugin(`text: column.text({ zh: "内容", en: "Text" }),`);
    const before = await here("migrate");
    expect(before.code).toBe(1);
    expect(before.err).toContain("npx xianmai migrate new notes");

    const written = await here("migrate", "new", "notes");
    expect(written.code).toBe(0);
    expect(written.out).toMatch(/create table .*note/i);
    const [file = ""] = readdirSync(migrations).filter((name) => name !== "index.ts");
    expect(file).toMatch(/^\d{4}-\d\d-\d\d-first-tables\.ts$/);
    expect(written.out).toContain(join("src", "migrations", file));
    expect(readFileSync(join(migrations, "index.ts"), "utf8")).toContain(`./${file}`);

    const applied = await here("migrate");
    expect(applied).toMatchObject({ code: 0, out: expect.stringContaining(`notes/${file.replace(".ts", "")}`) as string });
  });

  test("writes what changed since, under the name that it is given, and nothing when nothing did", async () => {
    const nothing = await here("migrate", "new", "notes");
    expect(nothing).toMatchObject({ code: 0, out: expect.stringContaining("无需新的迁移") as string });

    writePlugin(`text: column.text({ zh: "内容", en: "Text" }), author: column.text({ zh: "作者", en: "Author", optional: true }),`);
    const written = await here("migrate", "new", "notes", "--name", "author");
    expect(written.code).toBe(0);
    expect(readdirSync(migrations).filter((name) => name.endsWith("-author.ts"))).toHaveLength(1);
    expect((await here("migrate")).code).toBe(0);
  });

  test("names the plugins that are enabled where it does not know one", async () => {
    const { code, err } = await here("migrate", "new", "note");
    expect(code).toBe(1);
    expect(err).toContain("[PLUGIN_UNKNOWN]");
    expect(err).toContain("notes");
  });
});

/** A project outside of this checkout that uses its packages, as an installed one would. */
function makeProject(project: string, migrations: string): void {
  mkdirSync(migrations, { recursive: true });
  const scope = join(project, "node_modules", "@xianmai");
  mkdirSync(scope, { recursive: true });
  const packages = dirname(dirname(fileURLToPath(new URL(".", import.meta.url))));
  for (const name of ["plugin-api", "server"]) symlinkSync(join(packages, name), join(scope, name));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "notes", version: "1.0.0", type: "module" }));
  writeFileSync(join(migrations, "index.ts"), "export const migrations = [];\n");
  writeFileSync(
    join(project, "xianmai.config.ts"),
    `import { defineConfig } from "@xianmai/server";\nimport { notes } from "./src/plugin.ts";\nexport const config = defineConfig({ plugins: [notes] });\n`,
  );
}

function pluginSource(columns: string): string {
  return `import { column, definePlugin, entity } from "@xianmai/plugin-api";
import { migrations } from "./migrations/index.ts";

export class Note extends entity("Note", { zh: "便签", en: "Note", title: "text", scope: "everyone" }, {
  ${columns}
}) {}

export const notes = definePlugin({
  name: "notes", version: "1.0.0", label: { zh: "便签", en: "Notes" }, url: import.meta.url, entities: [Note], migrations,
});
`;
}
