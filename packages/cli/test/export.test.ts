import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

import { newFolder, xianmai, type Result } from "./harness.ts";

const folder = newFolder();
const dataFolder = join(folder.path, "data");
const units = fileURLToPath(new URL("../../../plugins/organization/demo/units.xlsx", import.meta.url));

beforeAll(async () => {
  await xianmai(["import", "units", units, "--data", dataFolder]);
});
afterAll(() => folder.remove());

function exporting(sheet: string, ...more: readonly string[]): Promise<Result> {
  return xianmai(["export", sheet, ...more, "--data", dataFolder]);
}

test("writes the declared sheet, which can be imported again and changes nothing", async () => {
  const file = join(folder.path, "单位.xlsx");
  const { code, out } = await exporting("units", file);
  expect(code).toBe(0);
  expect(out).toMatch(/✓ units → .*单位\.xlsx\n {2}已导出 Exported: [1-9]\d* 行 rows/);
  const again = await xianmai(["import", "units", file, "--data", dataFolder]);
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining("新增 added 0 · 修改 changed 0") as string });
});

test("has the rows that a filter of the API leaves", async () => {
  const one = await exporting("units", join(folder.path, "one.xlsx"), "--filter", '{"code":{"eq":"130726100"}}');
  expect(one).toMatchObject({ code: 0, out: expect.stringContaining("已导出 Exported: 1 行 rows") as string });
  const none = await exporting("units", join(folder.path, "none.xlsx"), "--filter", "code=1");
  expect(none).toMatchObject({ code: 1, err: expect.stringContaining("EXPORT_FILTER_INVALID") as string });
});

test("is as a viewer sees it, and as it was at a time", async () => {
  const county = await exporting("officials", join(folder.path, "officials.xlsx"), "--viewer", "role=township; units=130726100");
  expect(county.code).toBe(0);
  const past = await exporting("units", join(folder.path, "past.xlsx"), "--as-of", "2001-01-01");
  expect(past).toMatchObject({ code: 1, err: expect.stringContaining("MOMENT_BEFORE_RECORDS") as string });
  expect(existsSync(join(folder.path, "past.xlsx"))).toBe(false);
});

test("what cannot be written leaves a file that was there as it was, and nothing beside it", async () => {
  const file = join(folder.path, "kept.xlsx");
  writeFileSync(file, "kept");
  expect(await exporting("nothing", file)).toMatchObject({ code: 1, err: expect.stringContaining("SHEET_UNKNOWN") as string });
  expect(await exporting("units", join(folder.path, "kept.csv"))).toMatchObject({
    code: 1,
    err: expect.stringContaining("EXPORT_NOT_XLSX") as string,
  });
  expect(await exporting("units", join(folder.path, "no folder", "a.xlsx"))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/无法写入文件.*FILE_UNWRITABLE/s) as string,
  });
  expect(readFileSync(file, "utf8")).toBe("kept");
  expect(readdirSync(folder.path).filter((name) => name.startsWith(".xianmai"))).toEqual([]);
});
