import { moneyFromWan, type Formula, type Measure, type Metric, type MetricUnit, type RowFilter } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";

import { isOperator, type Condition, type DimensionModel, type FormulaModel, type MeasureModel, type MetricModel } from "./metric-model.ts";
import { invalid } from "./refusals.ts";

const MONEY: Readonly<Record<string, number>> = { 元: -2, 万元: -6, 亿元: -10 };
const SUMMED: readonly string[] = ["money", "decimal", "integer"];
const TIMES: readonly string[] = ["date", "yearMonth", "dateTime"];
const DIMENSIONS: readonly string[] = ["choice", "stage", "entry", "reference", "self", "boolean", "integer"];
const MOST_DIGITS = 20;

/**
 * Resolves the metrics of the enabled plugins against their entities, in the order of declaration.
 *
 * @throws Refusal METRIC_INVALID naming the metric, what is wrong with it, and the remedy: what a compiler would have said to whoever asks none
 */
export function resolveMetrics(model: Model): readonly MetricModel[] {
  return model.plugins.flatMap((plugin) => plugin.metrics.map((metric) => resolve(model, plugin.name, metric)));
}

function resolve(model: Model, plugin: string, metric: Metric): MetricModel {
  const at = { plugin, metric: metric.name };
  const entity = model.entities.find((candidate) => candidate.entity === metric.entity);
  if (entity === undefined) {
    const { name } = metric.entity.definition;
    throw invalid(
      at,
      `实体 ${name} 没有启用`,
      `its entity ${name} is not enabled`,
      "请启用声明它的插件",
      "Enable the plugin that declares it",
    );
  }
  const formula = formulaOf(at, metric, entity, metric.formula);
  const { digits } = metric;
  if (digits !== undefined && (!Number.isInteger(digits) || digits < 0 || digits > MOST_DIGITS)) {
    throw invalid(
      at,
      `digits 为 ${digits}`,
      `digits is ${digits}`,
      `请写 0 到 ${MOST_DIGITS} 的整数`,
      `Write a whole number from 0 to ${MOST_DIGITS}`,
    );
  }
  const power = powerOf(at, metric.unit, natureOf(formula));
  const target = metric.target === undefined ? undefined : formulaOf(at, metric, entity, metric.target);
  if (target !== undefined && powerOf(at, metric.unit, natureOf(target)) !== power) throw unitUnfit(at, metric.unit);
  return {
    metric,
    plugin,
    entity,
    formula,
    target,
    where: conditionsOf(at, entity, metric.where),
    dimensions: metric.dimensions.map(({ column, by }) => dimensionOf(at, columnIn(at, entity, column), by)),
    power,
    // whole numbers and money have no decimals that one could drop without a word
    digits: digits ?? (isWhole(formula) && (target === undefined || isWhole(target)) ? undefined : 2),
  };
}

function formulaOf(at: MetricPlace, metric: Metric, entity: EntityModel, formula: Formula): FormulaModel {
  if (!("over" in formula)) return { over: measureOf(at, metric, entity, formula), under: undefined, aheadOfTime: false };
  const { over, under, aheadOfTime } = formula;
  return { over: measureOf(at, metric, entity, over), under: measureOf(at, metric, entity, under), aheadOfTime };
}

/** A metric, for messages. */
export interface MetricPlace {
  readonly plugin: string;
  readonly metric: string;
}

function isWhole({ over, under }: FormulaModel): boolean {
  return under === undefined && over.summed?.kind !== "decimal";
}

function natureOf({ over, under, aheadOfTime }: FormulaModel): Nature {
  return { money: Number(isMoney(over)) - Number(under !== undefined && isMoney(under)), ratio: under !== undefined, aheadOfTime };
}

function isMoney({ summed }: MeasureModel): boolean {
  return summed?.kind === "money";
}

/** What a formula comes to: money is 1 for an amount, 0 for a number, -1 for a number per amount. */
interface Nature {
  readonly money: number;
  readonly ratio: boolean;
  readonly aheadOfTime: boolean;
}

function powerOf(at: MetricPlace, unit: MetricUnit, { money, ratio, aheadOfTime }: Nature): number {
  const power = typeof unit === "string" ? MONEY[unit] : undefined;
  if (money === 1 && power !== undefined && !aheadOfTime) return power;
  if (money === 0 && power === undefined && (ratio || unit !== "%")) return unit === "%" || aheadOfTime ? 2 : 0;
  throw unitUnfit(at, unit);
}

function unitUnfit(at: MetricPlace, unit: MetricUnit): ReturnType<typeof invalid> {
  const named = typeof unit === "string" ? unit : unit.zh;
  return invalid(
    at,
    `单位 ${named} 与算式不符`,
    `its unit ${named} does not fit its formula`,
    "金额请用 元、万元 或 亿元，比率与计数请用 % 或自定的单位",
    "Use 元, 万元 or 亿元 for money, % or a label of your own for ratios and counts",
  );
}

