import { bilingual, type Label, type Language, type MetricUnit, type ReadContext } from "@xianmai/plugin-api";
import type { EntityTypes } from "@xianmai/query";
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLInputType,
  type GraphQLOutputType,
} from "graphql";

import { reached, type AskedMetric, type Figure, type MeasuredTotal, type Part } from "./asked-metric.ts";
import { decimalOf, whole } from "./exact.ts";
import { measureText } from "./explain.ts";
import type { DimensionModel } from "./metric-model.ts";
import type { Period, Window } from "./months.ts";

/** A field of an object of these types, over what its resolvers are given. */
type Field<Source> = GraphQLFieldConfig<Source, ReadContext>;

/** The types that fields of a metric are made of. */
export interface MetricTypes {
  readonly period: GraphQLEnumType;
  readonly before: GraphQLEnumType;
  readonly filter: GraphQLInputObjectType;
  readonly text: GraphQLObjectType;
  readonly total: GraphQLObjectType;
  readonly target: GraphQLObjectType;
  readonly point: GraphQLObjectType;
  readonly part: GraphQLObjectType;
  readonly change: GraphQLObjectType;
  readonly dimension: GraphQLObjectType;
}

/** A figure of a period of a series. */
export interface ShownPoint extends ShownFigure {
  readonly name: string;
}

/** A figure with what is needed to show its sums. */
export interface ShownFigure {
  readonly asked: AskedMetric;
  readonly window: Window;
  readonly figure: Figure;
}

/** A figure beside an earlier one. */
export interface ShownChange {
  readonly asked: AskedMetric;
  readonly now: Figure;
  readonly before: Figure;
  readonly window: Window;
}

interface ShownTotal {
  readonly asked: AskedMetric;
  readonly window: Window;
  readonly total: MeasuredTotal;
}

/** The unit of a metric in a language. */
export function unitText(unit: MetricUnit, language: Language): string {
  return typeof unit === "string" ? unit : unit[language];
}

/** The sums that a figure was made of, as sources of `MetricSum`. */
export function totalsIn({ asked, window, figure }: ShownFigure): readonly ShownTotal[] {
  return figure.totals.map((total) => ({ asked, window, total }));
}

/** A figure as the source of its `MetricTarget`; null where it has none. */
export function targetIn(shown: ShownFigure): ShownFigure | null {
  return shown.figure.target === undefined ? null : shown;
}

