import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { backup, restore } from "@xianmai/database/backup";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { systemClock, type Label } from "@xianmai/plugin-api";
import { startServer } from "@xianmai/server";
import type { TestPlatform } from "@xianmai/testing";
import { pino } from "pino";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

import { NORTH, openCounty } from "./county.ts";
import { attachFile, download, pdf, PNG, sha256, upload, type Attached } from "./files.ts";

let platform: TestPlatform;
let report: () => Promise<string>;

beforeAll(async () => {
  ({ platform, report } = await openCounty());
});
afterAll(async () => platform[Symbol.asyncDispose]());

async function attaching(content: Buffer, name = "a.pdf"): Promise<Attached> {
  const address = await upload(platform, content, { viewer: NORTH, name });
  return attachFile(platform, { subject: await report(), field: "proof", upload: address }, NORTH);
}

/** A database as an operator names it. */
function urlOf({ host, port, user, password, database }: TestDatabase["owner"]): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password ?? "")}`;
  return `postgresql://${login}@/${database}?${new URLSearchParams({ host, port: String(port) }).toString()}`;
}

const WORK = { clock: systemClock("Asia/Shanghai"), signal: new AbortController().signal } as const;

/** Backs the platform up into a folder of its own, and tells what was said. */
async function backUpSomewhere(): Promise<{ readonly folder: string; readonly place: string; readonly told: readonly string[] }> {
  const place = await mkdtemp(join(tmpdir(), "xianmai-"));
  onTestFinished(async () => rm(place, { recursive: true, force: true }));
  const told: string[] = [];
  const { database, dataFolder } = platform;
  const { folder } = await backup({
    ...WORK,
    dataFolder,
    databaseUrl: urlOf(database.owner),
    databaseAppUrl: urlOf(database.app),
    target: join(place, "backups"),
    portable: true,
    verify: false,
    version: "1.0.0",
    log: ({ en }: Label) => void told.push(en),
  });
  return { folder, place, told };
}

test("a backup holds the files, a restored platform serves them, and a backup of which one was altered or lost is refused by its name", async () => {
  const content = pdf(4000, "kept");
  const { attachment } = await attaching(content, "月报.pdf");
  await upload(platform, PNG, { viewer: NORTH, name: "waiting.png" });
  const { folder, place, told } = await backUpSomewhere();
  const empty = await createTestDatabase();
  onTestFinished(async () => empty.drop());
  expect(globSync("data/uploads/**", { cwd: folder })).toEqual([]);

  expect(told.filter((line) => line.startsWith("Note"))).toEqual([]);

  const into = async (dataFolder: string): Promise<unknown> =>
    restore({
      ...WORK,
      log: () => undefined,
      backup: folder,
      dataFolder,
      databaseUrl: urlOf(empty.owner),
      databaseAppUrl: urlOf(empty.app),
    });
  const file = join(folder, "data", "files", sha256(content).slice(0, 2), sha256(content));
  await appendFile(file, "!");
  await expect(into(join(place, "altered"))).rejects.toMatchObject({
    code: "BACKUP_DAMAGED",
    message: expect.stringContaining(sha256(content)) as string,
  });
  await rm(file);
  await expect(into(join(place, "lost"))).rejects.toMatchObject({
    code: "BACKUP_DAMAGED",
    message: expect.stringContaining("missing") as string,
  });
  await writeFile(file, content);

  const dataFolder = join(place, "restored");
  await into(dataFolder);
  const { composition } = platform;
  const server = await startServer({ composition, postgres: empty, port: 0, log: pino({ level: "silent" }), devViewers: true, dataFolder });
  onTestFinished(async () => server.stop());
  const answer = await download({ ...platform, url: server.url }, attachment?.url ?? "", { "x-xianmai-viewer": NORTH });
  expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
});

test("a backup says which contents were lost or altered before it was made", async () => {
  const [lost, altered] = [pdf(5000, "lost before"), pdf(5000, "altered before")];
  for (const content of [lost, altered]) expect((await attaching(content)).problems).toEqual([]);
  const placeOf = (content: Buffer): string => `files/${sha256(content).slice(0, 2)}/${sha256(content)}`;
  await rm(join(platform.dataFolder, placeOf(lost)));
  await appendFile(join(platform.dataFolder, placeOf(altered)), "!");
  const { told } = await backUpSomewhere();
  expect(told.filter((line) => line.startsWith("Note"))).toEqual([
    expect.stringContaining(
      `2 attachments are not what they should be; bring these files back from an older backup: ${placeOf(lost)} is missing; ${placeOf(altered)} its content changed`,
    ),
  ]);
});
