import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { freePort, newFolder, start, xianmai, type Running } from "./harness.ts";

const ready = "Ctrl-C";
const folder = newFolder();
const dataFolder = join(folder.path, "data");
const backups = join(folder.path, "备份");
const restored = join(folder.path, "elsewhere");

afterAll(() => folder.remove());

interface Answer {
  readonly data: { readonly projects?: { readonly nodes: readonly { readonly id: string; readonly name: string }[] } };
}

async function ask(port: number, query: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

async function projects(port: number): Promise<readonly { readonly id: string; readonly name: string }[]> {
  return (await ask(port, "{ projects(first: 1000) { nodes { id name } } }")).data.projects?.nodes ?? [];
}

describe("xianmai backup of a platform that is being used, and xianmai restore of it elsewhere", () => {
  let server: Running;
  let port = 0;
  let made = "";

  beforeAll(async () => {
    port = await freePort();
    server = start(["serve", "--port", String(port), "--data", dataFolder]);
    await server.says(ready);
  });

  afterAll(async () => {
    server.kill("SIGTERM");
    await server.ended;
  });

  test("it is backed up while mutations run, tried, and its place printed for a script", async () => {
    const [project] = await projects(port);
    const backingUp = xianmai(["backup", backups, "--data", dataFolder]);
    let ended = false;
    void backingUp.then(() => (ended = true));
    for (let turn = 0; !ended; turn += 1) {
      await ask(port, `mutation { updateProject(input: { id: "${project!.id}", name: "renamed ${turn}" }) { problems { code } } }`);
    }
    const { code, out, err } = await backingUp;
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringMatching(/已试恢复并比对[\s\S]*✓ 备份完成/) as string });
    expect(err).toMatch(/Files of the database: [\d,]+ files, [\d.]+ MB, [\d.]+ s/);
    made = out.trim();
    expect(readdirSync(backups).filter((name) => name.startsWith("xianmai-2"))).toEqual([made.slice(backups.length + 1)]);
  });

  test("what is restored is served at once, beside the original, with every project in it", async () => {
    const { code, out } = await xianmai(["restore", made, "--data", restored]);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`Restored to ${join(restored, "postgres")}`) as string });
    const second = await freePort();
    const copy = start(["serve", "--port", String(second), "--data", restored]);
    await copy.says(ready);
    const [ours, theirs] = [await projects(second), await projects(port)];
    copy.kill("SIGTERM");
    expect((await copy.ended).code).toBe(0);
    expect(ours.map(({ id }) => id)).toEqual(theirs.map(({ id }) => id));
    expect(ours.filter(({ name }) => /^renamed \d+$/.test(name))).toHaveLength(1);
  });

  test("a second restore into the same folder is refused, and so is one from a folder that is no backup", async () => {
    expect(await xianmai(["restore", made, "--data", restored])).toMatchObject({
      code: 1,
      err: expect.stringContaining("[RESTORE_FOLDER_NOT_EMPTY]") as string,
    });
    expect(await xianmai(["restore", backups, "--data", join(folder.path, "none")])).toMatchObject({
      code: 1,
      err: expect.stringContaining("[BACKUP_UNKNOWN]") as string,
    });
    expect(existsSync(join(folder.path, "none"))).toBe(false);
  });

  test("Ctrl-C ends a backup with code 130 and leaves nothing of it", async () => {
    const place = join(folder.path, "cut short");
    const running = start(["backup", place, "--data", dataFolder]);
    await expect.poll(() => running.err(), { timeout: 20_000, interval: 5 }).toContain("Files of the database");
    running.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
    expect(readdirSync(place)).toEqual(["xianmai-backup.lock"]);
    expect(await projects(port)).not.toHaveLength(0);
  });
});
