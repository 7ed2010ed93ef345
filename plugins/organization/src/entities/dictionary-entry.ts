import { column, entity } from "@xianmai/plugin-api";

import { Dictionary } from "./dictionary.ts";

/** One term of a dictionary (字典项): what an entry column of any plugin points at. */
export class DictionaryEntry extends entity(
  "DictionaryEntry",
  {
    zh: "字典项",
    en: "Dictionary entry",
    title: "zh",
    key: ["dictionary", "code"],
    knownAs: ["en"],
    order: "position",
    scope: "everyone",
  },
  {
    dictionary: column.reference(() => Dictionary, { zh: "所属字典", en: "Dictionary", inverse: "entries" }),
    code: column.text({ zh: "代码", en: "Code" }),
    zh: column.text({ zh: "中文名称", en: "Chinese name" }),
    en: column.text({ zh: "英文名称", en: "English name" }),
    position: column.integer({ zh: "排序", en: "Position", default: 0 }),
  },
) {}
