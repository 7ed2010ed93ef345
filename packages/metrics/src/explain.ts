import { wanFromMoney, type Label } from "@xianmai/plugin-api";

import type { AskedMetric } from "./asked-metric.ts";
import type { Among } from "./dimension.ts";
import type { Condition, MeasureModel, MetricModel } from "./metric-model.ts";
import { yearOf, type Window } from "./months.ts";

/** How a figure is calculated, in both languages: `合计 月报·完成投资（月份 2023-01 至 2023-10）÷ 合计 …`. */
export function formulaText({ formula: { over, under, aheadOfTime }, where, entity }: MetricModel, window: Window): Label {
  const say = (measure: MeasureModel): Label => measureText(measure, window);
  const ratio = under === undefined ? say(over) : both(say(over), " ÷ ", say(under));
  const months = Number(window.through.slice(5));
  const figure = aheadOfTime ? { zh: `${ratio.zh} − ${months} ÷ 12`, en: `${ratio.en} − ${months} ÷ 12` } : ratio;
  if (where.length === 0) return figure;
  const only = where.map(conditionText);
  return {
    zh: `${figure.zh}；只计${entity.label.zh}：${only.map(({ zh }) => zh).join("，")}`,
    en: `${figure.en}; only ${entity.label.en} with ${only.map(({ en }) => en).join(", ")}`,
  };
}

/** What a measure counts, in which time, under which conditions. */
export function measureText(measure: MeasureModel, window: Window): Label {
  const { counted, summed } = measure;
  const what: Label =
    summed === undefined
      ? { zh: `计数 ${counted.label.zh}`, en: `count of ${counted.label.en}` }
      : measure.measure.aggregate === "last"
        ? { zh: `最近一期 ${counted.label.zh}·${summed.label.zh}`, en: `last of ${counted.label.en}: ${summed.label.en}` }
        : { zh: `合计 ${counted.label.zh}·${summed.label.zh}`, en: `sum of ${counted.label.en}: ${summed.label.en}` };
  const said = [...periodText(measure, window), ...measure.where.map(conditionText)];
  if (said.length === 0) return what;
  return { zh: `${what.zh}（${said.map(({ zh }) => zh).join("，")}）`, en: `${what.en} (${said.map(({ en }) => en).join(", ")})` };
}

function periodText({ period }: MeasureModel, { from, through }: Window): readonly Label[] {
  if (period === undefined) return [];
  const { column, wholeYear } = period;
  if (wholeYear || column.kind === "integer") {
    const year = yearOf(through);
    return [{ zh: `${column.label.zh} ${year} 年`, en: `${column.label.en} in ${year}` }];
  }
  return [{ zh: `${column.label.zh} ${from} 至 ${through}`, en: `${column.label.en} ${from} to ${through}` }];
}

const SIGNS = { eq: "=", ne: "≠", in: "∈", notIn: "∉", lt: "<", lte: "≤", gt: ">", gte: "≥" } as const;

function conditionText({ column: { label, kind }, operator, operand }: Condition): Label {
  if (operator === "isNull") {
    return operand === true ? { zh: `${label.zh}为空`, en: `no ${label.en}` } : { zh: `${label.zh}不为空`, en: `some ${label.en}` };
  }
  if (operator === "reached") {
    return operand === true
      ? { zh: `${label.zh}已到`, en: `${label.en} reached` }
      : { zh: `${label.zh}未到或为空`, en: `${label.en} not reached, or none` };
  }
  const one = (value: unknown): string => (kind === "money" && typeof value === "bigint" ? `${wanFromMoney(value)} 万元` : String(value));
  const value = Array.isArray(operand) ? operand.map(one).join(" | ") : one(operand);
  return { zh: `${label.zh} ${SIGNS[operator]} ${value}`, en: `${label.en} ${SIGNS[operator]} ${value}` };
}

function both(one: Label, sign: string, other: Label): Label {
  return { zh: `${one.zh}${sign}${other.zh}`, en: `${one.en}${sign}${other.en}` };
}

/** The query that gives the figure again. @param moment the state of the records that it was read in; the present unless given */
export function documentOf({ model, through, among }: AskedMetric, moment: string | undefined): string {
  const directive = moment === undefined ? "" : ` @asOf(moment: ${JSON.stringify(moment)})`;
  const filter = among.length === 0 ? "" : `, filter: [${among.map(filterText).join(", ")}]`;
  return `query${directive} { metric(name: ${JSON.stringify(model.metric.name)}, through: "${through}"${filter}) { value unit } }`;
}

function filterText({ dimension, keys, isNull }: Among): string {
  const wanted = keys === undefined ? "" : `, in: ${JSON.stringify(keys)}`;
  const missing = isNull === undefined ? "" : `, isNull: ${isNull}`;
  return `{ dimension: ${JSON.stringify(dimension.column.name)}${wanted}${missing} }`;
}

/** The address that answers a query. */
export function linkOf(document: string): string {
  return `/graphql?query=${encodeURIComponent(document)}`;
}
