import type { ColumnModel } from "@xianmai/plugin-api/model";

import type { Cell } from "../open/workbook.ts";
import { readChoice, type ChoiceTexts } from "./choice.ts";
import { readDate, readMoment, readMonth } from "./date.ts";
import { readMoney, type MoneyUnit } from "./money.ts";
import { readBoolean, readDecimal, readInteger, readPercent, readText, readTexts } from "./plain.ts";
import { beforeContent, fault, isContent, type Content, type Reading } from "./reading.ts";
import { readReference, type ReferenceContext } from "./reference.ts";

/** The unit of an amount where neither the cell nor the sheet states one: the unit that the platform speaks. */
const UNSTATED_UNIT: MoneyUnit = "万元";

/** What reading the cells of one column takes besides the cell. */
export interface ColumnContext {
  readonly column: ColumnModel;
  /** It names the row (title, natural key, further names), so that white space within it is a matter of layout. */
  readonly isName: boolean;
  readonly unit: MoneyUnit | undefined;
  /** The header says percent. */
  readonly percent: boolean;
  readonly from1904: boolean;
  readonly timeZone: string;
  /** For choices, stages and entries. */
  readonly choices: ChoiceTexts | undefined;
  /** For references. */
  readonly reference: ReferenceContext | undefined;
}

/** Reads a cell by the kind of its column. Nothing (empty, —, 无) is null, for a list the empty list. */
export function readCell(cell: Cell, context: ColumnContext): Reading {
  // 无 is an answer to a yes-or-no question, not the lack of one
  if (context.column.kind === "boolean" && typeof cell === "string" && "value" in readBoolean(cell)) return readBoolean(cell);
  const before = beforeContent(cell);
  if (before === undefined) return isContent(cell) ? readContent(cell, context) : { value: null };
  return "value" in before && context.column.kind === "texts" ? { value: [] } : before;
}

function readContent(cell: Content, context: ColumnContext): Reading {
  const { kind } = context.column;
  switch (kind) {
    case "text":
      return fitting(readText(cell, context.isName), context.column);
    case "texts":
      return readTexts(cell);
    case "integer":
      return readInteger(cell);
    case "money":
      return readMoney(cell, context.unit ?? UNSTATED_UNIT);
    case "decimal":
      return readDecimal(cell);
    case "percent":
      return readPercent(cell, context.percent);
    case "date":
      return readDate(cell, context);
    case "yearMonth":
      return readMonth(cell, context);
    case "dateTime":
      return readMoment(cell, context.timeZone);
    case "boolean":
      return readBoolean(cell);
    case "choice":
    case "stage":
    case "entry":
      return readChoice(cell, needed(context.choices, context.column));
    case "reference":
    case "self":
    case "subject":
      return readReference(cell, needed(context.reference, context.column));
  }
}

/** A text that is read, unless the column does not take it. */
function fitting(reading: Reading, { label, declared }: ColumnModel): Reading {
  const { pattern } = declared.options;
  if (pattern === undefined || !("value" in reading) || typeof reading.value !== "string") return reading;
  if (reading.value.search(pattern.matches) !== -1) return reading;
  return fault(
    "SHEET_TEXT_INVALID",
    { zh: `${label.zh}不能是“${reading.value}”`, en: `${label.en} cannot be “${reading.value}”` },
    pattern,
  );
}

function needed<Part>(part: Part | undefined, column: ColumnModel): Part {
  if (part === undefined) throw new Error(`Reading ${column.name} (${column.kind}) lacks what its cells are looked up in.`);
  return part;
}
