import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { openPostgres, type Postgres } from "@xianmai/database/postgres";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { newFolder, xianmai, type Result } from "./harness.ts";

const folder = newFolder();
const dataFolder = join(folder.path, "data");
const demo = (name: string) => fileURLToPath(new URL(`../../../plugins/organization/demo/${name}.xlsx`, import.meta.url));
const audit = (...args: readonly string[]): Promise<Result> => xianmai(["audit", ...args, "--data", dataFolder]);

let postgres: Postgres;
let owner: Client;

/** The county's units and officials, and one official who was given another title. */
beforeAll(async () => {
  for (const name of ["units", "officials"]) {
    const { code, err } = await xianmai(["import", name, demo(name), "--data", dataFolder]);
    if (code !== 0) throw new Error(err);
  }
  postgres = await openPostgres({ dataFolder, log: () => undefined });
  owner = new Client(postgres.owner);
  await owner.connect();
  await owner.query("begin");
  await owner.query(
    "select set_config('xm.actor', (select id::text from app.official where code = 'GB002'), true), set_config('xm.origin', 'updateOfficial', true)",
  );
  await owner.query("update app.official set title = '新职务' where code = 'GB001'");
  await owner.query("commit");
});

afterAll(async () => {
  await owner.end();
  await postgres.release();
  folder.remove();
});

const one = async (sql: string): Promise<string> => (await owner.query<{ one: string }>(sql)).rows[0]!.one;

describe("xianmai audit", () => {
  test("says what is not sealed yet; seals, and prints the head for keeping elsewhere", async () => {
    const before = await audit("verify");
    expect(before.code).toBe(0);
    expect(before.out).toMatch(/尚未封存 Not sealed yet: [1-9]\d*/);
    const sealed = await audit("seal");
    expect(sealed).toMatchObject({ code: 0, out: expect.stringMatching(/^#1 \S+Z [0-9a-f]{64}\n$/) as string });
    const after = await audit("verify");
    expect(after).toMatchObject({ code: 0, out: expect.stringContaining("全部与封存一致") as string });
    expect(readFileSync(join(dataFolder, "audit.anchor"), "utf8")).toContain(sealed.out.trim().split(" ")[2]!);
  });

  test("shows who changed a row, when, through what, and from what to what, by any of its names", async () => {
    const shown = await audit("show", "Official", "GB001");
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/· 修改 Changed · GB002 .+ · updateOfficial\n +.+: .+ → 新职务\n/);
    expect(shown.out).toMatch(/· 新建 Created · .+ · import officials officials\.xlsx\n( +.+: .+\n)+/);
    const id = await one("select id::text as one from app.official where code = 'GB001'");
    expect((await audit("show", "official", `Official:${id}`)).out).toBe(shown.out);
  });

  test("refuses what it does not know, and says what there is", async () => {
    const entity = await audit("show", "Nobody", "1");
    expect(entity).toMatchObject({ code: 1, err: expect.stringContaining("[ENTITY_UNKNOWN]") as string });
    expect(entity.err).toContain("Official");
    expect(await audit("show", "Official", "GB999")).toMatchObject({ code: 1, err: expect.stringContaining("[ROW_UNKNOWN]") as string });
    const column = await audit("redact", "Official", "GB001", "nickname", "--reason", "x");
    expect(column).toMatchObject({ code: 1, err: expect.stringContaining("[COLUMN_UNKNOWN]") as string });
    expect(await audit("redact", "Official", "GB001", "name")).toMatchObject({ code: 2 });
  });

  test("redacts a name from a row and its past: it is gone, on record, and everything verifies", async () => {
    const name = await one("select name as one from app.official where code = 'GB001'");
    const redacted = await audit(
      "redact",
      "Official",
      "GB001",
      "name",
      "--instead",
      "name=（已注销）",
      "--reason",
      "个人申请",
      "--actor",
      "信访局",
    );
    expect(redacted).toMatchObject({ code: 0, out: expect.stringContaining("已遮盖 2 个历史版本") as string });
    const shown = await audit("show", "Official", "GB001");
    expect(shown.out).toContain("已遮盖 redacted");
    expect(shown.out).not.toContain(name);
    const verified = await audit("verify");
    expect(verified.code).toBe(0);
    expect(verified.out).toMatch(/遮盖 Redacted: .+ Official GB001 .+ · 信访局 · 个人申请/);
    expect(verified.out).not.toContain(name);
  });

  test("a new key takes over, and what it seals verifies with what the old one sealed", async () => {
    expect(await audit("key")).toMatchObject({ code: 0, out: expect.stringContaining("已加入密钥") as string });
    await owner.query("update app.official set title = '又一职务' where code = 'GB001'");
    await audit("seal");
    expect((await audit("verify")).code).toBe(0);
    expect(await one("select count(distinct key)::text as one from xm.seal")).toBe("2");
  });

  test("tells what was tampered with, and where, and ends with 1", async () => {
    await owner.query("alter table app.official disable trigger user");
    await owner.query("update app.official set rank = 'OTHER', title = '伪造' where code = 'GB003'");
    const told = await audit("verify");
    expect(told.code).toBe(1);
    expect(told.out).toMatch(
      /1\. .+ GB003 .+ \[[0-9a-f-]{36}\] · 现有的行：.+与封存时不同（.+封存 #1）。 {2}\[CELL_CHANGED\]\n +Official GB003 .+not as sealed/,
    );
    expect(told.out).toContain("✗");
    const json = JSON.parse((await audit("verify", "--json")).out) as {
      readonly findingCount: number;
      readonly findings: readonly object[];
    };
    expect(json).toMatchObject({
      findingCount: 1,
      findings: [{ code: "CELL_CHANGED", table: "official", columns: expect.arrayContaining(["title"]) as string[] }],
    });
  });
});
