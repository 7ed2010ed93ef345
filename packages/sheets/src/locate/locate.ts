import { Refusal } from "@xianmai/plugin-api";

import type { Workbook, Worksheet } from "../open/workbook.ts";
import type { SheetNote } from "../outcome.ts";
import type { SheetPlan } from "./expected.ts";
import { findHeader, type FoundHeader } from "./header.ts";
import { readTable, type Table } from "./table.ts";

/** The tables of a file and what is to be said about the rest. */
export interface Located {
  readonly tables: readonly Table[];
  readonly notes: readonly SheetNote[];
}

interface Found {
  readonly worksheet: Worksheet;
  readonly header: FoundHeader;
}

/**
 * Finds the tables that hold a sheet's rows: the worksheet whose header names most of its columns, and every other visible one that has the natural
 * key and nearly as many. Hidden worksheets and those without such a header are left out, and named.
 *
 * @throws Refusal `SHEET_TABLE_NOT_FOUND`
 */
export function locateTables(workbook: Workbook, plan: SheetPlan, file: string): Located {
  const visible = workbook.worksheets.filter((worksheet) => !worksheet.hidden);
  const found = visible.flatMap((worksheet): Found[] => {
    const header = findHeader(worksheet, plan.columns);
    return header === undefined ? [] : [{ worksheet, header }];
  });
  const most = Math.max(0, ...found.map(({ header }) => header.columns.length));
  const best = found.find(({ header }) => header.columns.length === most);
  if (best === undefined) throw tableNotFound(plan, file, workbook);
  const taken = found.filter((one) => one === best || (hasKey(one.header, plan) && one.header.columns.length * 2 > most));
  const notes = workbook.worksheets
    .filter((worksheet) => worksheet.rows.length > 0 && !taken.some((one) => one.worksheet === worksheet))
    .map((worksheet): SheetNote => ({
      sheet: worksheet.name,
      row: undefined,
      text: worksheet.hidden
        ? { zh: "隐藏的工作表，未导入", en: "a hidden worksheet, not imported" }
        : { zh: "没有相应的表头，未导入", en: "a worksheet without the header, not imported" },
    }));
  if (workbook.macros) {
    notes.push({ sheet: "", row: undefined, text: { zh: "文件含有宏，未运行", en: "the file carries macros; they were not run" } });
  }
  return { tables: taken.map(({ worksheet, header }) => readTable(worksheet, header, keyPlaces(header, plan))), notes };
}

function hasKey(header: FoundHeader, plan: SheetPlan): boolean {
  return keyPlaces(header, plan).size === plan.entity.key.length;
}

function keyPlaces(header: FoundHeader, plan: SheetPlan): ReadonlySet<number> {
  return new Set(header.columns.flatMap(({ expected }, place) => (plan.entity.key.includes(expected.column) ? [place] : [])));
}

function tableNotFound(plan: SheetPlan, file: string, workbook: Workbook): Refusal {
  const headers = plan.columns.map(({ column }) => column.label);
  const names = workbook.worksheets.map((worksheet) => worksheet.name).join("、");
  return new Refusal(
    "SHEET_TABLE_NOT_FOUND",
    {
      zh: `文件“${file}”的工作表（${names}）中没有“${plan.sheet.label.zh}”的表头。`,
      en: `No worksheet of “${file}” (${names}) has the header of “${plan.sheet.label.en}”.`,
    },
    {
      zh: `表头应写这些列名：${headers.map(({ zh }) => zh).join("、")}。`,
      en: `A header row names these columns: ${headers.map(({ zh }) => zh).join(", ")}.`,
    },
  );
}
