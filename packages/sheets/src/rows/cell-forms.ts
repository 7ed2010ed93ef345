import { readCell } from "../cells/read-cell.ts";
import type { Value } from "../cells/reading.ts";
import type { CurrentRow } from "../database/read.ts";
import type { ExpectedColumn, SheetPlan } from "../locate/expected.ts";
import type { TitleOf } from "./compare.ts";
import type { SheetRecord } from "./record.ts";

/**
 * Takes the stored value where the file says nothing else: a cell shows a text without its outer white space, a list without the separators within
 * its items, 无 as nothing, and a row that the importer does not see not at all. So what is exported and imported again is unchanged.
 */
export function takeCellForms(
  records: readonly SheetRecord[],
  current: (record: SheetRecord) => CurrentRow | undefined,
  plan: SheetPlan,
  titleOf: TitleOf,
): void {
  const names = new Set([plan.entity.title, ...plan.entity.key, ...plan.entity.knownAs]);
  for (const record of records) {
    const row = current(record);
    if (row === undefined) continue;
    plan.columns.forEach((expected, place) => {
      const [value, stored] = [record.values[place], row.values[place] ?? null];
      if (value === undefined || stored === null || value === stored) return;
      if (saysTheSame(expected, value, stored, { titleOf, isName: names.has(expected.column) })) record.values[place] = stored;
    });
  }
}

function saysTheSame(
  expected: ExpectedColumn,
  value: Value,
  stored: NonNullable<Value>,
  { titleOf, isName }: { readonly titleOf: TitleOf; readonly isName: boolean },
): boolean {
  const { column } = expected;
  if (typeof stored === "string" && (column.kind === "reference" || column.kind === "self")) {
    return value === null && titleOf(expected, stored) === undefined;
  }
  if (column.kind !== "text" && column.kind !== "texts") return false;
  const cell = typeof stored === "string" ? stored : stored.join("、");
  const read = readCell(cell, { column, isName, ...PLAIN });
  return "value" in read && JSON.stringify(read.value) === JSON.stringify(value);
}

/** A text is read alike in every workbook. */
const PLAIN = Object.freeze({
  unit: undefined,
  percent: false,
  from1904: false,
  timeZone: "UTC",
  choices: undefined,
  reference: undefined,
});
