import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkBoundaries } from "../boundaries/check.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "boundaries-"));
  write("package.json", { devDependencies: { vitest: "5" } });
  declare("packages/plugin-api", {});
  declare("packages/query", { dependencies: { "@xianmai/plugin-api": "*", kysely: "1" } });
  declare("packages/web", { devDependencies: { react: "19" } });
  declare(
    "plugins/organization",
    { dependencies: { "@xianmai/plugin-api": "*" }, peerDependencies: { graphql: "16" } },
    "plugin-organization",
  );
  const projects = { "@xianmai/plugin-api": "*", "@xianmai/plugin-organization": "*" };
  declare("plugins/projects", { dependencies: projects, devDependencies: { "@xianmai/testing": "*" } }, "plugin-projects");
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, content: string | object): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
}

function declare(folder: string, manifest: object, name = folder.replace("packages/", "")): void {
  write(`${folder}/package.json`, { name: `@xianmai/${name}`, exports: { ".": { source: "./src/index.ts" } }, ...manifest });
}

/** What the check says, one line per violation, in English. */
function violations(): readonly string[] {
  return checkBoundaries(root).map(({ at, en }) => `${at} ${en}`);
}

describe("what is allowed", () => {
  test("arrows of the matrix, declared libraries, Node, own files and entries that re-export pass", () => {
    write("packages/query/src/index.ts", `export { plan } from "./plan.ts";`);
    write(
      "packages/query/src/plan.ts",
      `import "@xianmai/plugin-api"; import "kysely/helpers"; import "node:fs"; import "fs"; await import(name);`,
    );
    write("packages/web/src/main.tsx", `import { render } from "react"; export const App = () => <div />;`);
    write(
      "plugins/projects/src/index.ts",
      `import type { Unit } from "@xianmai/plugin-organization/contract"; import "@xianmai/plugin-api";`,
    );
    expect(violations()).toEqual([]);
  });

  test("a folder of scripts may use what its own package.json declares, and nobody else may", () => {
    write("scripts/bench/package.json", { name: "@xianmai/bench", devDependencies: { postgraphile: "5" } });
    write("scripts/bench/reads/a.ts", `import "postgraphile"; import "../b.ts"; import "vitest";`);
    expect(violations()).toEqual([]);
    write("scripts/other.ts", `import "postgraphile";`);
    expect(violations()).toEqual([expect.stringContaining("scripts/other.ts:1 postgraphile is not declared")]);
  });

  test("tests may use the platform for tests, other plugins whole, and the tools of the checkout", () => {
    write(
      "plugins/projects/test/a.test.ts",
      `import "vitest"; import "@xianmai/testing"; import "@xianmai/plugin-organization"; import "../src/x.ts";`,
    );
    write("plugins/projects/src/x.ts", "");
    expect(violations()).toEqual([]);
  });
});

describe("arrows", () => {
  test("a package.json that declares a wrong arrow is refused, also among its devDependencies", () => {
    declare("packages/query", { dependencies: { "@xianmai/server": "*" }, devDependencies: { "@xianmai/cli": "*" } });
    expect(violations()).toEqual([
      expect.stringContaining("packages/query/package.json query may not know @xianmai/server (it may: database, plugin-api)"),
      expect.stringContaining("query may not know @xianmai/cli"),
    ]);
  });

  test("a package without a row in the matrix is refused", () => {
    declare("packages/cellar", {});
    expect(violations()).toEqual([expect.stringContaining("packages/cellar/package.json the matrix has no row for cellar")]);
  });

  test.each([
    ["static", `import { a } from "@xianmai/server";`],
    ["type", `import type { A } from "@xianmai/server";`],
    ["inline type", `type A = import("@xianmai/server").A;`],
    ["dynamic", `const a = await import("@xianmai/server");`],
    ["dynamic with a template", "const a = await import(`@xianmai/server`);"],
    ["require", `const a = require("@xianmai/server");`],
    ["import.meta.resolve", `const a = import.meta.resolve("@xianmai/server");`],
  ])("a %s import against the arrows is refused", (_, source) => {
    write("packages/query/src/a.ts", `\n${source}`);
    expect(violations()).toEqual([expect.stringContaining("packages/query/src/a.ts:2 query may not know @xianmai/server")]);
  });

  test("a package never knows a plugin, not even in a test", () => {
    write("packages/query/test/a.test.ts", `import "@xianmai/plugin-projects";`);
    expect(violations()).toEqual([expect.stringContaining("query may not know @xianmai/plugin-projects")]);
  });

  test("the pages import no package of the house", () => {
    write("packages/web/src/a.ts", `import "@xianmai/plugin-api";`);
    expect(violations()).toEqual([expect.stringContaining("web may not know @xianmai/plugin-api (it may: —)")]);
  });

  test("only tests import the platform for tests", () => {
    write("plugins/projects/src/a.ts", `import "@xianmai/testing";`);
    expect(violations()).toEqual([expect.stringContaining("plugin-projects may not know @xianmai/testing")]);
  });
});

