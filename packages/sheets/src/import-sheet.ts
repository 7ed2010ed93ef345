import type { Clock, Sheet } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { lockImports } from "./database/read.ts";
import { hasUnitsAlone } from "./database/rights.ts";
import { planSheet, type SheetPlan } from "./locate/expected.ts";
import { locateTables } from "./locate/locate.ts";
import type { Table } from "./locate/table.ts";
import { openWorkbook, type OpenLimits } from "./open/open-workbook.ts";
import type { SheetFile } from "./open/workbook.ts";
import type { ImportOutcome, SheetCreation, SheetNote } from "./outcome.ts";
import { takeCellForms } from "./rows/cell-forms.ts";
import { collectProblems } from "./rows/collect.ts";
import { compareRecords, type TitleOf } from "./rows/compare.ts";
import { completeRecords } from "./rows/complete.ts";
import { checkKept } from "./rows/kept.ts";
import { loadLookups, type Creations } from "./rows/lookups.ts";
import { checkHeader, checkKeys, columnContexts, readRecords } from "./rows/read-records.ts";
import { recognise } from "./rows/recognise.ts";
import { reportRefused } from "./rows/rights.ts";
import { readSelfReferences } from "./rows/self.ts";
import { checkUnique } from "./rows/unique.ts";
import { reportUnwritable, writeRecords } from "./rows/write-records.ts";

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
  const lookups = await loadLookups(client, model, plan, carried, clock.today());
  const fileContext = { from1904: workbook.from1904, timeZone: clock.timeZone };
  const read = tables.flatMap((table) => {
    checkHeader(table, plan, problems);
    return readRecords(table, plan, columnContexts(table, plan, lookups, fileContext), problems);
  });
  const records = checkKeys(read, plan, problems);
  const restricted = await hasUnitsAlone(client);
  const { current, foreign } = await recognise(client, plan, records, { lock: !dryRun, restricted });
  const selves = await readSelfReferences(
    client,
    plan,
    records,
    carried.filter(({ column }) => column.kind === "self"),
    problems,
  );
  const titleOf: TitleOf = (expected, id) => (expected.column.kind === "self" ? selves?.titleOf(id) : lookups.titles.get(expected)?.(id));
  takeCellForms(records, (record) => current.get(record), plan, titleOf);
  completeRecords(records, plan, problems);
  await checkUnique(client, plan, records, problems);

  checkKept(records, (record) => current.get(record), plan, lookups, problems);

  const added = records.filter((record) => record.isNew);
  const { changes, changed } = compareRecords(records, (record) => current.get(record), plan, titleOf);
  for (const record of changed) if (foreign.has(record)) reportRefused(record, "scope", plan, problems);
  const rows = { creations: lookups.creations, added, changed };
  if (restricted && problems.count === 0) await reportUnwritable(client, plan, rows, problems);
  const applied = !dryRun && problems.count === 0;
  if (applied) await writeRecords(client, plan, rows);
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
