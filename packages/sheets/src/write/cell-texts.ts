import { Decimal, wanFromMoney, type CalendarDate, type ColumnKind } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import type { ChoiceTexts } from "../cells/choice.ts";
import { WAN_IN_UNIT } from "../cells/money.ts";
import { matchingForm } from "../cells/text.ts";
import { readNamedRows } from "../database/read.ts";
import type { ExpectedColumn, SheetPlan } from "../locate/expected.ts";
import { headerName } from "../locate/header-name.ts";
import { loadLookups, type Lookups } from "../rows/lookups.ts";
import { indexNames, type NamedRow, type NameIndex } from "../rows/names.ts";
import { pointsAnywhere } from "./list.ts";
import type { CellFormat, WrittenCell } from "./table.ts";

/** Makes the cell of a value: what a clerk reads there, and an import reads back as the same value. */
export type CellText = (value: string) => WrittenCell;

/** The format in which a column's cells are written. */
export function formatOf({ kind }: ColumnModel): CellFormat {
  switch (kind) {
    case "integer":
    case "percent":
    case "date":
      return kind;
    case "money":
    case "decimal":
      return "decimal";
    case "yearMonth":
      return "month";
    case "dateTime":
      return "moment";
    case "boolean":
    case "choice":
    case "stage":
    case "entry":
      return "word";
    case "text":
    case "texts":
    case "reference":
    case "self":
    case "subject":
      return "text";
  }
}

/** How the values of each column of a sheet read, found with what an import finds them by. */
export async function cellTexts(client: ClientBase, model: Model, plan: SheetPlan, today: CalendarDate): Promise<readonly CellText[]> {
  const chosen = plan.columns.filter(({ column }) => CHOSEN.includes(column.kind));
  const lookups = await loadLookups(client, model, plan, chosen, today);
  const names = new Map<EntityModel, Names>();
  for (const { column } of plan.columns) {
    const target = column.kind === "self" ? plan.entity : column.kind === "reference" ? column.target : undefined;
    // of a large table the names alone take memory: where nothing points there, they are not needed
    if (target === undefined || names.has(target) || !(await pointsAnywhere(client, plan.entity, column))) continue;
    const rows = await readNamedRows(client, target);
    names.set(target, { rows: new Map(rows.map((row) => [row.id, row])), index: indexNames(rows) });
  }
  return plan.columns.map((expected) => cellText(plan, expected, lookups, names));
}

const CHOSEN: readonly ColumnKind[] = ["choice", "stage", "entry"];

/** The rows that a column may point at, and what finds them by their names. */
interface Names {
  readonly rows: ReadonlyMap<string, NamedRow>;
  readonly index: NameIndex;
}

function cellText(plan: SheetPlan, expected: ExpectedColumn, lookups: Lookups, names: ReadonlyMap<EntityModel, Names>): CellText {
  const { column } = expected;
  const choices = lookups.choices.get(expected);
  switch (column.kind) {
    case "money":
      return moneyText(column);
    case "boolean":
      return (value) => (value === "true" ? "是" : "否");
    case "texts":
      return (value) => (JSON.parse(value) as string[]).join("、");
    case "choice":
      return choiceText(choices, (value) => column.declared.choices?.values[value]?.zh);
    case "stage":
      return choiceText(choices, (value) => column.declared.lifecycle?.states[value]?.zh);
    case "entry":
      return choiceText(choices, (value) => lookups.titles.get(expected)?.(value));
    case "reference":
      return nameText(column.target === undefined ? undefined : names.get(column.target));
    case "self":
      return nameText(names.get(plan.entity));
    case "text":
    case "integer":
    case "decimal":
    case "percent":
    case "date":
    case "yearMonth":
    case "dateTime":
    case "subject":
      return (value) => value;
  }
}

/** An amount in the unit that the column's header states, else in 万元. */
function moneyText({ label }: ColumnModel): CellText {
  const { unit } = headerName(label.zh);
  if (unit === undefined || unit === "万元") return (value) => wanFromMoney(BigInt(value));
  const wan = WAN_IN_UNIT[unit];
  return (value) => new Decimal(wanFromMoney(BigInt(value))).div(wan).toFixed();
}

/** The label, unless it means something else in this sheet: then any text that means the value. */
function choiceText(texts: ChoiceTexts | undefined, labelOf: (value: string) => string | undefined): CellText {
  const known = new Map<string, WrittenCell>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const label = labelOf(value);
    const meant = label !== undefined && texts?.valueOf.get(matchingForm(label)) === value;
    const text = meant ? label : ([...(texts?.valueOf ?? [])].find(([, means]) => means === value)?.[0] ?? label ?? null);
    known.set(value, text);
    return text;
  };
}

/** The title, unless it names another row too: then the key or a further name. A row that the session does not see has none. */
function nameText(names: Names | undefined): CellText {
  const known = new Map<string, WrittenCell>();
  const means = (text: string, id: string): boolean => {
    const named = names?.index.find(text);
    return named !== undefined && "found" in named && named.found.id === id;
  };
  return (id) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const row = names?.rows.get(id);
    const candidates = row === undefined ? [] : [row.title, ...(row.key === undefined ? [] : [row.key]), ...row.knownAs];
    const text = candidates.find((name) => means(name, id)) ?? row?.title ?? null;
    known.set(id, text);
    return text;
  };
}
