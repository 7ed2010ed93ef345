import { Refusal, type Label } from "@xianmai/plugin-api";

/** Two lists that stand beside each other in one answer. */
export function listsBeside(one: string, other: string): Refusal {
  return new Refusal(
    "EXPORT_LISTS_BESIDE",
    {
      zh: `列表 ${one} 与 ${other} 并列，无法排成一张表：没有一行同时属于两者。`,
      en: `The lists ${one} and ${other} stand beside each other and make no one table: no row belongs to both.`,
    },
    {
      zh: "请把它们分到两个根字段（可用别名），各成一张工作表。",
      en: "Ask for them in two root fields, by aliases if need be: each is a worksheet of its own.",
    },
  );
}

/** An operation that is no query. */
export function queriesAlone(): Refusal {
  return new Refusal(
    "EXPORT_QUERY_ONLY",
    { zh: "只有查询可以导出为 Excel。", en: "Only a query is answered as a workbook." },
    { zh: "请发送 query，或改用 accept: application/json。", en: "Send a query, or ask with accept: application/json." },
  );
}

/** Nothing to show. */
export function nothingShown(field: string): Refusal {
  const what: Label = {
    zh: `${field} 没有选择任何可以成为列的字段。`,
    en: `${field} selects no field that would be a column.`,
  };
  return new Refusal("EXPORT_NO_COLUMNS", what, {
    zh: "请选择记录的字段，例如 nodes { code name }。",
    en: "Select fields of its rows, such as nodes { code name }.",
  });
}
