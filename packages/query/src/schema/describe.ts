import { bilingual, type Described, type Label } from "@xianmai/plugin-api";
import type { InverseModel } from "@xianmai/plugin-api/model";

/** The description of a type or field: the label in both languages, and what it means where the declaration says so. */
export function describe(label: Described): string {
  const { description } = label;
  return description === undefined ? bilingual(label) : `${bilingual(label)}\n\n${bilingual(description)}`;
}

/** A description out of two texts. */
export function both(zh: string, en: string): string {
  return bilingual({ zh, en });
}

/** `所在乡镇` and `：计数`: a label with something said about it in both languages. */
export function about(label: Label, zh: string, en: string): string {
  return bilingual({ zh: `${label.zh}${zh}`, en: `${label.en}${en}` });
}

/** What a list of rows that point here is called: by a name of its own, else by the entity, and by what they point as. */
export function inverseLabel({ label, entity, column }: InverseModel): Described {
  return label ?? { zh: `${entity.label.zh}（${column.label.zh}）`, en: `${entity.label.en} (${column.label.en})` };
}
