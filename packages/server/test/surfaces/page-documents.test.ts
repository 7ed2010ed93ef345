import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect, test } from "vitest";

import { pageDocuments } from "../../src/surfaces/page-documents.ts";

test("what the built pages ask is known to the server, and nothing where they were not built", async () => {
  const folder = await mkdtemp(join(tmpdir(), "xianmai pages "));
  const file = join(folder, "documents.json");
  expect(pageDocuments(pathToFileURL(file))).toEqual([]);
  await writeFile(file, JSON.stringify({ a: "{ one }", b: "{ two }" }));
  expect(pageDocuments(pathToFileURL(file))).toEqual(["{ one }", "{ two }"]);
  await rm(folder, { recursive: true });
});

test("the build registers what the screens ask, to the letter", async () => {
  for (const name of ["projects.graphql", "started.graphql"]) {
    const text = await readFile(new URL(`../../../web/src/screens/projects/${name}`, import.meta.url), "utf8");
    expect(pageDocuments()).toContain(text);
  }
});
