import type { Column, ValueOf } from "./column.ts";
import type { ColumnOf, Columns, Entity, EntityDefinition } from "./entity.ts";
import type { Described, Label } from "./label.ts";

/** The unit of a figure. `%` shows a ratio of 0.5 as 50, the units of money show 分 in themselves; any other is a label and shows the number as it is. */
export type MetricUnit = "%" | "元" | "万元" | "亿元" | Label;

/** A column of business time: counted from January to the month asked for, or the whole year of that month. A whole number is a year, always counted whole. */
export type MeasurePeriod<Name extends string = string> = Name | { readonly wholeYear: Name };

/** Conditions on the columns of the rows that are counted; all of them hold. */
export type RowFilter<Declared extends Columns = Columns> = {
  readonly [Name in keyof Declared & string]?: ConditionOf<Declared[Name]>;
};

interface Present {
  /** Whether the value is missing. */
  readonly isNull?: boolean;
}
interface Equality<Value> extends Present {
  readonly eq?: Value;
  /** Has a value, another one. */
  readonly ne?: Value;
  readonly in?: readonly Value[];
  /** Has a value, none of these. */
  readonly notIn?: readonly Value[];
}
interface Order<Value> extends Equality<Value> {
  readonly lt?: Value;
  readonly lte?: Value;
  readonly gt?: Value;
  readonly gte?: Value;
}
interface Time extends Order<string> {
  /** Whether it has come by the end of the month asked for: true wants a value that is not later, false one that is later, or none. */
  readonly reached?: boolean;
}

type ConditionOf<Declared> =
  Declared extends Column<infer Kind>
    ? Kind extends "choice" | "stage"
      ? Equality<NonNullable<ValueOf<Declared>>>
      : Kind extends "text" | "entry"
        ? Equality<string>
        : Kind extends "integer"
          ? Order<number>
          : Kind extends "money" | "decimal" | "percent"
            ? Order<string>
            : Kind extends "date" | "yearMonth" | "dateTime"
              ? Time
              : Kind extends "boolean"
                ? Pick<Equality<boolean>, "eq" | "isNull">
                : Present
    : never;

type SummedKind = "money" | "decimal" | "integer";
type PeriodKind = "date" | "yearMonth" | "dateTime" | "integer";
type DimensionKind = "choice" | "stage" | "entry" | "reference" | "self" | "boolean" | "integer";

/** A sum, the sum of what came last, or a count over rows: the one thing that figures are made of. */
export interface Measure {
  readonly aggregate: "sum" | "last" | "count";
  /** The list of the entity whose rows are counted; none for its own rows. */
  readonly list: string | undefined;
  /** What is summed; none in a count. */
  readonly column: string | undefined;
  readonly period: MeasurePeriod | undefined;
  readonly where: RowFilter | undefined;
}

/** A sum over a sum; also how far it is ahead of the time gone by in the year, in percentage points. */
export interface Ratio {
  readonly over: Measure;
  readonly under: Measure;
  readonly aheadOfTime: boolean;
}

/** What a figure is. */
export type Formula = Measure | Ratio;

/** What may be said of a measure beside what it measures. */
export interface MeasureOptions<Counted extends Columns = Columns> {
  /** The column of business time; without it rows are counted as they stand. */
  readonly period?: MeasurePeriod<ColumnOf<Counted, PeriodKind>>;
  /** Counts the rows alone that fulfil it. */
  readonly where?: RowFilter<Counted>;
}

/** The lists of an entity that a metric looks into: the name of an inverse, and whose rows are in it. */
export type MetricLists = Readonly<Record<string, Entity>>;

type ColumnsOf<Declared> = Declared extends { readonly definition: EntityDefinition<string, infer C> } ? C : never;
type Summed<Own extends Columns, Lists extends MetricLists> =
  | ColumnOf<Own, SummedKind>
  | { [Name in keyof Lists & string]: `${Name}.${ColumnOf<ColumnsOf<Lists[Name]>, SummedKind>}` }[keyof Lists & string];
type LastSummed<Lists extends MetricLists> = {
  [Name in keyof Lists & string]: `${Name}.${ColumnOf<ColumnsOf<Lists[Name]>, SummedKind>}`;
}[keyof Lists & string];
type CountedBy<Path extends string, Own extends Columns, Lists extends MetricLists> = Path extends `${infer Name}.${string}`
  ? ColumnsOf<Lists[Name]>
  : Own;

