import { strFromU8, strToU8, unzipSync } from "fflate";
import { colToLetter, writeXlsx } from "hucre/xlsx";

import { cellXml } from "./cell-xml.ts";
import type { GatheredTable } from "./gather.ts";
import { sheetNames } from "./sheet-names.ts";
import { widthsOf } from "./page.ts";
import { skeletonOf, type Skeleton } from "./skeleton.ts";
import { DEFAULT_FONT } from "./styles.ts";
import type { WrittenCells } from "./table.ts";
import { lineCount, rowHeight } from "./text-width.ts";
import { totalsRow } from "./totals.ts";
import { packed, type ArchivePart } from "./zip.ts";

/** Characters of XML that are handed on at once. */
const CHUNK = 128 * 1024;

/**
 * Writes tables as an .xlsx, one worksheet for each, piece by piece: whatever the number of rows, few of them are held.
 *
 * All but the rows is made by a library at once, as a workbook with one row of each kind; the rows then take the styles of those.
 */
export async function* writeWorkbook(tables: readonly GatheredTable[]): AsyncGenerator<Uint8Array> {
  const names = sheetNames(tables.map(({ frame }) => frame.name));
  const skeletons = tables.map((table, at) => skeletonOf(table, names[at] ?? ""));
  const frame = await writeXlsx({
    sheets: skeletons.map(({ sheet }) => sheet),
    namedRanges: skeletons.map(({ header }) => header),
    defaultFont: DEFAULT_FONT,
    stringMode: "inline",
    properties: { title: tables[0]?.frame.title ?? "" },
  });
  const parts = Object.entries(unzipSync(frame)).map(([name, content]): ArchivePart => {
    const place = Number(/^xl\/worksheets\/sheet(\d+)\.xml$/.exec(name)?.[1] ?? 0) - 1;
    const [table, skeleton] = [tables[place], skeletons[place]];
    return table === undefined || skeleton === undefined
      ? { name, content }
      : { name, content: bytes(sheetXml(table, skeleton, strFromU8(content))) };
  });
  yield* packed(parts);
}

/** The worksheet's XML with the table's rows in the place of those that stood for them. */
async function* sheetXml(table: GatheredTable, { first, label }: Skeleton, frame: string): AsyncGenerator<string> {
  const widths = widthsOf(table.frame.columns, table.measures);
  const columns = table.frame.columns.map(({ format }, at): PlacedColumn => ({
    format,
    letter: colToLetter(at),
    width: (widths[at] ?? 0) - 1,
  }));
  const [body, total] = [rowAt(frame, first), label === undefined ? undefined : rowAt(frame, first + 1)];
  const last = first + table.rowCount - 1;
  const bottom = Math.max(first - 1, last) + (total === undefined ? 0 : 1);
  const before = frame.slice(0, body.from).replace(/<dimension ref="([A-Z]+\d+):([A-Z]+)\d+"\/>/, `<dimension ref="$1:$2${bottom}"/>`);
  yield before;
  let row = first;
  for await (const cells of table.rows()) {
    yield rowXml(row, cells, columns, body.styles);
    row += 1;
  }
  if (total !== undefined && label !== undefined)
    yield totalsRow(table, { first, last, label, width: columns[label]?.width ?? 1, styles: total.styles });
  yield frame.slice((total ?? body).to);
}

interface PlacedColumn {
  readonly format: Parameters<typeof cellXml>[2];
  readonly letter: string;
  /** In digits, without its margin. */
  readonly width: number;
}

function rowXml(row: number, cells: WrittenCells, columns: readonly PlacedColumn[], styles: readonly string[]): string {
  let [xml, lines] = ["", 1];
  columns.forEach(({ format, letter, width }, at) => {
    const cell = cells[at] ?? null;
    if (cell !== null && (format === "text" || format === "word")) lines = Math.max(lines, lineCount(cell, width));
    xml += cellXml(`${letter}${row}`, styles[at] ?? "", format, cell);
  });
  // not all programs find the height themselves; it is no custom one, so that they may
  return `<row r="${row}" ht="${rowHeight(lines)}">${xml}</row>`;
}

/** Where a row of the frame stands in its XML, and the styles of its cells. */
function rowAt(xml: string, row: number): { readonly from: number; readonly to: number; readonly styles: readonly string[] } {
  const from = xml.indexOf(`<row r="${row}"`);
  const to = xml.indexOf("</row>", from) + "</row>".length;
  if (from < 0 || to < from) throw new Error(`The frame of the worksheet has no row ${row}.`);
  const styles = [...xml.slice(from, to).matchAll(/<c r="[A-Z]+\d+"[^>]*? s="(\d+)"/g)].map(([, style = ""]) => style);
  return { from, to, styles };
}

async function* bytes(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let held = "";
  for await (const text of texts) {
    held += text;
    if (held.length < CHUNK) continue;
    yield strToU8(held);
    held = "";
  }
  yield strToU8(held);
}
