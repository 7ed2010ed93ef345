import { fault, type Fault } from "../cells/reading.ts";
import type { Refused } from "../database/rights.ts";
import type { SheetPlan } from "../locate/expected.ts";
import type { ProblemCollector } from "./collect.ts";
import { cellProblem, type SheetRecord } from "./record.ts";

/** Reports a row that the importer's own units do not let them write. */
export function reportRefused(record: SheetRecord, why: Refused, plan: SheetPlan, problems: ProblemCollector): void {
  const key = plan.entity.key[0];
  const column = record.table.header.columns.find(({ expected }) => expected.column === key) ?? record.table.header.columns[0];
  if (column === undefined) return;
  problems.add(cellProblem(record.table, record.row, column, why === "scope" ? outside() : taken()));
}

function outside(): Fault {
  return fault(
    "SHEET_ROW_NOT_YOURS",
    { zh: "这条记录不属于您的单位，或写入后不再属于", en: "the record is not your units' to write, or would not be theirs any more" },
    { zh: "请核对单位；他人的记录请由其所属单位导入。", en: "Check the units; let those import it whose it is." },
  ).fault;
}

/** Whose row has the value already is not told. */
function taken(): Fault {
  return fault(
    "SHEET_VALUE_TAKEN",
    { zh: "其中不可重复的值已属于另一条记录", en: "a value of it that must be unique belongs to another record" },
    { zh: "请核对编号等不可重复的内容。", en: "Check its number, and whatever else must be unique." },
  ).fault;
}
