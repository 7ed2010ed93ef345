import { column, entity } from "@xianmai/plugin-api";

import { DICTIONARY_CODE, WRITTEN } from "../dictionaries/written.ts";
import { Dictionary } from "./dictionary.ts";

/** One term of a dictionary (字典项): what an entry column of any plugin points at. */
export class DictionaryEntry extends entity(
  "DictionaryEntry",
  {
    zh: "字典项",
    en: "Dictionary entry",
    description: {
      zh: "代码一经启用不再更改；仍在使用的不能删除，不再使用的请停用：已有记录照常显示，新填写的不能再选。",
      en: "Its code never changes. While rows use it, it cannot be removed: retire it, and they keep it, but nothing new can choose it.",
    },
    title: "zh",
    key: ["dictionary", "code"],
    knownAs: ["en"],
    order: "position",
    scope: "everyone",
    create: "dictionary.edit",
    update: "dictionary.edit",
    delete: "dictionary.edit",
  },
  {
    dictionary: column.reference(() => Dictionary, { zh: "所属字典", en: "Dictionary", inverse: "entries", fixed: true }),
    code: column.text({ zh: "代码", en: "Code", fixed: true, pattern: DICTIONARY_CODE }),
    zh: column.text({ zh: "中文名称", en: "Chinese name", pattern: WRITTEN }),
    en: column.text({ zh: "英文名称", en: "English name", pattern: WRITTEN }),
    position: column.integer({ zh: "排序", en: "Position", default: 0 }),
    retiredOn: column.date({
      zh: "停用日期",
      en: "Retired on",
      optional: true,
      description: {
        zh: "自该日起，新填写的记录不能再选用；已有记录照常显示，仍可按它筛选。空为启用中。",
        en: "From this day on nobody can choose it anew; rows that have it keep it, and filters still find them. Null while it is in use.",
      },
    }),
  },
) {}
