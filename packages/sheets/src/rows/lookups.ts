import { randomUUID } from "node:crypto";

import { Refusal, type CalendarDate, type Label } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { choiceTexts, type ChoiceTexts } from "../cells/choice.ts";
import type { ReferenceContext } from "../cells/reference.ts";
import { nameKey, readEntries, readNamedRows, type DictionaryEntryRow } from "../database/read.ts";
import type { ExpectedColumn, SheetPlan } from "../locate/expected.ts";
import { indexNames, type NameIndex } from "./names.ts";

/** Rows of another entity that the file names and the database lacks. */
export interface Creations {
  readonly entity: EntityModel;
  readonly rows: { readonly id: string; readonly title: string; readonly similarTo: string | undefined }[];
}

/** What the cells of a sheet are looked up in. */
export interface Lookups {
  readonly choices: ReadonlyMap<ExpectedColumn, ChoiceTexts>;
  readonly references: ReadonlyMap<ExpectedColumn, ReferenceContext>;
  /** How the ids of a pointing column read. */
  readonly titles: ReadonlyMap<ExpectedColumn, (id: string) => string | undefined>;
  /** The entries of a column's dictionary that cannot be chosen any more, by id. */
  readonly retired: ReadonlyMap<ExpectedColumn, ReadonlyMap<string, RetiredEntry>>;
  readonly creations: readonly Creations[];
}

/** An entry that is retired, and what its dictionary is called. */
export interface RetiredEntry {
  readonly dictionary: Label;
  readonly entry: DictionaryEntryRow;
}

/**
 * Loads what the given columns refer to. Columns that point at the sheet's own entity are not among them: they may name rows of the file.
 *
 * @param today decides which entries of dictionaries are retired
 * @throws Refusal `SHEET_INCOMPLETE` where a row that is to be created from its title would lack something
 */
export async function loadLookups(
  client: ClientBase,
  model: Model,
  plan: SheetPlan,
  columns: readonly ExpectedColumn[],
  today: CalendarDate,
): Promise<Lookups> {
  const choices = new Map<ExpectedColumn, ChoiceTexts>();
  const references = new Map<ExpectedColumn, ReferenceContext>();
  const titles = new Map<ExpectedColumn, (id: string) => string | undefined>();
  const indexes = new Map<EntityModel, NameIndex>();
  const creations = new Map<EntityModel, Creations>();
  const retired = new Map<ExpectedColumn, ReadonlyMap<string, RetiredEntry>>();
  for (const expected of columns) {
    const { column, declared } = expected;
    const values = column.declared.choices?.values ?? column.declared.lifecycle?.states;
    if (values !== undefined) choices.set(expected, choiceTexts(values, declared.values ?? {}));
    if (column.declared.dictionary !== undefined) {
      const { dictionary } = column.declared;
      // of two entries that are called alike, the one that can still be chosen is meant
      const all = await readEntries(client, model, dictionary.code, today);
      const entries = [...all.filter((entry) => entry.retired), ...all.filter((entry) => !entry.retired)];
      const idOf = new Map(entries.map((entry) => [entry.code, entry.id]));
      const synonyms = Object.entries(declared.values ?? {}).map(([text, code]) => [text, idOf.get(code)] as const);
      const codes = entries.map((entry) => [entry.code, entry.id] as const);
      const known = [...codes, ...synonyms].filter((pair): pair is readonly [string, string] => pair[1] !== undefined);
      const labels = Object.fromEntries(entries.map((entry): [string, Label] => [entry.id, entry]));
      const offered = all.filter((entry) => !entry.retired).map(({ zh }) => zh);
      choices.set(expected, { ...choiceTexts(labels, Object.fromEntries(known)), shown: offered });
      retired.set(
        expected,
        new Map(all.filter((entry) => entry.retired).map((entry) => [entry.id, { dictionary: dictionary.label, entry }])),
      );
      titles.set(expected, (id) => labels[id]?.zh);
    }
    if (column.kind !== "reference" || column.target === undefined) continue;
    const { target } = column;
    const index = indexes.get(target) ?? indexNames(await readNamedRows(client, target));
    indexes.set(target, index);
    titles.set(expected, (id) => index.titleOf(id));
    const made = declared.missing === "create" ? (creations.get(target) ?? { entity: target, rows: [] }) : undefined;
    if (made !== undefined) {
      refuseUnlessTitleSuffices(plan, expected, target);
      creations.set(target, made);
    }
    references.set(expected, { index, label: target.label, ...(made === undefined ? {} : { create: creator(made, index) }) });
  }
  return { choices, references, titles, retired, creations: [...creations.values()] };
}

function creator({ entity, rows }: Creations, index: NameIndex): (title: string) => string {
  return (title) => {
    const id = randomUUID();
    rows.push({ id, title, similarTo: index.similar(title) });
    index.add({ id, key: nameKey(entity) === entity.title ? title : undefined, title, knownAs: [] });
    return id;
  };
}

function refuseUnlessTitleSuffices(plan: SheetPlan, { column }: ExpectedColumn, target: EntityModel): void {
  const lacking = target.columns.find(
    (candidate) =>
      candidate !== target.title && candidate.required && candidate.kind !== "texts" && candidate.declared.default === undefined,
  );
  if (lacking === undefined) return;
  throw new Refusal(
    "SHEET_INCOMPLETE",
    {
      zh: `表格 ${plan.sheet.name} 的列 ${column.name} 要求新建 ${target.name}，但 ${target.name}.${lacking.name} 必填，仅凭名称无法新建。`,
      en: `Column ${column.name} of sheet ${plan.sheet.name} wants to create ${target.name}, but ${target.name}.${lacking.name} is required, so a title does not suffice.`,
    },
    {
      zh: `请由插件 ${plan.entity.plugin} 的作者去掉 missing: "create"，或让 ${lacking.name} 可选。`,
      en: `The author of plugin ${plan.entity.plugin} drops missing: "create", or makes ${lacking.name} optional.`,
    },
  );
}
