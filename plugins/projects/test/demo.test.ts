import { readFile } from "node:fs/promises";
import { readXlsx, type CellValue } from "hucre/xlsx";
import { beforeAll, describe, expect, test } from "vitest";

import type { Plugin } from "@xianmai/plugin-api";
import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";

/** A row below the header, by header. */
type Row = Readonly<Record<string, CellValue>>;

const REPORTED = "2023-11-20";
const BEFORE_THE_START = ["已入库", "前期手续"];

const text = (row: Row, header: string): string => {
  const value = row[header] ?? "";
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
};

async function table(file: URL, firstHeader: string): Promise<{ readonly rows: readonly Row[]; readonly all: readonly CellValue[][] }> {
  const { sheets } = await readXlsx(await readFile(file));
  const all = sheets[0]!.rows;
  const at = all.findIndex((row) => row[0] === firstHeader);
  const headers = all[at]!.map(String);
  const rows = all.slice(at + 1).filter((row) => typeof row[0] === "number");
  return { rows: rows.map((row) => Object.fromEntries(headers.map((header, index) => [header, row[index] ?? null]))), all };
}

const fileOf = (plugin: Plugin, sheet: string): URL => plugin.demo!.sheets.find((found) => found.sheet === sheet)!.file;

/** The projects of which something is true, by code: what a test says there is none of. */
const codesWhere = (rows: readonly Row[], is: (row: Row) => boolean): readonly string[] =>
  rows.filter(is).map((row) => text(row, "项目编号"));

describe("the task breakdown table of the demo", () => {
  let rows: readonly Row[];
  let all: readonly CellValue[][];
  let units: readonly Row[];
  let officials: readonly Row[];

  beforeAll(async () => {
    ({ rows, all } = await table(fileOf(projects, "projects"), "序号"));
    units = (await table(fileOf(organization, "units"), "序号")).rows;
    officials = (await table(fileOf(organization, "officials"), "序号")).rows;
  });

  const namesOf = (unit: Row): readonly string[] => [
    ...new Set([text(unit, "单位代码"), text(unit, "单位名称"), text(unit, "简称"), ...text(unit, "曾用名及其他写法").split("、")]),
  ];
  const ofNature = (nature: string): readonly Row[] => rows.filter((row) => text(row, "建设性质") === nature);

  test("has 146 projects with a code and a name of their own", () => {
    expect(rows).toHaveLength(146);
    expect(new Set(rows.map((row) => text(row, "项目编号"))).size).toBe(146);
    expect(new Set(rows.map((row) => text(row, "项目名称"))).size).toBe(146);
  });

  test("says in its title that it is invented, and above its header that amounts are in 万元", () => {
    expect(all[0]![0]).toBe("蔚县2023年重点项目任务分解表（演示数据，均为虚构）");
    expect(all[1]).toContain("单位：万元");
  });

  test("no two units share a name, so that every responsible unit it names is exactly one", () => {
    const names = units.flatMap(namesOf);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(codesWhere(rows, (row) => !names.includes(text(row, "责任单位")))).toEqual([]);
  });

  test("lies in all of the county's 22 townships and nowhere else", () => {
    const townships = units.filter((unit) => text(unit, "单位类别") === "乡镇").map((unit) => text(unit, "单位名称"));
    expect(townships).toHaveLength(22);
    expect(new Set(rows.map((row) => text(row, "建设地点")))).toEqual(new Set(townships));
  });

  test("has a county leader for each project", () => {
    const leaders = officials.filter((official) => text(official, "级别") === "县处级").map((official) => text(official, "姓名"));
    expect(new Set(leaders).size).toBe(leaders.length);
    expect(codesWhere(rows, (row) => !leaders.includes(text(row, "包联领导")))).toEqual([]);
  });

  test("a project has an actual start exactly when its stage says so, and none after the day of the report", () => {
    const started = (row: Row): boolean => !BEFORE_THE_START.includes(text(row, "项目阶段"));
    expect(codesWhere(rows, (row) => (text(row, "实际开工时间") !== "") !== started(row))).toEqual([]);
    expect(codesWhere(rows, (row) => text(row, "实际开工时间") > REPORTED)).toEqual([]);
  });

  test("every new start has a batch and a deadline in that quarter of the year", () => {
    const quarter = (date: string): number => Math.ceil(Number(date.slice(5, 7)) / 3);
    expect(codesWhere(ofNature("新开工"), (row) => !text(row, "开工时限").startsWith("2023-"))).toEqual([]);
    expect(codesWhere(ofNature("新开工"), (row) => quarter(text(row, "开工时限")) !== row["开工批次"])).toEqual([]);
  });

  test("of 98 new starts 80 are started, 13 of them late, and 10 of the others are overdue", () => {
    const began = (row: Row): string => text(row, "实际开工时间");
    const starts = ofNature("新开工");
    expect(starts).toHaveLength(98);
    expect(starts.filter((row) => began(row) !== "")).toHaveLength(80);
    expect(starts.filter((row) => began(row) > text(row, "开工时限"))).toHaveLength(13);
    expect(starts.filter((row) => began(row) === "" && text(row, "开工时限") < REPORTED)).toHaveLength(10);
  });

  test("continuing projects have neither batch nor deadline, and began in an earlier year", () => {
    expect(codesWhere(ofNature("续建"), (row) => row["开工批次"] !== null || row["开工时限"] !== null)).toEqual([]);
    expect(codesWhere(ofNature("续建"), (row) => text(row, "实际开工时间") >= "2023-01-01")).toEqual([]);
  });

  test("no project is to be completed before it starts", () => {
    const latestStart = (row: Row): string => [text(row, "计划开工时间"), text(row, "实际开工时间")].toSorted().at(-1)!;
    expect(codesWhere(rows, (row) => text(row, "计划竣工时间") <= latestStart(row))).toEqual([]);
  });

  test("dates are dates and amounts numbers, so that Excel can count with them", () => {
    expect(codesWhere(rows, (row) => !(row["计划竣工时间"] instanceof Date))).toEqual([]);
    expect(codesWhere(rows, (row) => typeof row["总投资"] !== "number")).toEqual([]);
  });

  test("the plan of the year is no more than the project costs", () => {
    expect(codesWhere(rows, (row) => Number(row["2023年计划投资"]) > Number(row["总投资"]))).toEqual([]);
  });

  test("its notes give the totals of its rows", () => {
    const fen = rows.reduce((sum, row) => sum + Math.round(Number(row["总投资"]) * 100), 0);
    const notes = all.slice(-4).map((row) => String(row[0]));
    expect(notes[0]).toContain(`本表共146个项目，总投资${fen / 100}万元`);
    expect(notes[3]).toContain("虚构");
  });
});
