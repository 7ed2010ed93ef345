import { column, entity } from "@xianmai/plugin-api";

/** A dictionary (字典): a list of terms that the county edits itself. Plugins declare which there are. */
export class Dictionary extends entity(
  "Dictionary",
  { zh: "字典", en: "Dictionary", title: "zh", key: "code", plural: "dictionaries", scope: "everyone" },
  {
    code: column.text({ zh: "字典代码", en: "Code" }),
    zh: column.text({ zh: "中文名称", en: "Chinese name" }),
    en: column.text({ zh: "英文名称", en: "English name" }),
  },
) {}
