import { field } from "@xianmai/plugin-api";

import { DictionaryEntry } from "../entities/dictionary-entry.ts";

/** `label`: the name of an entry in the language of the request, so that a screen asks for one field. */
export const dictionaryEntryLabel = field(
  DictionaryEntry,
  "label",
  {
    zh: "名称",
    en: "Label",
    description: { zh: "按请求的语言取中文或英文名称。", en: "The Chinese or English name, by the language of the request." },
    type: "text",
    requires: ["zh", "en"],
  },
  (entries, { language }) => Promise.resolve(new Map(entries.map((entry) => [entry.id, entry[language]]))),
);