/** Makes the types that fields of a metric are made of. */
export function metricTypes({ scalars, node }: EntityTypes): MetricTypes {
  const period = enumOf("MetricPeriod", "期的长短", "The length of a period", {
    MONTH: { zh: "月", en: "Month" },
    QUARTER: { zh: "季", en: "Quarter" },
    YEAR: { zh: "年", en: "Year" },
  } satisfies Readonly<Record<Period, Label>>);
  const before = enumOf("MetricBefore", "与何时相比", "What a figure is compared with", {
    PERIOD: { zh: "上一期", en: "The period before" },
    YEAR: { zh: "上年同期", en: "The same period of the year before" },
  });
  const filter = new GraphQLInputObjectType({
    name: "MetricFilter",
    description: bilingual({
      zh: "只计某个维度取某些值的记录；多个条件须同时满足。",
      en: "Counts the rows alone with some values of a dimension; all given conditions hold.",
    }),
    fields: {
      dimension: { type: new GraphQLNonNull(GraphQLString), description: "维度名称 The dimension's name" },
      in: {
        type: new GraphQLList(new GraphQLNonNull(GraphQLString)),
        description: "取这些值之一，写法同 byDimension 的 key One of these, written as the key of byDimension",
      },
      isNull: {
        type: GraphQLBoolean,
        description:
          "true：也要（或只要）没有值的；false：只要有值的 true: also, or only, those without a value; false: only those with one",
      },
    },
  });
  const text = objectOf<Label>("MetricText", "两种语言的文字", "A text in both languages", {
    zh: field(GraphQLString, "中文", "Chinese", ({ zh }) => zh),
    en: field(GraphQLString, "英文", "English", ({ en }) => en),
  });
  const total = objectOf<ShownTotal>("MetricSum", "指标由之算出的一项合计", "One of the sums that a figure is made of", {
    label: field(
      GraphQLString,
      "计了什么",
      "What was counted",
      ({ total: { measure }, window }, { language }) => measureText(measure, window)[language],
    ),
    value: field(scalars.Decimal, "合计，未舍入；金额以万元计", "The sum, not rounded; money in 万元", ({ total: { measure, sum } }) =>
      decimalOf(whole(sum), measure.summed?.kind === "money" ? -6 : 0, undefined),
    ),
    unit: optional(GraphQLString, "单位：金额为万元，其余为空", "The unit: 万元 of money, none otherwise", ({ total: { measure } }) =>
      measure.summed?.kind === "money" ? "万元" : null,
    ),
    rowCount: field(GraphQLInt, "计了多少条记录", "How many rows were counted", ({ total: { rows } }) => rows),
  });
  const target = objectOf<ShownFigure>("MetricTarget", "目标", "What a figure should come to", {
    value: optional(
      scalars.Decimal,
      "目标值，按指标的单位",
      "The target, in the metric's unit",
      ({ figure }) => figure.target?.value ?? null,
    ),
    reached: optional(
      scalars.Decimal,
      "完成目标的百分比，两位小数；目标为零时为空",
      "How much of it the figure has reached, in %, at two decimals; null where the target is zero",
      ({ figure }) => reached(figure),
    ),
  });
  const shown = <Source extends ShownFigure>(): Record<string, Field<Source>> => ({
    value: optional(
      scalars.Decimal,
      "按指标的单位，只舍入一次；无可除时为空",
      "In the metric's unit, rounded once; null where there is nothing to divide by",
      ({ figure }) => figure.value,
    ),
    sums: field(list(total), "由之算出的合计：比率有两项", "The sums that it is made of; a ratio has two", totalsIn),
    target: optional(target, "目标；没有则为空", "What it should come to; null where nothing says so", targetIn),
  });
  const point = objectOf<ShownPoint>("MetricPoint", "序列中的一期", "A period of a series", {
    period: field(GraphQLString, "期：2023-03、2023-Q1、2023", "The period: 2023-03, 2023-Q1, 2023", ({ name }) => name),
    through: field(scalars.YearMonth, "计到哪个月", "The month through which it counts", ({ window }) => window.through),
    ...shown<ShownPoint>(),
  });
  const part = objectOf<ShownFigure & { readonly figure: Part }>(
    "MetricPart",
    "某个维度值的数字",
    "The figure of one value of a dimension",
    {
      key: optional(
        GraphQLString,
        "维度值：选项、字典代码、全局标识或期；没有值时为空",
        "The value: a choice, a dictionary's code, a global id, or a period; null for rows without one",
        ({ figure }) => figure.key.key,
      ),
      label: optional(GraphQLString, "维度值的名称", "What it is called", ({ figure }) => figure.key.label),
      node: optional(node, "所引用的记录", "The row that a reference leads to", ({ figure }) => figure.key.node),
      ...shown<ShownFigure & { readonly figure: Part }>(),
    },
  );
  const change = objectOf<ShownChange>("MetricChange", "与以前相比", "A figure beside an earlier one", {
    through: field(
      scalars.YearMonth,
      "以前的数字计到哪个月",
      "The month through which the earlier figure counts",
      ({ window }) => window.through,
    ),
    value: optional(scalars.Decimal, "现在的数字", "The figure now", ({ now }) => now.value),
    before: optional(scalars.Decimal, "以前的数字", "The earlier figure", ({ before: earlier }) => earlier.value),
    difference: optional(
      scalars.Decimal,
      "差额，按指标的单位（% 为百分点），最后才舍入",
      "The difference in the metric's unit (of %: percentage points), rounded last",
      ({ asked, now, before: earlier }) => asked.change(now, earlier).difference,
    ),
    rate: optional(
      scalars.Decimal,
      "增幅，%，两位小数；以前为零时为空",
      "The growth in %, at two decimals; null where the earlier figure is zero",
      ({ asked, now, before: earlier }) => asked.change(now, earlier).rate,
    ),
  });
  const dimension = objectOf<DimensionModel>("MetricDimension", "可按之分组的维度", "What a metric can be broken down by", {
    name: field(GraphQLString, "名称", "Its name", ({ column }) => column.name),
    label: field(GraphQLString, "显示名", "What it is called", ({ column }, { language }) => column.label[language]),
    by: optional(period, "时间的期", "The periods of a time", ({ by }) => by ?? null),
  });
  return { period, before, filter, text, total, target, point, part, change, dimension };
}

/** A field that always has a value. */
export function field<Source>(
  type: GraphQLOutputType,
  zh: string,
  en: string,
  read: (source: Source, context: ReadContext) => unknown,
): Field<Source> {
  return optional(new GraphQLNonNull(type), zh, en, read);
}

/** A field that may be null. */
export function optional<Source>(
  type: GraphQLOutputType,
  zh: string,
  en: string,
  read: (source: Source, context: ReadContext) => unknown,
): Field<Source> {
  return { type, description: bilingual({ zh, en }), resolve: (source, _, context) => read(source, context) };
}

/** A list none of whose items is null. */
export function list(type: GraphQLOutputType): GraphQLList<GraphQLNonNull<GraphQLOutputType>> {
  return new GraphQLList(new GraphQLNonNull(type));
}

/** An object type with a description in both languages. */
export function objectOf<Source>(name: string, zh: string, en: string, fields: Record<string, Field<Source>>): GraphQLObjectType {
  return new GraphQLObjectType<Source, ReadContext>({ name, description: bilingual({ zh, en }), fields });
}

/** An argument with a description in both languages. */
export function argument(type: GraphQLInputType, zh: string, en: string, fallback?: unknown): GraphQLFieldConfigArgumentMap[string] {
  return { type, description: bilingual({ zh, en }), ...(fallback === undefined ? {} : { defaultValue: fallback }) };
}

function enumOf(name: string, zh: string, en: string, values: Readonly<Record<string, Label>>): GraphQLEnumType {
  return new GraphQLEnumType({
    name,
    description: bilingual({ zh, en }),
    values: Object.fromEntries(Object.entries(values).map(([value, label]) => [value, { value, description: bilingual(label) }])),
  });
}
