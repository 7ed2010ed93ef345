import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Refusal } from "@xianmai/plugin-api";
import { afterEach, beforeEach, expect, test } from "vitest";

import { loadConfig } from "../src/config/load.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "县脉 config "));
});
afterEach(async () => rm(folder, { recursive: true }));

const plugin = `{ name: "leads", version: "1.0.0", entities: [] }`;
const write = async (config: string): Promise<void> =>
  writeFile(join(folder, "xianmai.config.ts"), `export const config: object = ${config};\n`);

test("a configuration of plugins alone gives the port, the time zone and the data folder beside it", async () => {
  await write(`{ plugins: [${plugin}] }`);
  const settings = await loadConfig(folder);
  expect(settings).toMatchObject({ port: 4000, timeZone: "Asia/Shanghai", dataFolder: join(folder, "data"), databaseUrl: undefined });
  expect(settings.plugins.map(({ name }) => name)).toEqual(["leads"]);
});

test("flags go before the environment, and that before the file", async () => {
  await write(`{ plugins: [${plugin}], port: 4001, data: "./elsewhere" }`);
  const environment = { XIANMAI_PORT: "4002", XIANMAI_DATA: "/srv/县脉", DATABASE_URL: "postgres://one", DATABASE_APP_URL: "" };
  expect(await loadConfig(folder)).toMatchObject({ port: 4001, dataFolder: join(folder, "elsewhere") });
  expect(await loadConfig(folder, { environment })).toMatchObject({
    port: 4002,
    dataFolder: "/srv/县脉",
    databaseUrl: "postgres://one",
    databaseAppUrl: undefined,
  });
  expect(await loadConfig(folder, { environment, flags: { port: "4003", data: "/tmp/x" } })).toMatchObject({
    port: 4003,
    dataFolder: "/tmp/x",
  });
});

test("limits and registered documents have defaults, and what is given goes before them", async () => {
  await write(`{ plugins: [${plugin}] }`);
  const limits = {
    depth: 20,
    aliases: 500,
    directives: 200,
    tokens: 10_000,
    cost: 500_000,
    statementSeconds: 30,
    waiting: 200,
    waitSeconds: 10,
  };
  expect(await loadConfig(folder)).toMatchObject({ limits, documents: { files: [], only: false } });
});

test("files of documents are taken from the folder of the configuration", async () => {
  await write(`{ plugins: [${plugin}], limits: { cost: 5, waiting: 0 }, documents: { files: ["./app/persisted.json"], only: true } }`);
  const { limits, documents } = await loadConfig(folder);
  expect(limits).toMatchObject({ cost: 5, waiting: 0, depth: 20 });
  expect(documents).toEqual({ files: [join(folder, "app/persisted.json")], only: true });
});

test("a limit that is none is named", async () => {
  await write(`{ plugins: [${plugin}], limits: { depth: 0, tokens: 1e9, depht: 3 }, documents: { files: "x" } }`);
  const refusal = await refusalOf(loadConfig(folder));
  for (const named of ["limits.depth", "limits.tokens", "depht", "documents.files"]) expect(refusal.in("en")).toContain(named);
});

async function refusalOf(loading: Promise<unknown>): Promise<Refusal> {
  const error = await loading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refusal) return error;
  throw new Error("The configuration was accepted.", { cause: error });
}

test("what is wrong in a configuration is named in both languages, a misspelt setting too", async () => {
  await write(`{ plugins: [${plugin}, "projects"], prot: 4000, timeZone: "Asia/Yu", port: 70000 }`);
  const refusal = await refusalOf(loadConfig(folder));
  expect(refusal.code).toBe("CONFIG_INVALID");
  for (const language of ["zh", "en"] as const) {
    for (const named of ["plugins[1]", "prot", "timeZone", "Asia/Shanghai", "port", "65535", "xianmai.config.ts"]) {
      expect(refusal.in(language)).toContain(named);
    }
  }
  expect(refusal.what.zh).toMatch(/\p{Script=Han}/u);
});

test("a port that is no number is named by where it came from", async () => {
  await write(`{ plugins: [${plugin}] }`);
  expect((await refusalOf(loadConfig(folder, { environment: { XIANMAI_PORT: "four" } }))).what.en).toContain("XIANMAI_PORT");
  expect((await refusalOf(loadConfig(folder, { flags: { port: "-1" } }))).what.zh).toContain("--port");
});

test("a folder without a configuration, and one whose configuration does not run, are refused with what to do", async () => {
  expect(await refusalOf(loadConfig(folder))).toMatchObject({ code: "CONFIG_MISSING" });
  await writeFile(join(folder, "xianmai.config.ts"), "export const settings = {};\n");
  expect(await refusalOf(loadConfig(folder))).toMatchObject({ code: "CONFIG_UNREADABLE" });
});
