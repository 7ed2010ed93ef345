import { wanFromMoney } from "@xianmai/plugin-api";

import type { Value } from "../cells/reading.ts";
import type { CurrentRow } from "../database/read.ts";
import type { ExpectedColumn, SheetPlan } from "../locate/expected.ts";
import type { SheetChange } from "../outcome.ts";
import type { SheetRecord } from "./record.ts";

/** How the id in a pointing column reads. */
export type TitleOf = (expected: ExpectedColumn, id: string) => string | undefined;

/** What a file says anew of rows that are there: the changes, and the rows that have any. */
export interface Comparison {
  readonly changes: readonly SheetChange[];
  /** The changed rows, with what the file leaves open filled in from the database. */
  readonly changed: readonly SheetRecord[];
}

/** Compares rows of the file with those of the database, field by field. `current` is in the order of the plan's columns. */
export function compareRecords(
  records: readonly SheetRecord[],
  current: (record: SheetRecord) => CurrentRow | undefined,
  plan: SheetPlan,
  titleOf: TitleOf,
): Comparison {
  const changes: SheetChange[] = [];
  const changed: SheetRecord[] = [];
  for (const record of records) {
    const row = current(record);
    if (row === undefined) continue;
    const differing = plan.columns.filter((_, place) => {
      const value = record.values[place];
      return value !== undefined && !same(value, row.values[place] ?? null);
    });
    if (differing.length === 0) continue;
    plan.columns.forEach((expected, place) => {
      const before = row.values[place] ?? null;
      const after = record.values[place];
      if (after === undefined) record.values[place] = before;
      else if (differing.includes(expected)) {
        const header = record.table.header.columns.find((column) => column.expected === expected)?.header ?? expected.column.label.zh;
        changes.push({
          title: titleOfRecord(record, plan),
          key: keyOfRecord(record, plan, titleOf),
          column: header,
          before: readable(expected, before, titleOf),
          after: readable(expected, after, titleOf),
        });
      }
    });
    changed.push(record);
  }
  return { changes, changed };
}

function same(one: Value, other: Value): boolean {
  return one === other || (typeof one === "object" && one !== null && JSON.stringify(one) === JSON.stringify(other));
}

function titleOfRecord(record: SheetRecord, plan: SheetPlan): string {
  const title = record.values[plan.columns.findIndex(({ column }) => column === plan.entity.title)];
  return typeof title === "string" ? title : "";
}

function keyOfRecord(record: SheetRecord, plan: SheetPlan, titleOf: TitleOf): string {
  return plan.entity.key
    .map((column) => plan.columns.find((expected) => expected.column === column))
    .map((expected) => (expected === undefined ? "" : readable(expected, record.values[plan.columns.indexOf(expected)] ?? null, titleOf)))
    .join(" · ");
}

/** A value as people read it. */
function readable(expected: ExpectedColumn, value: Value, titleOf: TitleOf): string {
  if (value === null) return "";
  if (typeof value !== "string") return value.join("、");
  const { column } = expected;
  switch (column.kind) {
    case "money":
      return `${wanFromMoney(BigInt(value))} 万元`;
    case "percent":
      return `${value}%`;
    case "boolean":
      return value === "true" ? "是" : "否";
    case "choice":
      return column.declared.choices?.values[value]?.zh ?? value;
    case "stage":
      return column.declared.lifecycle?.states[value]?.zh ?? value;
    case "entry":
    case "reference":
    case "self":
    case "subject":
      return titleOf(expected, value) ?? value;
    case "text":
    case "texts":
    case "integer":
    case "decimal":
    case "date":
    case "yearMonth":
    case "dateTime":
      return value;
  }
}
