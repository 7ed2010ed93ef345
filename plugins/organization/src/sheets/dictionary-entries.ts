import { sheet } from "@xianmai/plugin-api";

import { DictionaryEntry } from "../entities/dictionary-entry.ts";

/** The entries of dictionaries (字典条目), recognised by their dictionary and code; a row names its dictionary by code or name. */
export const dictionaryEntriesSheet = sheet(
  DictionaryEntry,
  "dictionary-entries",
  { zh: "字典条目", en: "Entries of dictionaries" },
  {
    dictionary: { headers: ["字典", "字典代码", "字典名称"] },
    code: { headers: ["条目代码", "字典项代码", "编码"] },
    zh: { headers: ["名称", "条目名称", "字典项", "中文"] },
    en: { headers: ["英文"] },
    position: { headers: ["序号", "顺序"] },
    retiredOn: { headers: ["停用时间", "停用"] },
  },
);
