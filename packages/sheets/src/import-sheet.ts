import type { Clock, Sheet } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { keyText, lockImports, readByKey, type CurrentRow } from "./database/read.ts";
import { insertRows, updateRows, type WrittenRow } from "./database/write.ts";
import { planSheet, type SheetPlan } from "./locate/expected.ts";
import { locateTables } from "./locate/locate.ts";
import type { Table } from "./locate/table.ts";
import { openWorkbook, type OpenLimits } from "./open/open-workbook.ts";
import type { SheetFile } from "./open/workbook.ts";
import type { ImportOutcome, SheetCreation, SheetNote } from "./outcome.ts";
import { collectProblems } from "./rows/collect.ts";
import { compareRecords } from "./rows/compare.ts";
import { completeRecords } from "./rows/complete.ts";
import { loadLookups, type Creations } from "./rows/lookups.ts";
import { checkHeader, checkKeys, columnContexts, readRecords } from "./rows/read-records.ts";
import type { SheetRecord } from "./rows/record.ts";
import { readSelfReferences } from "./rows/self.ts";
import { checkUnique } from "./rows/unique.ts";

/** What an import is given. */
export interface ImportOrder {
  readonly model: Model;
  readonly sheet: Sheet;
  readonly file: SheetFile;
  /**
   * A connection inside a transaction of isolation READ COMMITTED: an import waits for another one into the same tables, and must then see what that
   * one wrote. The caller commits.
   */
  readonly client: ClientBase;
  readonly clock: Clock;
  /** Says what would happen, and writes nothing. */
  readonly dryRun: boolean;
  readonly limits?: Partial<OpenLimits>;
}

/**
 * Imports an .xlsx into the entity of a declared sheet: rows are recognised by the natural key, new ones added, differing ones changed, all or nothing.
 * With any problem in the file nothing is written. The same file twice changes nothing. Rows that the file does not name stay as they are.
 *
 * @throws Refusal `SHEET_FILE_…` for a file that cannot be read, `SHEET_TABLE_NOT_FOUND` for one without the table, `SHEET_WITHOUT_KEY` and
 * `SHEET_INCOMPLETE` for a sheet whose declaration cannot work
 */
export async function importSheet({ model, sheet, file, client, clock, dryRun, limits = {} }: ImportOrder): Promise<ImportOutcome> {
  const plan = planSheet(model, sheet);
  const formats = plan.columns.some(({ column }) => column.kind === "percent");
  const workbook = await openWorkbook(file, { formats, limits });
  const { tables, notes } = locateTables(workbook, plan, file.name);
  if (!dryRun) await lockImports(client, writtenEntities(plan));

  const carried = plan.columns.filter((expected) =>
    tables.some((table) => table.header.columns.some((column) => column.expected === expected)),
  );
  const problems = collectProblems();
  const lookups = await loadLookups(client, model, plan, carried);
  const fileContext = { from1904: workbook.from1904, timeZone: clock.timeZone };
  const read = tables.flatMap((table) => {
    checkHeader(table, plan, problems);
    return readRecords(table, plan, columnContexts(table, plan, lookups, fileContext), problems);
  });
  const records = checkKeys(read, plan, problems);
  const current = await recognise(client, plan, records, !dryRun);
  const selves = await readSelfReferences(
    client,
    plan,
    records,
    carried.filter(({ column }) => column.kind === "self"),
    problems,
  );
  completeRecords(records, plan, problems);
  await checkUnique(client, plan, records, problems);

  const added = records.filter((record) => record.isNew);
  const { changes, changed } = compareRecords(
    records,
    (record) => current.get(record),
    plan,
    (expected, id) => (expected.column.kind === "self" ? selves?.titleOf(id) : lookups.titles.get(expected)?.(id)),
  );
  const applied = !dryRun && problems.count === 0;
  if (applied) {
    for (const creations of lookups.creations) await create(client, creations);
    await write(client, plan, added, changed);
  }
  return {
    sheet: sheet.name,
    file: file.name,
    rows: read.length,
    added: added.length,
    changedRows: changed.length,
    changed: changes,
    unchanged: records.length - added.length - changed.length,
    created: lookups.creations.flatMap(creationsOf),
    ignored: [...new Set(tables.flatMap((table) => table.header.ignored))],
    notes: [...notes, ...tables.flatMap((table) => [...unstatedUnits(table), ...table.notes])],
    problems: problems.inOrder(tables.map((table) => table.worksheet)),
    problemCount: problems.count,
    applied,
  };
}

function writtenEntities(plan: SheetPlan): EntityModel[] {
  const created = plan.columns.flatMap(({ column, declared }) =>
    declared.missing === "create" && column.target !== undefined ? [column.target] : [],
  );
  return [plan.entity, ...created];
}

/** Finds the rows of the file that are there already, and gives those the id that they have. */
async function recognise(
  client: ClientBase,
  plan: SheetPlan,
  records: readonly SheetRecord[],
  lock: boolean,
): Promise<ReadonlyMap<SheetRecord, CurrentRow>> {
  const keys = records.map((record) => record.key ?? []);
  const byKey = await readByKey(
    client,
    plan.entity,
    keys,
    plan.columns.map(({ column }) => column),
    lock,
  );
  const current = new Map<SheetRecord, CurrentRow>();
  for (const record of records) {
    const row = byKey.get(keyText(record.key ?? []));
    if (row === undefined) continue;
    record.id = row.id;
    record.isNew = false;
    current.set(record, row);
  }
  return current;
}

async function create(client: ClientBase, { entity, rows }: Creations): Promise<void> {
  const lists = entity.columns.filter((column) => column.kind === "texts");
  const written = rows.map((row): WrittenRow => ({ id: row.id, values: [row.title, ...lists.map(() => [])] }));
  await insertRows(client, entity, [entity.title, ...lists], written);
}

async function write(client: ClientBase, plan: SheetPlan, added: readonly SheetRecord[], changed: readonly SheetRecord[]): Promise<void> {
  const columns = plan.columns.map(({ column }) => column);
  const lists = plan.entity.columns.filter((column) => column.kind === "texts" && !columns.includes(column));
  const values = (record: SheetRecord): WrittenRow["values"] => record.values.map((value) => value ?? null);
  await updateRows(
    client,
    plan.entity,
    columns,
    changed.map((record) => ({ id: record.id, values: values(record) })),
  );
  await insertRows(
    client,
    plan.entity,
    [...columns, ...lists],
    added.map((record) => ({ id: record.id, values: [...values(record), ...lists.map(() => [])] })),
  );
}

function creationsOf({ entity, rows }: Creations): SheetCreation[] {
  return rows.map(({ title, similarTo }) => ({ entity: { zh: entity.label.zh, en: entity.label.en }, title, similarTo }));
}

/** Amounts whose unit nothing states are read as 万元, and that is said. */
function unstatedUnits(table: Table): SheetNote[] {
  return table.header.columns
    .filter(({ expected, unit }) => expected.column.kind === "money" && unit === undefined)
    .map(({ header }) => ({
      sheet: table.worksheet,
      row: undefined,
      text: {
        zh: `“${header}”没有注明单位，按万元读取（单元格自带单位的除外）`,
        en: `“${header}” states no unit; it is read in 万元 except where a cell says otherwise`,
      },
    }));
}
