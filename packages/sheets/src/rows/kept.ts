import type { Label } from "@xianmai/plugin-api";

import { fault, type Fault, type Value } from "../cells/reading.ts";
import type { CurrentRow } from "../database/read.ts";
import type { SheetPlan } from "../locate/expected.ts";
import type { ProblemCollector } from "./collect.ts";
import type { Lookups, RetiredEntry } from "./lookups.ts";
import { cellProblem, type SheetRecord } from "./record.ts";

/**
 * Reports what only a row that has it already may have: entries of dictionaries that are retired, and other values of columns that never change.
 * `current` is in the order of the plan's columns.
 */
export function checkKept(
  records: readonly SheetRecord[],
  current: (record: SheetRecord) => CurrentRow | undefined,
  plan: SheetPlan,
  { retired }: Lookups,
  problems: ProblemCollector,
): void {
  for (const record of records) {
    const row = current(record);
    for (const found of record.table.header.columns) {
      const place = plan.columns.indexOf(found.expected);
      const value = record.values[place];
      const before = row?.values[place] ?? null;
      if (value === undefined || value === before) continue;
      const entry = typeof value === "string" ? retired.get(found.expected)?.get(value) : undefined;
      if (entry !== undefined) problems.add(cellProblem(record.table, record.row, found, entryRetired(entry)));
      const { label, declared } = found.expected.column;
      if (row !== undefined && declared.options.fixed === true) {
        problems.add(cellProblem(record.table, record.row, found, valueFixed(label, before)));
      }
    }
  }
}

function entryRetired({ dictionary, entry }: RetiredEntry): Fault {
  return fault(
    "SHEET_ENTRY_RETIRED",
    {
      zh: `字典“${dictionary.zh}”中的“${entry.zh}”（${entry.code}）已停用`,
      en: `“${entry.en}” (${entry.code}) of the dictionary “${dictionary.en}” is retired`,
    },
    { zh: "请改选启用中的字典项；已有记录保留原值即可。", en: "Choose one that is in use; a row that has it already may keep it." },
  ).fault;
}

function valueFixed(label: Label, before: Value): Fault {
  const shown = before === null ? { zh: "空", en: "empty" } : { zh: `“${String(before)}”`, en: `“${String(before)}”` };
  return fault(
    "SHEET_VALUE_FIXED",
    { zh: `${label.zh}登记后不再更改，现为${shown.zh}`, en: `${label.en} never changes once it is given, and is ${shown.en}` },
    { zh: "请恢复原值，或新增一条记录。", en: "Write what it is, or add another record." },
  ).fault;
}
