import { bilingual, type Clock, type Instant, type Label, type Sheet, type SheetColumn } from "@xianmai/plugin-api";
import type { ColumnModel, Model } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { planSheet, type SheetPlan } from "../locate/expected.ts";
import { headerName } from "../locate/header-name.ts";
import { cellTexts, formatOf, type CellText } from "./cell-texts.ts";
import { gatherTable } from "./gather.ts";
import { readCounty, readList } from "./list.ts";
import type { TableFrame, WrittenCells } from "./table.ts";
import { cutOffLine, PAGES } from "./words.ts";
import { writeWorkbook } from "./workbook.ts";

/** What an export is given. */
export interface ExportOrder {
  readonly model: Model;
  readonly sheet: Sheet;
  /** A connection inside a transaction that is one snapshot, of the present or of a past; whose rows it sees are exported. It is not needed any more once `exportSheet` has resolved. */
  readonly client: ClientBase;
  readonly clock: Clock;
  /** Of when the rows are: what the line below the title says. The time of the clock unless given. */
  readonly at?: Instant | undefined;
  /** The label of invented data, where there is some: the workbook says so. */
  readonly demo?: Label | undefined;
  /** The ids of the rows that are wanted, all unless given: the workbook says that it has some alone. */
  readonly only?: ReadonlySet<string> | undefined;
  /** Aborted when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined;
}

/** A declared sheet with its rows, ready to be written; closed by whoever asked for it. */
export interface ExportedSheet extends AsyncDisposable {
  /** What the file is called: 蔚县重点项目任务分解表.xlsx */
  readonly fileName: string;
  readonly rows: number;
  /** The .xlsx, piece by piece. */
  bytes(): AsyncIterable<Uint8Array>;
}

/**
 * Exports a declared sheet: its columns, and the rows that the session sees in the order of their list, as an office would hand them on. An import of
 * it changes nothing.
 *
 * @throws Refusal EXPORT_ROWS_TOO_MANY, EXPORT_TEXT_TOO_LONG, and SHEET_WITHOUT_KEY, SHEET_INCOMPLETE for a sheet whose declaration cannot work
 */
export async function exportSheet({ model, sheet, client, clock, at, demo, only, signal }: ExportOrder): Promise<ExportedSheet> {
  const plan = planSheet(model, sheet);
  const texts = await cellTexts(client, model, plan, clock.today());
  const county = await readCounty(client, model);
  const frame = frameOf(plan, { county, at: at ?? clock.now(), timeZone: clock.timeZone, demo, isPart: only !== undefined });
  const columns = plan.columns.map(({ column }) => column);
  const table = await gatherTable(frame, cellsOf(readList(client, plan.entity, columns, clock.timeZone, only), texts), signal);
  return {
    fileName: `${frame.title}.xlsx`,
    rows: table.rowCount,
    bytes: () => writeWorkbook([table]),
    [Symbol.asyncDispose]: async () => table[Symbol.asyncDispose](),
  };
}

interface Said {
  readonly county: string | undefined;
  readonly at: Instant;
  readonly timeZone: string;
  readonly demo: Label | undefined;
  readonly isPart: boolean;
}

function frameOf({ sheet, columns }: SheetPlan, { county = "", at, timeZone, demo, isPart }: Said): TableFrame {
  const own = sheet.label.zh;
  const parent = columns.findIndex(({ column }) => column.kind === "self");
  const inWan = columns.some(({ column }) => column.kind === "money" && headerName(column.label.zh).unit === undefined);
  return {
    name: own,
    title: own.startsWith(county) ? own : `${county}${own}`,
    info: cutOffLine(at, timeZone).zh,
    unit: inWan ? "单位：万元" : undefined,
    remarks: [...(demo === undefined ? [] : [bilingual(demo)]), ...(isPart ? ["按条件筛选，不是全部记录。"] : [])],
    columns: columns.map(({ column, declared }) => ({
      header: [column.label.zh],
      format: formatOf(column),
      total: isSummed(column, declared),
    })),
    totals: { label: "合计", ...(parent < 0 ? {} : { parts: { column: parent, label: "合计（下级不重复计）" } }) },
    pages: PAGES.zh,
  };
}

/** What has no sum is not summed, whatever its declaration says. */
function isSummed({ kind }: ColumnModel, { total }: SheetColumn): boolean {
  return total === true && (kind === "money" || kind === "decimal" || kind === "integer");
}

async function* cellsOf(rows: AsyncIterable<readonly (string | null)[]>, texts: readonly CellText[]): AsyncGenerator<WrittenCells> {
  for await (const row of rows) {
    yield row.map((value, at) => {
      const text = value === null ? null : (texts[at]?.(value) ?? null);
      return text === "" ? null : text;
    });
  }
}
