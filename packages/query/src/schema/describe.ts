import { bilingual, type Described, type Label } from "@xianmai/plugin-api";

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
