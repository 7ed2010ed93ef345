import type { Label } from "@xianmai/plugin-api";

import type { NamedRow, NameIndex } from "../rows/names.ts";
import { fault, type Content, type Reading } from "./reading.ts";
import { cleanName, shown } from "./text.ts";

/** What a cell that names a row is read against. */
export interface ReferenceContext {
  readonly index: NameIndex;
  /** What the rows are, in messages. */
  readonly label: Label;
  /** Makes the row that a name lacks; absent where an unknown name is a problem. */
  readonly create?: (title: string) => string;
}

const SEPARATORS = /[、，,；;\n\s]+/u;

/** Reads the id of the row that a cell names. */
export function readReference(cell: Content, { index, label, create }: ReferenceContext): Reading {
  const text = shown(cell);
  const named = index.find(text);
  if (named !== undefined && "found" in named) return { value: named.found.id };
  if (named !== undefined) return ambiguous(text, label, named.several);
  const parts = text.split(SEPARATORS).filter((part) => part !== "");
  const known = parts.filter((part) => index.find(part) !== undefined);
  if (parts.length > 1 && (known.length > 0 || (create !== undefined && /[、；;]/u.test(text)))) return several(text, label);
  if (create !== undefined && typeof cell === "string") return { value: create(cleanName(cell)) };
  return unknown(text, label, index.nearest(text));
}

function unknown(text: string, label: Label, nearest: string | undefined): Reading {
  return fault(
    "SHEET_REFERENCE_UNKNOWN",
    {
      zh: `没有名为“${text}”的${label.zh}${nearest === undefined ? "" : `，最接近的是“${nearest}”`}`,
      en: `there is no ${label.en.toLowerCase()} called “${text}”${nearest === undefined ? "" : `; the nearest is “${nearest}”`}`,
    },
    nearest === undefined
      ? { zh: `请改正名称，或先录入这个${label.zh}。`, en: `Correct the name, or enter the ${label.en.toLowerCase()} first.` }
      : { zh: `如果就是它，请改成“${nearest}”；否则先录入。`, en: `If that is meant, write “${nearest}”; otherwise enter it first.` },
  );
}

function ambiguous(text: string, label: Label, rows: readonly NamedRow[]): Reading {
  const shownRows = rows.slice(0, 5).map((row) => (row.key === undefined ? row.title : `${row.title}（${row.key}）`));
  return fault(
    "SHEET_REFERENCE_AMBIGUOUS",
    {
      zh: `有 ${rows.length} 个${label.zh}都叫“${text}”：${shownRows.join("、")}`,
      en: `${rows.length} of ${label.en.toLowerCase()} are called “${text}”: ${shownRows.join(", ")}`,
    },
    { zh: "请改填代码或全称。", en: "Write the code or the full name." },
  );
}

function several(text: string, label: Label): Reading {
  return fault(
    "SHEET_REFERENCE_SEVERAL",
    {
      zh: `“${text}”写了多个${label.zh}，这一列只能有一个`,
      en: `“${text}” names several; this column takes one ${label.en.toLowerCase()}`,
    },
    { zh: "请只保留一个，其余写到别的列或备注。", en: "Keep one, and put the others elsewhere." },
  );
}