/** What a figure is put together with. */
export interface MetricTools<Own extends Columns = Columns, Lists extends MetricLists = MetricLists> {
  /** The sum of a column (`"totalInvestment"`), or of a column of a list (`"reports.invested"`). Missing values do not count. */
  readonly sum: <const Path extends Summed<Own, Lists>>(path: Path, options?: MeasureOptions<CountedBy<Path, Own, Lists>>) => Measure;
  /**
   * The sum over the entity's rows of what a column of a list (`"reports.investedSoFar"`) said last within the time: for what is reported as it stands,
   * from the beginning of the year.
   */
  readonly last: <const Path extends LastSummed<Lists>>(
    path: Path,
    options: MeasureOptions<CountedBy<Path, Own, Lists>> & { readonly period: unknown },
  ) => Measure;
  /** How many rows of the entity. */
  readonly count: (options?: MeasureOptions<Own>) => Measure;
  /** How many rows of a list. */
  readonly countOf: <const Name extends keyof Lists & string>(list: Name, options?: MeasureOptions<ColumnsOf<Lists[Name]>>) => Measure;
  /** A sum over a sum, in the whole and in every part; null where nothing is below the line. */
  readonly ratio: (over: Measure, under: Measure) => Ratio;
  /** How far a ratio is ahead of the months gone by (超时间进度), in percentage points: 60 % by the end of June is 10. */
  readonly aheadOfTime: (ratio: Ratio) => Ratio;
}

/** What the rows of a metric may be broken down by: a column, or the periods of a time. */
export type MetricDimension<Own extends Columns = Columns> =
  | ColumnOf<Own, DimensionKind>
  | { readonly column: ColumnOf<Own, "date" | "yearMonth" | "dateTime">; readonly by: "month" | "quarter" | "year" };

/** A declared figure (指标). */
export interface Metric {
  readonly entity: Entity;
  /** camelCase, unique among the enabled plugins. */
  readonly name: string;
  readonly label: Described;
  readonly unit: MetricUnit;
  /** What is counted, exactly (口径). */
  readonly definition: Label;
  readonly formula: Formula;
  /** What it should come to; none where nothing says so. */
  readonly target: Formula | undefined;
  readonly lists: MetricLists;
  readonly where: RowFilter | undefined;
  readonly dimensions: readonly { readonly column: string; readonly by?: "month" | "quarter" | "year" }[];
  readonly digits: number | undefined;
}

/** A metric as its author writes it. */
export interface MetricDeclaration<Own extends Columns, Lists extends MetricLists> extends Described {
  readonly unit: MetricUnit;
  readonly definition: Label;
  /** The lists that `value` looks into: `{ reports: ProgressReport }`. */
  readonly lists?: Lists;
  /** Only rows of the entity that fulfil it count, with what is in their lists. */
  readonly where?: RowFilter<Own>;
  readonly value: (tools: MetricTools<Own, Lists>) => Formula;
  /** What it should come to, in the same unit: `({ sum }) => sum("plans.amount", { period: "year" })`. */
  readonly target?: (tools: MetricTools<Own, Lists>) => Formula;
  readonly dimensions?: readonly MetricDimension<Own>[];
  /** Decimals that are shown, 2 unless given; money is shown whole unless given. */
  readonly digits?: number;
}

/**
 * Declares a figure over the rows of an entity. Its value, series, breakdowns and the rows behind it follow.
 *
 * @param name how it is asked for: `investmentCompletionRate`
 */
export function metric<Own extends Columns, const Lists extends MetricLists = Readonly<Record<never, Entity>>>(
  entity: Entity & { readonly definition: EntityDefinition<string, Own> },
  name: string,
  declared: MetricDeclaration<Own, Lists>,
): Metric {
  const { unit, definition, lists, where, value, target, dimensions = [], digits, ...label } = declared;
  return Object.freeze({
    entity,
    name,
    label,
    unit,
    definition,
    formula: value(tools as unknown as MetricTools<Own, Lists>),
    target: target?.(tools as unknown as MetricTools<Own, Lists>),
    lists: lists ?? {},
    where: where as RowFilter | undefined,
    dimensions: dimensions.map((dimension) => (typeof dimension === "string" ? { column: dimension } : dimension)),
    digits,
  });
}

/** The options of a measure, whatever it counts. */
interface AnyOptions {
  readonly period?: MeasurePeriod;
  readonly where?: RowFilter;
}

function measure(aggregate: Measure["aggregate"], list: string | undefined, column: string | undefined, options: AnyOptions): Measure {
  return Object.freeze({ aggregate, list, column, period: options.period, where: options.where });
}

function summed(aggregate: "sum" | "last", path: string, options: AnyOptions): Measure {
  const [first = "", second] = path.split(".");
  return second === undefined ? measure(aggregate, undefined, first, options) : measure(aggregate, first, second, options);
}

const tools = Object.freeze({
  sum: (path: string, options: AnyOptions = {}): Measure => summed("sum", path, options),
  last: (path: string, options: AnyOptions): Measure => summed("last", path, options),
  count: (options: AnyOptions = {}): Measure => measure("count", undefined, undefined, options),
  countOf: (list: string, options: AnyOptions = {}): Measure => measure("count", list, undefined, options),
  ratio: (over: Measure, under: Measure): Ratio => Object.freeze({ over, under, aheadOfTime: false }),
  aheadOfTime: (ratio: Ratio): Ratio => Object.freeze({ ...ratio, aheadOfTime: true }),
});
