import { randomUUID } from "node:crypto";

import type { Label } from "@xianmai/plugin-api";

import { readCell, type ColumnContext } from "../cells/read-cell.ts";
import { keyText } from "../database/read.ts";
import type { SheetPlan } from "../locate/expected.ts";
import { cellName } from "../locate/grid.ts";
import type { FoundColumn } from "../locate/header.ts";
import type { Table } from "../locate/table.ts";
import type { ProblemCollector } from "./collect.ts";
import type { Lookups } from "./lookups.ts";
import { cellProblem, type SheetRecord } from "./record.ts";

/** What the whole file says about its cells. */
export interface FileContext {
  readonly from1904: boolean;
  readonly timeZone: string;
}

/** What each column of a table is read with; a column that points at the sheet's own entity is read later, when all rows are known. */
export function columnContexts(table: Table, plan: SheetPlan, lookups: Lookups, file: FileContext): (ColumnContext | undefined)[] {
  const names = new Set([plan.entity.title, ...plan.entity.key, ...plan.entity.knownAs]);
  return table.header.columns.map(({ expected, unit, percent }) => {
    const { column } = expected;
    if (column.kind === "self") return undefined;
    const [choices, reference] = [lookups.choices.get(expected), lookups.references.get(expected)];
    return { ...file, column, isName: names.has(column), unit, percent, choices, reference };
  });
}

/** Reads every row of a table. What cannot be read is reported and left undefined. */
export function readRecords(
  table: Table,
  plan: SheetPlan,
  contexts: readonly (ColumnContext | undefined)[],
  problems: ProblemCollector,
): SheetRecord[] {
  const places = table.header.columns.map(({ expected }) => plan.columns.indexOf(expected));
  const keyPlaces = plan.entity.key.map((column) => plan.columns.findIndex((expected) => expected.column === column));
  return table.rows.map((row) => {
    const record: SheetRecord = { table, row, values: plan.columns.map(() => undefined), key: undefined, id: randomUUID(), isNew: true };
    table.header.columns.forEach((column, at) => {
      const context = contexts[at];
      if (context === undefined) return;
      const reading = readCell(row.cells[at] ?? null, context);
      if ("fault" in reading) problems.add(cellProblem(table, row, column, reading.fault));
      else record.values[places[at] ?? 0] = reading.value;
    });
    const key = keyPlaces.map((place) => record.values[place]);
    if (key.every((value) => value !== undefined && value !== null)) record.key = key as SheetRecord["key"];
    return record;
  });
}

/** Reports columns of the natural key that a table lacks, and columns that stand in it twice. */
export function checkHeader(table: Table, plan: SheetPlan, problems: ProblemCollector): void {
  for (const { expected, first, second } of table.header.doubled) {
    problems.add({
      ...headerProblem(table, second, expected.column.label),
      code: "SHEET_HEADER_TWICE",
      reason: {
        zh: `与 ${cellName(table.header.bottom, first.at)} 的“${first.header}”表示同一内容`,
        en: `it means the same as “${first.header}” in ${cellName(table.header.bottom, first.at)}`,
      },
      remedy: { zh: "请删去其中一列，或改列名。", en: "Remove one of the two columns, or rename it." },
    });
  }
  for (const column of plan.entity.key) {
    if (table.header.columns.some(({ expected }) => expected.column === column)) continue;
    problems.add(missingHeader(table, column.label, { zh: "要靠它识别记录", en: "records are recognised by it" }));
  }
}

/** A column that the table needs and lacks. */
export function missingHeader(table: Table, label: Label, why: Label) {
  return {
    ...headerProblem(table, undefined, label),
    code: "SHEET_HEADER_MISSING" as const,
    reason: { zh: `缺少“${label.zh}”列：${why.zh}`, en: `the column “${label.zh}” (${label.en}) is missing: ${why.en}` },
    remedy: {
      zh: `请在表头第 ${table.header.bottom + 1} 行补上“${label.zh}”。`,
      en: `Add “${label.zh}” to the header in row ${table.header.bottom + 1}.`,
    },
  };
}

function headerProblem(table: Table, column: { readonly at: number; readonly header: string } | undefined, label: Label) {
  return {
    sheet: table.worksheet,
    row: table.header.bottom + 1,
    column: column?.header ?? label.zh,
    cell: column === undefined ? undefined : cellName(table.header.bottom, column.at),
    value: column?.header ?? "",
  };
}

/** Reports keys that are missing and keys that stand in the file twice; what remains has a key of its own. */
export function checkKeys(records: readonly SheetRecord[], plan: SheetPlan, problems: ProblemCollector): SheetRecord[] {
  const seen = new Map<string, SheetRecord>();
  return records.filter((record) => {
    if (record.key === undefined) {
      for (const column of keyColumns(record, plan)) {
        if (record.values[plan.columns.indexOf(column.expected)] !== null) continue;
        problems.add(
          cellProblem(record.table, record.row, column, valueMissing({ zh: "要靠它识别记录", en: "the record is recognised by it" })),
        );
      }
      return false;
    }
    const first = seen.get(keyText(record.key));
    if (first === undefined) {
      seen.set(keyText(record.key), record);
      return true;
    }
    const [column] = keyColumns(record, plan);
    if (column !== undefined) problems.add(cellProblem(record.table, record.row, column, keyTwice(first)));
    return false;
  });
}

function keyColumns(record: SheetRecord, plan: SheetPlan): FoundColumn[] {
  return record.table.header.columns.filter(({ expected }) => plan.entity.key.includes(expected.column));
}

/** A cell that must not be empty. */
export function valueMissing(why: Label) {
  return {
    code: "SHEET_VALUE_MISSING" as const,
    reason: { zh: `必填：${why.zh}`, en: `it must be filled: ${why.en}` },
    remedy: { zh: "请填写；不需要的行请整行删除。", en: "Fill it in; delete the row if it is not needed." },
  };
}

function keyTwice(first: SheetRecord) {
  const at = {
    zh: `工作表“${first.table.worksheet}”第 ${first.row.at + 1} 行`,
    en: `row ${first.row.at + 1} of “${first.table.worksheet}”`,
  };
  return {
    code: "SHEET_KEY_TWICE" as const,
    reason: { zh: `与${at.zh}是同一记录`, en: `it is the same record as ${at.en}` },
    remedy: {
      zh: "请合并或删除其中一行；如是不同记录，请改正编号。",
      en: "Merge the two rows or delete one; if they differ, correct the code.",
    },
  };
}
