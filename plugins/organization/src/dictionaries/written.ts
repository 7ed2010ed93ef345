import type { TextPattern } from "@xianmai/plugin-api";

/** How codes of dictionaries and of their entries are written; the database holds outside writers to the same. */
export const DICTIONARY_CODE: TextPattern = {
  matches: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  zh: "代码由小写字母、数字和连字符组成，以字母开头：请写成 new-energy 的形式。",
  en: "a code is of lower-case letters, digits and hyphens, and begins with a letter: write it like new-energy.",
};

/** A name that says something: a label of white space alone is none. */
export const WRITTEN: TextPattern = {
  matches: /\S/u,
  zh: "中文、英文名称都不能为空白：请填写。",
  en: "both names are needed, and white space is none: give one.",
};
