import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { Instant, Label, Plugin } from "@xianmai/plugin-api";
import { writeXlsx } from "hucre/xlsx";
import { afterEach, beforeEach, expect, test } from "vitest";

import { loadDemo, type DemoOutcome } from "../src/demo/load-demo.ts";
import { blockers } from "./support/blockers.ts";
import { post, startPlatform, type TestPlatform } from "./support/platform.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "县脉 demo "));
});
afterEach(async () => rm(folder, { recursive: true }));

const label = { zh: "演示数据（虚构）", en: "Demo (invented)" };

/** The blockers with invented data: a sheet of these rows. */
async function withDemo(rows: (string | number)[][]): Promise<Plugin> {
  const file = join(folder, "堵点.xlsx");
  await writeFile(file, await writeXlsx({ sheets: [{ name: "堵点", rows: [["编号", "情况", "类别", "涉及金额（万元）"], ...rows] }] }));
  const clock = "2023-11-20T01:00:00.000Z" as Instant;
  return { ...blockers, demo: { label, clock, sheets: [{ sheet: "blockers", file: pathToFileURL(file) }] } };
}

const rows = [
  ["B-1", "征地补偿未到位", "土地", 12.5],
  ["B-2", "贷款未批", "资金", 300],
];

async function load({ composition, database }: TestPlatform, lines: Label[] = []): Promise<DemoOutcome> {
  return loadDemo({ composition, postgres: database, log: (line) => lines.push(line) });
}

async function countOf({ psql }: TestPlatform): Promise<unknown> {
  return (await psql.query("select count(*)::integer as rows from app.blocker")).rows[0] as unknown;
}

test("an empty database gets the invented data once, however many start; a server then shows its label and its time", async () => {
  await using platform = await startPlatform("blockers alone", [await withDemo(rows)]);
  const lines: Label[] = [];
  const outcomes = await Promise.all([load(platform, lines), load(platform, lines)]);
  expect(outcomes.toSorted()).toEqual(["loaded", "not-empty"]);
  expect(lines.map(({ zh }) => zh)).toEqual([expect.stringMatching(/^已导入 堵点清单 2 行/) as string]);
  expect(await countOf(platform)).toEqual({ rows: 2 });

  const server = await platform.serve();
  const query = "{ platform { demo { label } clock { now today demo } } blockers { nodes { number kind cost } } }";
  expect((await post(server, JSON.stringify({ query }))).data).toEqual({
    platform: { demo: { label: label.zh }, clock: { now: "2023-11-20T09:00:00.000+08:00", today: "2023-11-20", demo: true } },
    blockers: {
      nodes: [
        { number: "B-1", kind: "LAND", cost: "12.5" },
        { number: "B-2", kind: "FUNDS", cost: "300" },
      ],
    },
  });
});

test("a database in which a plugin has a row is left as it is", async () => {
  await using platform = await startPlatform("blockers alone", [await withDemo(rows)]);
  await platform.psql.query("insert into app.blocker (number, summary) values ('X-1', '已有')");
  expect(await load(platform)).toBe("not-empty");
  expect(await countOf(platform)).toEqual({ rows: 1 });
});

test("plugins without invented data load none", async () => {
  await using platform = await startPlatform("blockers alone", [blockers]);
  expect(await load(platform)).toBe("none");
});

test("invented data that does not fit is refused with cell and reason, and nothing of it is loaded", async () => {
  await using platform = await startPlatform("blockers alone", [await withDemo([...rows, ["B-3", "道路", "天气", 1]])]);
  const refusal = load(platform);
  await expect(refusal).rejects.toMatchObject({
    code: "DEMO_INVALID",
    what: { zh: expect.stringMatching(/blockers.*堵点\.xlsx[^]*C4/) as string, en: expect.stringMatching(/C4/) as string },
  });
  expect(await countOf(platform)).toEqual({ rows: 0 });
  expect(await load(platform).catch(() => "again")).toBe("again");
});
