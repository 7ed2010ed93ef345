import { Refusal } from "@xianmai/plugin-api";

import type { Value } from "../cells/reading.ts";
import type { ExpectedColumn, SheetPlan } from "../locate/expected.ts";
import type { FoundColumn } from "../locate/header.ts";
import type { Table } from "../locate/table.ts";
import type { ProblemCollector } from "./collect.ts";
import { missingHeader, valueMissing } from "./read-records.ts";
import { cellProblem, type SheetRecord } from "./record.ts";

/**
 * Fills in what empty cells stand for. Where a column has a default (a stage: the lifecycle's start), an empty cell is no statement: a new row takes
 * the default, one that is there keeps its value. Otherwise a required column must be filled, and a new row needs it in the header too.
 *
 * @throws Refusal `SHEET_INCOMPLETE` where there are new rows and the sheet does not carry what they need
 */
export function completeRecords(records: readonly SheetRecord[], plan: SheetPlan, problems: ProblemCollector): void {
  const columnsLacking = new Map<Table, Set<ExpectedColumn>>();
  const adds = records.some((record) => record.isNew);
  if (adds) refuseUnlessCarried(plan);
  for (const record of records) {
    const found = new Map(record.table.header.columns.map((column) => [column.expected, column]));
    plan.columns.forEach((expected, place) => completeOne(record, expected, place, found.get(expected)));
  }

  function completeOne(record: SheetRecord, expected: ExpectedColumn, place: number, header: FoundColumn | undefined): void {
    const { column } = expected;
    const fallback = defaultOf(expected);
    const value = record.values[place];
    if (header === undefined) {
      if (!record.isNew) return;
      if (fallback !== undefined) record.values[place] = fallback;
      else if (column.required) reportHeader(record.table, expected);
      return;
    }
    if (value !== null) return;
    if (fallback !== undefined) record.values[place] = record.isNew ? fallback : undefined;
    else if (column.required) {
      problems.add(cellProblem(record.table, record.row, header, valueMissing({ zh: "记录不能缺少它", en: "a record cannot lack it" })));
    }
  }

  /** Said once per table, not once per row. */
  function reportHeader(table: Table, expected: ExpectedColumn): void {
    const lacking = columnsLacking.get(table) ?? new Set();
    columnsLacking.set(table, lacking);
    if (lacking.has(expected)) return;
    lacking.add(expected);
    problems.add(
      missingHeader(table, expected.column.label, { zh: "有新记录，新记录必须有它", en: "there are new records, which need it" }),
    );
  }
}

/** What a column is filled with where nothing is said; `undefined` where it has no default. */
function defaultOf({ column }: ExpectedColumn): Value | undefined {
  if (column.kind === "texts") return [];
  return column.declared.default === undefined ? undefined : String(column.declared.default);
}

function refuseUnlessCarried({ sheet, entity, columns }: SheetPlan): void {
  const lacking = entity.columns.find(
    (column) =>
      column.required &&
      column.kind !== "texts" &&
      column.declared.default === undefined &&
      !columns.some((expected) => expected.column === column),
  );
  if (lacking === undefined) return;
  throw new Refusal(
    "SHEET_INCOMPLETE",
    {
      zh: `表格 ${sheet.name} 无法新增记录：${entity.name}.${lacking.name} 必填，但表格没有这一列。`,
      en: `Sheet ${sheet.name} cannot add records: ${entity.name}.${lacking.name} is required, but the sheet does not carry it.`,
    },
    {
      zh: `请由插件 ${entity.plugin} 的作者把 ${lacking.name} 列入表格，或设为可选、给出默认值。`,
      en: `The author of plugin ${entity.plugin} adds ${lacking.name} to the sheet, makes it optional or gives it a default.`,
    },
  );
}
