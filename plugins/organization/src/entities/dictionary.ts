import { column, entity } from "@xianmai/plugin-api";

import { DICTIONARY_CODE, WRITTEN } from "../dictionaries/written.ts";

/** A dictionary (字典): a list of terms that the county edits itself. Plugins declare which there are. */
export class Dictionary extends entity(
  "Dictionary",
  {
    zh: "字典",
    en: "Dictionary",
    description: {
      zh: "由插件声明，条目由各县自行维护，每次修改都留有版本。",
      en: "Plugins declare which there are; the county edits what is in them, and every change is a version.",
    },
    title: "zh",
    key: "code",
    plural: "dictionaries",
    scope: "everyone",
    update: "dictionary.edit",
  },
  {
    code: column.text({ zh: "字典代码", en: "Code", fixed: true, pattern: DICTIONARY_CODE }),
    zh: column.text({ zh: "中文名称", en: "Chinese name", pattern: WRITTEN }),
    en: column.text({ zh: "英文名称", en: "English name", pattern: WRITTEN }),
  },
) {}
