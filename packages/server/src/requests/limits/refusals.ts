import { Refusal, type Label, type Language } from "@xianmai/plugin-api";
import { GraphQLError } from "graphql";

import type { OperationLimits } from "./limits.ts";
import { MOST, type Passed } from "./selections.ts";

/** What passed its limit, by how much and where. */
export interface Excess {
  readonly figure: keyof OperationLimits;
  readonly limit: number;
  readonly found: number;
  /** Not known where a document was not even read. */
  readonly passed?: Passed | undefined;
}

interface Wording {
  readonly code: string;
  readonly what: Label;
  readonly remedy: Label;
}

const WORDING: Readonly<Record<keyof OperationLimits, Wording>> = {
  depth: {
    code: "QUERY_TOO_DEEP",
    what: { zh: "嵌套的层数", en: "fields within fields" },
    remedy: { zh: "请减少嵌套，或拆成几个查询。", en: "Nest less, or ask in several queries." },
  },
  aliases: {
    code: "QUERY_TOO_MANY_ALIASES",
    what: { zh: "别名的个数", en: "aliases" },
    remedy: { zh: "请拆成几个查询。", en: "Ask in several queries." },
  },
  directives: {
    code: "QUERY_TOO_MANY_DIRECTIVES",
    what: { zh: "指令的个数", en: "directives" },
    remedy: { zh: "请去掉多余的指令。", en: "Leave out what is not needed." },
  },
  tokens: {
    code: "QUERY_TOO_MANY_TOKENS",
    what: { zh: "文档的词元数", en: "tokens of the document" },
    remedy: { zh: "请把值放进变量，或拆成几个文档。", en: "Put values into variables, or ask in several documents." },
  },
  cost: {
    code: "QUERY_TOO_COSTLY",
    what: { zh: "可能返回的对象数（按列表长度估算）", en: "objects that the answer may show, by the sizes of its lists" },
    remedy: {
      zh: "请减小列表的 first、last，减少嵌套的列表或汇总，或拆成几个查询。",
      en: "Ask for fewer rows with first or last, for fewer lists within lists or sums, or in several queries.",
    },
  },
};

/** The error that says which limit an operation passes, by how much, where, and what to do. */
export function tooLarge({ figure, limit, found, passed }: Excess, language: Language): GraphQLError {
  const { code, what, remedy } = WORDING[figure];
  const at = passed === undefined || passed.path.length === 0 ? undefined : passed.path.join(".");
  const most = limit.toLocaleString("en");
  const value = `${found.toLocaleString("en")}${found === MOST ? "+" : ""}`;
  const refusal = new Refusal(
    code,
    {
      zh: `${what.zh}为 ${value}，上限是 ${most}${at === undefined ? "。" : `；从 ${at} 起超过。`}`,
      en: `${value} ${what.en}, where ${most} are allowed${at === undefined ? "." : `; ${at} is where it goes beyond.`}`,
    },
    remedy,
  );
  return new GraphQLError(refusal.in(language), {
    nodes: passed?.node ?? null,
    extensions: { code, limit, found, ...(at === undefined ? {} : { at }) },
  });
}
