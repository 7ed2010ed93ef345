import type { Measure, Metric } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";

import type { Period } from "./months.ts";

const OPERATORS = ["eq", "ne", "in", "notIn", "lt", "lte", "gt", "gte", "isNull", "reached"] as const;

/** How a value is compared with an operand. */
export type Operator = (typeof OPERATORS)[number];

/** Whether there is a comparison of that name. */
export function isOperator(name: string): name is Operator {
  return OPERATORS.some((operator) => operator === name);
}

/** A condition on one column, as declared. */
export interface Condition {
  readonly column: ColumnModel;
  readonly operator: Operator;
  readonly operand: unknown;
}

/** A measure with everything resolved. */
export interface MeasureModel {
  readonly measure: Measure;
  /** Whose rows are counted. */
  readonly counted: EntityModel;
  /** The column by which they refer to the metric's entity; none where its own rows are counted. */
  readonly link: ColumnModel | undefined;
  /** What is summed; none in a count. */
  readonly summed: ColumnModel | undefined;
  readonly period: { readonly column: ColumnModel; readonly wholeYear: boolean } | undefined;
  readonly where: readonly Condition[];
}

/** What a metric can be broken down by. */
export interface DimensionModel {
  readonly column: ColumnModel;
  /** Set for times alone. */
  readonly by: Period | undefined;
}

/** A formula with everything resolved. */
export interface FormulaModel {
  readonly over: MeasureModel;
  /** What a ratio is divided by; none in a sum or a count. */
  readonly under: MeasureModel | undefined;
  readonly aheadOfTime: boolean;
}

/** A metric with everything resolved. */
export interface MetricModel {
  readonly metric: Metric;
  readonly plugin: string;
  readonly entity: EntityModel;
  readonly formula: FormulaModel;
  /** What it should come to. */
  readonly target: FormulaModel | undefined;
  readonly where: readonly Condition[];
  readonly dimensions: readonly DimensionModel[];
  /** The power of ten by which the plain number is moved into the unit: 2 for %, -6 from 分 to 万元. */
  readonly power: number;
  /** Decimals that are shown; `undefined` for all. */
  readonly digits: number | undefined;
}

/** The measures of a formula: one, or the two of a ratio. */
export function measuresOf({ over, under }: FormulaModel): readonly MeasureModel[] {
  return under === undefined ? [over] : [over, under];
}
