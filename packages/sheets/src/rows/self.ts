import type { ClientBase } from "pg";

import { fault, beforeContent, isContent, type Reading } from "../cells/reading.ts";
import { readReference } from "../cells/reference.ts";
import { shown } from "../cells/text.ts";
import { nameKey, readNamedRows, readParents } from "../database/read.ts";
import type { ExpectedColumn, SheetPlan } from "../locate/expected.ts";
import type { ProblemCollector } from "./collect.ts";
import { indexNames, type NamedRow, type NameIndex } from "./names.ts";
import { cellProblem, type SheetRecord } from "./record.ts";

/** Reads the columns that point at the sheet's own entity: at rows of the database or of the file itself, in any order. */
export async function readSelfReferences(
  client: ClientBase,
  plan: SheetPlan,
  records: readonly SheetRecord[],
  columns: readonly ExpectedColumn[],
  problems: ProblemCollector,
): Promise<NameIndex | undefined> {
  if (columns.length === 0) return undefined;
  const ofFile = new Map(records.map((record) => [record.id, record]));
  const stored = await readNamedRows(client, plan.entity);
  const storedById = new Map(stored.map((row) => [row.id, row]));
  const index = indexNames([
    ...stored.filter((row) => !ofFile.has(row.id)),
    ...records.map((record) => namedRow(record, plan, storedById.get(record.id))),
  ]);
  for (const expected of columns) {
    const place = plan.columns.indexOf(expected);
    for (const record of records) readOne(record, expected, place, index, plan, problems);
    const parents = await readParents(client, plan.entity, expected.column);
    refuseCycles(records, expected, place, parents, problems);
  }
  return index;
}

/** A row of the file by its names; a name that the file does not carry is the stored one. */
function namedRow(record: SheetRecord, plan: SheetPlan, stored: NamedRow | undefined): NamedRow {
  const text = (column: SheetPlan["entity"]["title"]): string | undefined => {
    const value = record.values[plan.columns.findIndex((expected) => expected.column === column)];
    return typeof value === "string" ? value : undefined;
  };
  const key = nameKey(plan.entity);
  const known = plan.entity.knownAs.flatMap(
    (column) => record.values[plan.columns.findIndex((expected) => expected.column === column)] ?? [],
  );
  return {
    id: record.id,
    key: key === undefined ? undefined : text(key),
    title: text(plan.entity.title) ?? stored?.title ?? "",
    knownAs: known.length === 0 ? (stored?.knownAs ?? []) : known,
  };
}

function readOne(
  record: SheetRecord,
  expected: ExpectedColumn,
  place: number,
  index: NameIndex,
  plan: SheetPlan,
  problems: ProblemCollector,
): void {
  const at = record.table.header.columns.findIndex((column) => column.expected === expected);
  const column = record.table.header.columns[at];
  if (column === undefined) return;
  const cell = record.row.cells[at] ?? null;
  const reading: Reading =
    beforeContent(cell) ?? (isContent(cell) ? readReference(cell, { index, label: plan.entity.label }) : { value: null });
  if ("fault" in reading) problems.add(cellProblem(record.table, record.row, column, reading.fault));
  else record.values[place] = reading.value;
}

/** Reports rows of the file that come to stand above themselves. */
function refuseCycles(
  records: readonly SheetRecord[],
  expected: ExpectedColumn,
  place: number,
  parents: Map<string, string>,
  problems: ProblemCollector,
): void {
  for (const record of records) {
    const parent = record.values[place];
    if (typeof parent === "string") parents.set(record.id, parent);
    else if (parent === null) parents.delete(record.id);
  }
  const circular = idsInCircles(
    records.map((record) => record.id),
    parents,
  );
  for (const record of records) {
    const at = record.table.header.columns.findIndex((column) => column.expected === expected);
    const column = record.table.header.columns[at];
    if (column === undefined || !circular.has(record.id)) continue;
    problems.add(cellProblem(record.table, record.row, column, cycle(shown(record.row.cells[at] ?? null)).fault));
  }
}

/** The ids that come back to themselves on the way up. Every id is walked once. */
function idsInCircles(ids: readonly string[], parents: ReadonlyMap<string, string>): ReadonlySet<string> {
  const circular = new Set<string>();
  const settled = new Set<string>();
  for (const id of ids) {
    const path = new Set<string>();
    let above: string | undefined = id;
    while (above !== undefined && !settled.has(above) && !path.has(above)) {
      path.add(above);
      above = parents.get(above);
    }
    const walked = [...path];
    if (above !== undefined && path.has(above)) for (const member of walked.slice(walked.indexOf(above))) circular.add(member);
    for (const one of walked) settled.add(one);
  }
  return circular;
}

function cycle(text: string) {
  return fault(
    "SHEET_REFERENCE_CYCLE",
    { zh: `以“${text}”为上级会使记录成为自己的上级`, en: `with “${text}” above it, the record would stand above itself` },
    { zh: "请改正上级，最高一级留空。", en: "Correct the upper record; leave it empty for the topmost." },
  );
}
