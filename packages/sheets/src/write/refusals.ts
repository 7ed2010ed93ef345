import { Refusal } from "@xianmai/plugin-api";

import type { TableFrame, WrittenCells } from "./table.ts";

/** More rows than a worksheet holds. */
export function rowsTooMany({ title }: TableFrame, most: number): Refusal {
  const shown = most.toLocaleString("en");
  return new Refusal(
    "EXPORT_ROWS_TOO_MANY",
    {
      zh: `“${title}”超过 ${shown} 行，一张工作表放不下。`,
      en: `“${title}” has more than ${shown} rows, more than a worksheet holds.`,
    },
    { zh: "请加条件，分几次导出。", en: "Filter it, and export it in several files." },
  );
}

/** A text that no cell of a spreadsheet program holds. */
export function textTooLong(
  { title, columns }: TableFrame,
  at: { readonly row: WrittenCells; readonly column: number; readonly place: number; readonly most: number },
): Refusal {
  const header = columns[at.column]?.header.join(" > ") ?? "";
  const first = at.row.find((cell, column) => cell !== null && column !== at.column) ?? "";
  const length = at.row[at.column]?.length ?? 0;
  return new Refusal(
    "EXPORT_TEXT_TOO_LONG",
    {
      zh: `“${title}”第 ${at.place} 行（${first}）的“${header}”有 ${length} 个字符，Excel 的单元格最多 ${at.most} 个。`,
      en: `“${header}” in row ${at.place} (${first}) of “${title}” has ${length} characters; a cell of Excel holds ${at.most}.`,
    },
    { zh: "请缩短该内容，或导出时不选这一列。", en: "Shorten it, or export without that column." },
  );
}