describe("what is imported is declared", () => {
  test("a package of the house that package.json does not declare is refused", () => {
    write("packages/query/src/a.ts", `import "@xianmai/database";`);
    expect(violations()).toEqual([expect.stringContaining("@xianmai/database is not declared in packages/query/package.json")]);
  });

  test("a library that only the checkout or a devDependency has is refused in what ships", () => {
    declare("packages/query", { devDependencies: { zod: "4" } });
    write("packages/query/src/a.ts", `import "vitest"; import "zod";`);
    expect(violations()).toEqual([expect.stringContaining("vitest is not declared"), expect.stringContaining("zod is not declared")]);
  });

  test("a test that uses a library which nobody declares is refused", () => {
    write("packages/query/test/a.test.ts", `import "lodash";`);
    expect(violations()).toEqual([expect.stringContaining("lodash is not declared in packages/query/package.json")]);
  });
});

describe("plugins", () => {
  test("a plugin reaches another one through its contract only", () => {
    write("plugins/projects/src/a.ts", `import "@xianmai/plugin-organization";`);
    expect(violations()).toEqual([expect.stringContaining("plugins meet in contracts only: import @xianmai/plugin-organization/contract")]);
  });

  test("a plugin imports none of the platform's rooms beside plugin-api", () => {
    write("plugins/projects/src/a.ts", `import "@xianmai/query";`);
    expect(violations()).toEqual([expect.stringContaining("plugin-projects may not know @xianmai/query (it may: plugin-api)")]);
  });

  test("a plugin imports no library that is not its peer, not even one that it declares as its own", () => {
    declare("plugins/organization", { dependencies: { "left-pad": "1" }, peerDependencies: { graphql: "16" } }, "plugin-organization");
    write("plugins/organization/src/a.ts", `import "graphql"; import "left-pad";`);
    expect(violations()).toEqual([
      expect.stringContaining("plugins/organization/src/a.ts:1 a plugin uses plugin-api, contracts and its peer libraries, not left-pad"),
    ]);
  });

  test.each(["plugins/projects", "packages/plugin-api"])("%s does no I/O and imports nothing by a computed name", (folder) => {
    write(`${folder}/src/a.ts`, `import "node:fs"; import "path"; await import(name);`);
    expect(violations()).toEqual([
      expect.stringContaining("may not import node:fs"),
      expect.stringContaining("may not import path"),
      expect.stringContaining("may not import by a computed name"),
    ]);
  });
});

describe("paths", () => {
  test.each(["packages/query/src/a.ts", "packages/query/test/a.test.ts"])("%s may not leave its package by a path", (file) => {
    write(file, `import "../../web/src/a.ts";`);
    expect(violations()).toEqual([expect.stringContaining(`"../../web/src/a.ts" leaves its package`)]);
  });

  test("scripts and the suites of the checkout may not reach into a package by a path", () => {
    write("test/a.test.ts", `import "../packages/query/src/plan.ts";`);
    expect(violations()).toEqual([expect.stringContaining(`test/a.test.ts:1 "../packages/query/src/plan.ts" leaves its package`)]);
  });

  test("what ships may not import tests", () => {
    write("packages/query/src/a.ts", `import "../test/help.ts";`);
    expect(violations()).toEqual([expect.stringContaining("what ships may not import tests")]);
  });

  test.each(["/etc/a.ts", "file:///a.ts", "#inner"])("%s, which no rule can judge, is refused", (specifier) => {
    write("packages/query/src/a.ts", `import "${specifier}";`);
    expect(violations()).toEqual([expect.stringContaining("is neither a relative path nor a package")]);
  });
});

test("only the entries of a package re-export", () => {
  write("packages/query/src/lists/index.ts", `export * from "./list.ts"; export { a } from "./a.ts";`);
  expect(violations()).toEqual([
    expect.stringContaining("packages/query/src/lists/index.ts:1 only an entry of the package may re-export ./list.ts"),
    expect.stringContaining("may re-export ./a.ts"),
  ]);
});

test("a file that cannot be parsed is an error, not a file without imports", () => {
  write("packages/query/src/a.ts", "import {");
  expect(() => checkBoundaries(root)).toThrow("a.ts");
});
