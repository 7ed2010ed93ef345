import type { ClientBase } from "pg";

import { fault } from "../cells/reading.ts";
import { readHolders } from "../database/read.ts";
import type { SheetPlan } from "../locate/expected.ts";
import type { ProblemCollector } from "./collect.ts";
import { cellProblem, type SheetRecord } from "./record.ts";

/** Reports values of unique columns that stand in the file twice or belong to another row of the database. */
export async function checkUnique(
  client: ClientBase,
  plan: SheetPlan,
  records: readonly SheetRecord[],
  problems: ProblemCollector,
): Promise<void> {
  for (const [place, expected] of plan.columns.entries()) {
    if (expected.column.declared.options.unique !== true) continue;
    const stated = records.filter((record) => typeof record.values[place] === "string");
    if (stated.length === 0) continue;
    const holders = new Map(
      await readHolders(
        client,
        plan.entity,
        expected.column,
        stated.map((record) => String(record.values[place])),
      ),
    );
    for (const record of stated) {
      const value = String(record.values[place]);
      const holder = holders.get(value);
      const column = record.table.header.columns.find((found) => found.expected === expected);
      if (holder !== undefined && holder !== record.id && column !== undefined) {
        problems.add(cellProblem(record.table, record.row, column, taken(value).fault));
      }
      holders.set(value, record.id);
    }
  }
}

function taken(value: string) {
  return fault(
    "SHEET_VALUE_TAKEN",
    { zh: `“${value}”已属于另一条记录，不能重复`, en: `“${value}” belongs to another record and must be unique` },
    { zh: "请核对，改正其中一条。", en: "Check both records and correct one." },
  );
}
