import { writeXlsx, type Cell, type CellStyle, type CellValue } from "hucre/xlsx";

/** A column of a printed table. */
interface TableColumn {
  readonly header: string;
  /** In characters of the default font. */
  readonly width: number;
  readonly align?: "left" | "center" | "right";
  readonly format?: "date" | "amount";
}

/** A table as an office prints it: title and a line above, notes below. */
export interface PrintedTable {
  readonly sheetName: string;
  readonly title: string;
  /** Above the header: on the left who filled it in, on the right the unit of amounts. */
  readonly line?: readonly [left: string, right: string];
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly CellValue[])[];
  readonly notes: readonly string[];
  /** Columns that stay in view beside the header. */
  readonly frozenColumns: number;
  readonly paper: "a3" | "a4";
}

const edge = { style: "thin", color: { rgb: "808080" } } as const;
const border = { top: edge, right: edge, bottom: edge, left: edge };
const body = { name: "宋体", size: 10 };

const styles = {
  title: { font: { name: "黑体", size: 20, bold: true }, alignment: { horizontal: "center", vertical: "center" } },
  line: { font: body, alignment: { horizontal: "left", vertical: "center" } },
  unit: { font: body, alignment: { horizontal: "right", vertical: "center" } },
  header: {
    font: { name: "黑体", size: 10.5, bold: true },
    fill: { type: "pattern", pattern: "solid", fgColor: { rgb: "DDE8F3" } },
    border,
    alignment: { horizontal: "center", vertical: "center", wrapText: true },
  },
  note: { font: body, alignment: { horizontal: "left", vertical: "center", wrapText: true } },
} satisfies Record<string, CellStyle>;

/** Writes a table as an .xlsx that looks like a county's: merged title, borders, dates as dates, the header frozen, ready to print. */
export async function writeTable(table: PrintedTable): Promise<Uint8Array> {
  const { columns, rows, notes, line } = table;
  const last = columns.length - 1;
  const cells = new Map<string, Partial<Cell>>();
  const merges = [{ startRow: 0, startCol: 0, endRow: 0, endCol: last }];
  const heights = new Map([[0, { height: 36 }]]);
  const written: CellValue[][] = [filled(columns.length, [table.title])];
  cells.set("0,0", { style: styles.title });

  if (line !== undefined) {
    const unitFrom = last - 1;
    written.push(filled(columns.length, [line[0], ...Array.from({ length: unitFrom - 1 }, () => null), line[1]]));
    merges.push(
      { startRow: 1, startCol: 0, endRow: 1, endCol: unitFrom - 1 },
      { startRow: 1, startCol: unitFrom, endRow: 1, endCol: last },
    );
    cells.set("1,0", { style: styles.line }).set(`1,${unitFrom}`, { style: styles.unit });
    heights.set(1, { height: 18 });
  }

  const header = written.length;
  heights.set(header, { height: 32 });
  written.push(columns.map((column) => column.header));
  columns.forEach((_, at) => cells.set(`${header},${at}`, { style: styles.header }));

  for (const row of rows) {
    const at = written.length;
    heights.set(at, { height: 14 * linesOf(columns, row) + 4 });
    columns.forEach((column, index) => cells.set(`${at},${index}`, { style: bodyStyle(column, row[index] ?? null) }));
    written.push([...row]);
  }

  for (const note of notes) {
    const at = written.length;
    written.push(filled(columns.length, [note]));
    merges.push({ startRow: at, startCol: 0, endRow: at, endCol: last });
    cells.set(`${at},0`, { style: styles.note });
    heights.set(at, { height: 18 });
  }

  return writeXlsx({
    // a fixed moment, so that the same data gives the same file
    properties: {
      title: table.title,
      creator: "蔚县（演示）",
      created: new Date("2023-11-20T01:00:00Z"),
      modified: new Date("2023-11-20T01:00:00Z"),
    },
    defaultFont: body,
    sheets: [
      {
        name: table.sheetName,
        columns: columns.map(({ width }) => ({ width })),
        rows: written,
        cells,
        merges,
        rowDefs: heights,
        freezePane: { rows: header + 1, columns: table.frozenColumns },
        pageSetup: {
          paperSize: table.paper,
          orientation: "landscape",
          fitToPage: true,
          fitToWidth: 1,
          fitToHeight: 0,
          horizontalCentered: true,
          printTitlesRow: `$${header + 1}:$${header + 1}`,
          margins: { top: 0.6, right: 0.4, bottom: 0.6, left: 0.4, header: 0.3, footer: 0.3 },
        },
        headerFooter: { oddFooter: "&C第 &P 页，共 &N 页" },
      },
    ],
  });
}

function filled(length: number, values: readonly CellValue[]): CellValue[] {
  return Array.from({ length }, (_, at) => values[at] ?? null);
}

function bodyStyle({ align = "left", format }: TableColumn, value: CellValue): CellStyle {
  const style: CellStyle = { font: body, border, alignment: { horizontal: align, vertical: "center", wrapText: true } };
  if (format === "date") return { ...style, numFmt: "yyyy-mm-dd" };
  if (format === "amount") return { ...style, numFmt: typeof value === "number" && !Number.isInteger(value) ? "#,##0.00" : "#,##0" };
  return style;
}

/** How many lines the longest text of a row takes; a Chinese character is two of the width's characters wide. */
function linesOf(columns: readonly TableColumn[], row: readonly CellValue[]): number {
  return Math.max(
    1,
    ...row.map((value, at) => {
      const wide = typeof value === "string" ? value.replace(/[\u2E80-\uFFFF]/g, "xx").length : 0;
      return Math.ceil(wide / ((columns[at]?.width ?? 10) - 1));
    }),
  );
}
