import type { Label } from "@xianmai/plugin-api";

/** What an import may find wrong with a file's content, by the code that a problem carries. Stable; each stands in docs/errors.md. */
export const SHEET_PROBLEMS = Object.freeze({
  SHEET_HEADER_MISSING: { zh: "缺少必需的列", en: "A column that is needed is missing" },
  SHEET_HEADER_TWICE: { zh: "两列表示同一内容", en: "Two columns mean the same" },
  SHEET_KEY_TWICE: { zh: "文件中同一记录出现两次", en: "A record stands in the file twice" },
  SHEET_VALUE_MISSING: { zh: "必填单元格为空", en: "A cell that must be filled is empty" },
  SHEET_VALUE_TAKEN: { zh: "不可重复的值已被使用", en: "A value that must be unique is in use" },
  SHEET_VALUE_DITTO: { zh: "单元格写的是“同上”", en: "A cell says “ditto”" },
  SHEET_CELL_ERROR: { zh: "单元格是公式错误", en: "A cell holds a formula error" },
  SHEET_CELL_UNCALCULATED: { zh: "公式没有计算结果", en: "A formula has no stored result" },
  SHEET_NOT_TEXT: { zh: "应为文字", en: "Not a text" },
  SHEET_TEXT_INVALID: { zh: "文字不合该列的写法", en: "A text that the column does not take" },
  SHEET_DIGITS_LOST: { zh: "长编号被存成数字，末位已丢失", en: "A long number was stored as a number and has lost its last digits" },
  SHEET_NOT_MONEY: { zh: "不是金额", en: "Not an amount" },
  SHEET_MONEY_VAGUE: { zh: "金额不确定（约数或区间）", en: "An approximate amount or a range" },
  SHEET_MONEY_FOREIGN: { zh: "不是人民币金额", en: "An amount in another currency" },
  SHEET_BELOW_FEN: { zh: "金额有不足一分的尾数", en: "An amount has digits below the fen" },
  SHEET_MONEY_TOO_LARGE: { zh: "金额超出可存范围", en: "An amount is beyond what can be stored" },
  SHEET_NOT_INTEGER: { zh: "不是整数", en: "Not a whole number" },
  SHEET_NOT_DECIMAL: { zh: "不是数字", en: "Not a number" },
  SHEET_PERCENT_UNCLEAR: { zh: "百分数含义不明", en: "A percentage that can be read in two ways" },
  SHEET_NOT_DATE: { zh: "不是日期", en: "Not a date" },
  SHEET_DATE_UNCLEAR: { zh: "日期可有多种读法", en: "A date that can be read in several ways" },
  SHEET_DAY_MISSING: { zh: "日期没有写到日", en: "A date without its day" },
  SHEET_NOT_MONTH: { zh: "不是年月", en: "Not a month" },
  SHEET_NOT_MOMENT: { zh: "不是日期时间", en: "Not a date with a time" },
  SHEET_NOT_BOOLEAN: { zh: "不是“是”或“否”", en: "Neither yes nor no" },
  SHEET_NOT_CHOICE: { zh: "不在可选值之中", en: "Not one of the values" },
  SHEET_ENTRY_RETIRED: { zh: "字典项已停用，不能再选", en: "An entry of a dictionary that is retired" },
  SHEET_VALUE_FIXED: { zh: "该列登记后不再更改", en: "A value that never changes once it is given" },
  SHEET_REFERENCE_UNKNOWN: { zh: "找不到所指的记录", en: "The record that is named does not exist" },
  SHEET_REFERENCE_AMBIGUOUS: { zh: "有多条记录同名", en: "Several records bear the name" },
  SHEET_REFERENCE_SEVERAL: { zh: "一个单元格写了多个名称", en: "A cell names several records" },
  SHEET_ROW_NOT_YOURS: { zh: "记录不属于导入者的单位", en: "A record is not the importer's units' to write" },
  SHEET_REFERENCE_CYCLE: { zh: "上下级成环", en: "A record stands above itself" },
} satisfies Record<string, Label>);

/** The code of a problem in a sheet. */
export type SheetProblemCode = keyof typeof SHEET_PROBLEMS;

/** Why a file or a sheet as a whole is refused, by the code of the `Refusal`. */
export const SHEET_REFUSALS = Object.freeze({
  SHEET_FILE_EMPTY: { zh: "文件为空", en: "The file is empty" },
  SHEET_FILE_NOT_XLSX: { zh: "文件不是 .xlsx", en: "The file is no .xlsx" },
  SHEET_FILE_ENCRYPTED: { zh: "文件有打开密码", en: "The file is protected by a password" },
  SHEET_FILE_DAMAGED: { zh: "文件不完整或已损坏", en: "The file is incomplete or damaged" },
  SHEET_FILE_TOO_LARGE: { zh: "文件过大", en: "The file is too large" },
  SHEET_TABLE_NOT_FOUND: { zh: "文件中找不到表头", en: "No header row was found in the file" },
  SHEET_WITHOUT_KEY: { zh: "表格所属实体没有自然键", en: "The entity of the sheet has no natural key" },
  SHEET_INCOMPLETE: { zh: "表格没有携带新增记录必需的字段", en: "The sheet lacks a column that a new record needs" },
} satisfies Record<string, Label>);
