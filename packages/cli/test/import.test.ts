import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { openPostgres } from "@xianmai/database/postgres";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { newFolder, start, xianmai, type Result } from "./harness.ts";

const folder = newFolder();
const units = demo("organization", "units");
const officials = demo("organization", "officials");
const projects = demo("projects", "projects");

afterAll(() => folder.remove());

function demo(plugin: string, name: string): string {
  return fileURLToPath(new URL(`../../../plugins/${plugin}/demo/${name}.xlsx`, import.meta.url));
}

type Importing = (sheet: string, file: string, ...more: readonly string[]) => Promise<Result>;

function into(dataFolder: string): Importing {
  return (sheet, file, ...more) => xianmai(["import", sheet, file, "--data", dataFolder, ...more]);
}

describe("xianmai import into a new data folder, without a server", () => {
  const importing = into(join(folder.path, "new"));

  test("checks a file and writes nothing when asked for a dry run", async () => {
    const dry = await importing("units", units, "--dry-run");
    expect({ code: dry.code, err: dry.err }).toEqual({ code: 0, err: expect.any(String) as string });
    expect(dry.out).toMatch(/units\.xlsx → units\n {2}\d+ 行 rows: 新增 added [1-9]\d* · 修改 changed 0 · 不变 unchanged 0/);
    expect(dry.out).toContain("没有写入");
    const again = await importing("units", units, "--dry-run");
    expect(again.out).toBe(dry.out);
  });

  test("says every problem with sheet, row, column, cell, value, reason and remedy, and writes nothing", async () => {
    const { code, out } = await importing("projects", projects);
    expect(code).toBe(1);
    expect(out).toMatch(
      /1\. 工作表 sheet “.+” · 第 \d+ 行 row · 列 column “.+” · 单元格 cell [A-Z]+\d+: “.+” {2}\[SHEET_[A-Z_]+\]\n +原因：.+处理：.+\n +Why: .+ Do: .+/,
    );
    expect(out).toContain("什么都没有写入");
  });

  test("writes all of a good file; the same file again changes nothing", async () => {
    const first = await importing("units", units);
    expect(first.code).toBe(0);
    expect(first.out).toContain("已全部写入");
    const second = await importing("units", units);
    expect(second).toMatchObject({ code: 0, out: expect.stringMatching(/新增 added 0 · 修改 changed 0 · 不变 unchanged [1-9]/) as string });
    expect(second.out).toContain("无需写入");
  });
});

describe("xianmai import into a county's data, without a server", () => {
  const dataFolder = join(folder.path, "data");
  const importing = into(dataFolder);

  beforeAll(async () => {
    await importing("units", units);
    await importing("officials", officials);
  });

  test("gives the outcome as JSON, with nothing else on the standard output", async () => {
    const { code, out } = await importing("officials", officials, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ sheet: "officials", file: "officials.xlsx", added: 0, applied: true, problemCount: 0 });
  });

  test("killed in the middle, it has written everything or nothing", async () => {
    const whole = JSON.parse((await importing("projects", projects, "--json", "--dry-run")).out) as { added: number };
    const killed = start(["import", "projects", projects, "--data", dataFolder]);
    await expect.poll(() => existsSync(join(dataFolder, "postgres", "postmaster.pid")), { timeout: 10_000, interval: 5 }).toBe(true);
    killed.kill("SIGKILL");
    await killed.ended;
    const { added, unchanged } = JSON.parse((await importing("projects", projects, "--json")).out) as { added: number; unchanged: number };
    expect([
      { added: whole.added, unchanged: 0 },
      { added: 0, unchanged: whole.added },
    ]).toContainEqual({ added, unchanged });
  });

  test("ends at once by Ctrl-C, also while it waits for someone else's lock, and has written nothing", async () => {
    const postgres = await openPostgres({ dataFolder, log: () => undefined });
    const other = new Client(postgres.owner);
    await other.connect();
    await other.query("begin; lock table app.unit in access exclusive mode");
    const waiting = start(["import", "units", units, "--data", dataFolder]);
    const waits = "select count(*)::int as n from pg_locks where not granted and relation = 'app.unit'::regclass";
    await expect.poll(async () => (await other.query<{ n: number }>(waits)).rows[0]?.n, { timeout: 10_000 }).toBe(1);
    waiting.kill("SIGINT");
    expect((await waiting.ended).code).toBe(130);
    await other.end();
    await postgres.release();
  });

  test("leaves no PostgreSQL running", () => {
    expect(existsSync(join(dataFolder, "postgres", "postmaster.pid"))).toBe(false);
  });
});

describe("xianmai import refuses", () => {
  const importing = into(join(folder.path, "refused"));

  test("a sheet that no plugin declares, naming those that are", async () => {
    const { code, err } = await importing("project", projects);
    expect(code).toBe(1);
    expect(err).toContain("[SHEET_UNKNOWN]");
    expect(err).toContain("projects");
    expect(existsSync(join(folder.path, "refused"))).toBe(false);
  });

  test("a file that is not there", async () => {
    const { code, err } = await importing("projects", join(folder.path, "没有.xlsx"));
    expect(code).toBe(1);
    expect(err).toContain("[FILE_UNREADABLE]");
    expect(err).toContain("没有.xlsx");
  });

  test("a file that is no spreadsheet", async () => {
    const file = join(folder.path, "说明.xlsx");
    writeFileSync(file, "这不是表格");
    const { code, err } = await importing("projects", file);
    expect(code).toBe(1);
    expect(err).toMatch(/\[SHEET_FILE_[A-Z_]+\]/);
    expect(err).toContain("说明.xlsx");
  });
});
