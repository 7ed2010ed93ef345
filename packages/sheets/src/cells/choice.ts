import type { Label } from "@xianmai/plugin-api";

import { nearestName } from "./nearest.ts";
import { fault, type Content, type Reading } from "./reading.ts";
import { matchingForm, shown } from "./text.ts";

/** Which text means which value, in matching form; and how the values read, for messages. */
export interface ChoiceTexts {
  readonly valueOf: ReadonlyMap<string, string>;
  readonly shown: readonly string[];
}

/**
 * Gathers the texts that mean a value: its labels, its name, and what the sheet says besides.
 *
 * @param values labels by value
 * @param synonyms value by text
 */
export function choiceTexts(values: Readonly<Record<string, Label>>, synonyms: Readonly<Record<string, string>>): ChoiceTexts {
  const valueOf = new Map<string, string>();
  // 乡镇 for 乡镇（街道）: weakest, so that everything after overrides it
  for (const [value, label] of Object.entries(values)) valueOf.set(matchingForm(label.zh).replaceAll(/\([^()]*\)/g, ""), value);
  for (const [value, label] of Object.entries(values)) {
    for (const text of [value, label.en, label.zh]) valueOf.set(matchingForm(text), value);
  }
  for (const [text, value] of Object.entries(synonyms)) valueOf.set(matchingForm(text), value);
  return { valueOf, shown: Object.values(values).map((label) => label.zh) };
}

/** Reads one of a closed list. */
export function readChoice(cell: Content, texts: ChoiceTexts): Reading {
  const text = shown(cell);
  const value = texts.valueOf.get(matchingForm(text));
  if (value !== undefined) return { value };
  const nearest = nearestName(text, texts.shown);
  return fault(
    "SHEET_NOT_CHOICE",
    {
      zh: `“${text}”不在可选值之中${nearest === undefined ? "" : `，最接近的是“${nearest}”`}`,
      en: `“${text}” is not one of the values${nearest === undefined ? "" : `; the nearest is “${nearest}”`}`,
    },
    { zh: `请填写：${texts.shown.join("、")}。`, en: `Write one of: ${texts.shown.join(", ")}.` },
  );
}
