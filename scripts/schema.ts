/**
 * `npm run schema` writes schema/: the composed API, what each plugin adds to it, and the tables, so that a review sees what a change does to them.
 * `npm run schema:check` writes nothing, and fails when what is committed is out of date.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { loadConfig, schemaFiles } from "@xianmai/server";

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = join(root, "schema");

async function committed(): Promise<ReadonlyMap<string, string>> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).filter((name) => /\.(graphql|sql)$/.test(name));
  return new Map(
    await Promise.all(names.map(async (name): Promise<[string, string]> => [name, await readFile(join(folder, name), "utf8")])),
  );
}

const { plugins, timeZone } = await loadConfig(root);
const wanted = await schemaFiles(plugins, { timeZone });
const found = await committed();
const stale = [...wanted].filter(([name, text]) => found.get(name) !== text).map(([name]) => name);
const extra = [...found.keys()].filter((name) => !wanted.has(name));

if (process.argv.includes("--check")) {
  for (const name of [...stale, ...extra]) {
    console.error(
      `schema/${name} 已过期：请运行 npm run schema 并提交。 schema/${name} is out of date: run npm run schema, and commit it.`,
    );
  }
  process.exitCode = stale.length + extra.length === 0 ? 0 : 1;
} else {
  for (const name of stale) await writeFile(join(folder, name), wanted.get(name) ?? "");
  for (const name of extra) await rm(join(folder, name));
  console.log(
    stale.length + extra.length === 0
      ? "schema/ 没有变化。 schema/ is as it was."
      : `已更新 Updated: ${[...stale, ...extra].map((name) => `schema/${name}`).join(", ")}`,
  );
}
