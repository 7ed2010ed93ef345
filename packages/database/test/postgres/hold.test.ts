import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { afterAll, expect, test } from "vitest";

import { holdDataFolder } from "../../src/postgres/index.ts";
import { clean, newFolder, refusal, startUser } from "./harness.ts";

const folder = newFolder();
const dataFolder = join(folder, "data");
const holder = { pid: process.pid, port: 4001, startedAt: "2023-11-20T01:00:00.000Z" };

afterAll(() => clean(folder));

test("a second server on a data folder is told which process holds it, on which port and since when", async () => {
  const other = startUser({ dataFolder, hold: { port: 4321, startedAt: "2023-11-20T01:00:00.000Z" } });
  await other.first;
  const { code, text } = await refusal(() => holdDataFolder(dataFolder, holder));
  expect(code).toBe("DATA_FOLDER_HELD");
  for (const part of [dataFolder, `${other.pid}`, "4321", "2023-11-20T01:00:00.000Z"]) expect(text).toContain(part);
  expect((await other.end()).at(-1)).toEqual({ event: "released" });
});

test("what a server says of itself later is what the second one hears", async () => {
  const lock = holdDataFolder(dataFolder, holder);
  lock.update({ ...holder, port: 4002 });
  const { message } = await startUser({ dataFolder, hold: { port: 4003, startedAt: "" } }).first;
  expect(message).toContain(`process ${process.pid} (port 4002,`);
  lock.release();
  expect(existsSync(join(dataFolder, "server.json"))).toBe(false);
});

test("a killed server holds nothing", async () => {
  const killed = startUser({ dataFolder, hold: { port: 4321, startedAt: "" } });
  await killed.first;
  await expect(refusal(() => holdDataFolder(dataFolder, holder))).resolves.toMatchObject({ code: "DATA_FOLDER_HELD" });
  await killed.kill();
  holdDataFolder(dataFolder, holder).release();
});