function measureOf(at: MetricPlace, metric: Metric, entity: EntityModel, measure: Measure): MeasureModel {
  const { counted, link } = measure.list === undefined ? { counted: entity, link: undefined } : listOf(at, metric, entity, measure.list);
  const summed = measure.column === undefined ? undefined : columnIn(at, counted, measure.column);
  if (summed !== undefined && !SUMMED.includes(summed.kind)) throw wrongKind(at, counted, summed, "求和", "be summed");
  const period = periodOf(at, counted, measure);
  if (measure.aggregate === "last" && (link === undefined || period === undefined)) {
    throw invalid(
      at,
      "last 没有列表或业务时间",
      "last has no list, or no business time",
      '请写 last("列表.字段", { period })',
      'Write last("list.column", { period })',
    );
  }
  return { measure, counted, link, summed, period, where: conditionsOf(at, counted, measure.where) };
}

function listOf(at: MetricPlace, { lists }: Metric, entity: EntityModel, name: string): { counted: EntityModel; link: ColumnModel } {
  const found = entity.inverses.find((inverse) => inverse.name === name);
  if (found !== undefined && found.entity.entity === lists[name]) return { counted: found.entity, link: found.column };
  const wanted = lists[name]?.definition.name ?? "?";
  throw invalid(
    at,
    `${entity.name} 没有 ${wanted} 的列表 ${name}`,
    `${entity.name} has no list ${name} of ${wanted}`,
    `请在 ${wanted} 引用 ${entity.name} 的字段上声明 inverse: "${name}"，并启用声明 ${wanted} 的插件`,
    `Declare inverse: "${name}" on the column of ${wanted} that refers to ${entity.name}, and enable the plugin of ${wanted}`,
  );
}

function periodOf(at: MetricPlace, counted: EntityModel, { period }: Measure): MeasureModel["period"] {
  if (period === undefined) return undefined;
  const column = columnIn(at, counted, typeof period === "string" ? period : period.wholeYear);
  if (column.kind !== "integer" && !TIMES.includes(column.kind)) throw wrongKind(at, counted, column, "作为业务时间", "be a time");
  return { column, wholeYear: typeof period !== "string" };
}

function dimensionOf(at: MetricPlace, column: ColumnModel, by: "month" | "quarter" | "year" | undefined): DimensionModel {
  if (by !== undefined && TIMES.includes(column.kind))
    return { column, by: by === "month" ? "MONTH" : by === "quarter" ? "QUARTER" : "YEAR" };
  if (by === undefined && DIMENSIONS.includes(column.kind)) return { column, by: undefined };
  throw invalid(
    at,
    `不能按 ${column.name} 分组`,
    `its rows cannot be broken down by ${column.name}`,
    "时间请写 { column, by }，其他字段只写名称",
    "Write { column, by } for a time, and the name alone for anything else",
  );
}

function conditionsOf(at: MetricPlace, entity: EntityModel, filter: RowFilter | undefined): readonly Condition[] {
  return Object.entries(filter ?? {}).flatMap(([name, operators]) => {
    const column = columnIn(at, entity, name);
    return Object.entries((operators ?? {}) as Readonly<Record<string, unknown>>).flatMap(([operator, operand]) => {
      if (operand === undefined) return [];
      if (!isOperator(operator)) {
        throw invalid(at, `条件 ${name}.${operator} 无效`, `there is no condition ${name}.${operator}`, "请改正名称", "Correct the name");
      }
      return [
        { column, operator, operand: Array.isArray(operand) ? operand.map((one) => bound(at, column, one)) : bound(at, column, operand) },
      ];
    });
  });
}

/** An operand as the table has it: money is declared in 万元, as the API speaks of it. */
function bound(at: MetricPlace, { name, kind }: ColumnModel, operand: unknown): unknown {
  if (kind !== "money" || typeof operand === "boolean") return operand;
  const money = moneyFromWan(String(operand));
  if (money !== undefined) return money;
  const text = String(operand);
  throw invalid(
    at,
    `条件 ${name} 的 ${text} 不是金额`,
    `${text} is no amount for ${name}`,
    "请写万元，最多六位小数",
    "Write 万元 with at most six decimals",
  );
}

function columnIn(at: MetricPlace, entity: EntityModel, name: string): ColumnModel {
  const found = entity.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw invalid(at, `${entity.name} 没有字段 ${name}`, `${entity.name} has no column ${name}`, "请改正名称", "Correct the name");
}

function wrongKind(at: MetricPlace, entity: EntityModel, column: ColumnModel, zh: string, en: string): ReturnType<typeof invalid> {
  const name = `${entity.name}.${column.name}`;
  return invalid(at, `${name}（${column.kind}）不能${zh}`, `${name} (${column.kind}) cannot ${en}`, "请换一个字段", "Use another column");
}
