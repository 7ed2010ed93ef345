import type { ReadContext, YearMonth } from "@xianmai/plugin-api";
import type { EntityTypes } from "@xianmai/query";
import {
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
} from "graphql";

import { AskedMetric } from "./asked-metric.ts";
import type { Among } from "./dimension.ts";
import { metricObject } from "./metric-object.ts";
import { dimensionIn } from "./dimension-in.ts";
import type { MetricModel } from "./metric-model.ts";
import { argument, list, metricTypes } from "./metric-types.ts";
import { monthOf, monthsLater, yearOf } from "./months.ts";
import { monthOutOfRange, unknownMetric } from "./refusals.ts";
import { resolveMetrics } from "./resolve.ts";
import { databaseOf } from "./tables.ts";

/**
 * The fields of `Query` by which declared figures are asked: `metric` and `metrics`; none where no plugin declares one.
 *
 * @throws Refusal METRIC_INVALID
 */
export function metricFields(types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const models = resolveMetrics(types.model);
  if (models.length === 0) return {};
  const parts = metricTypes(types);
  const object = metricObject(types, parts);
  const filter = new GraphQLList(new GraphQLNonNull(parts.filter));
  const shared: GraphQLFieldConfigArgumentMap = {
    through: argument(
      types.scalars.YearMonth,
      "数据截止到哪个月；省略则为上月",
      "The month through which business time counts; the month before today unless given",
    ),
    filter: argument(filter, "只计哪些记录", "Which rows count"),
  };
  const fields: GraphQLFieldConfigMap<unknown, ReadContext> = {
    metric: {
      type: object,
      description: "一个指标 A declared figure",
      args: { name: argument(new GraphQLNonNull(GraphQLString), "指标名称", "Its name"), ...shared },
      resolve: (_, given: Given, context) => asking(found(models, String(given["name"])), given, context),
    },
    metrics: {
      type: new GraphQLNonNull(list(object)),
      description: "若干指标，次序不变；省略 names 则为全部 Some figures in the order of their names, all of them without names",
      args: { names: argument(new GraphQLList(new GraphQLNonNull(GraphQLString)), "指标名称", "Their names"), ...shared },
      resolve: (_, given: Given, context) => {
        const names = (given["names"] ?? models.map(({ metric }) => metric.name)) as readonly string[];
        return names.map((name) => asking(found(models, name), given, context));
      },
    },
  };
  return fields as Readonly<Record<string, GraphQLFieldConfig<unknown, unknown>>>;
}

function found(models: readonly MetricModel[], name: string): MetricModel {
  const model = models.find(({ metric }) => metric.name === name);
  if (model === undefined) throw unknownMetric(name, models);
  return model;
}

type Given = Readonly<Record<string, unknown>>;

interface GivenFilter {
  readonly dimension: string;
  readonly in?: readonly string[] | null;
  readonly isNull?: boolean | null;
}

function asking(model: MetricModel, given: Given, context: ReadContext): AskedMetric {
  const filters = (given["filter"] ?? []) as readonly GivenFilter[];
  return new AskedMetric(model, {
    through: throughIn(given, context),
    among: filters.map((filter) => amongIn(model, filter)),
    language: context.language,
    db: () => databaseOf(context),
  });
}

/** Years so far from the ends of the calendar that the year before and the month after exist. */
const YEARS = { first: 3, last: 9998 } as const;

function throughIn(given: Given, { clock }: ReadContext): YearMonth {
  const through = (given["through"] ?? monthsLater(monthOf(clock.today()), -1)) as YearMonth;
  if (yearOf(through) < YEARS.first || yearOf(through) > YEARS.last) throw monthOutOfRange(through);
  return through;
}

function amongIn(model: MetricModel, { dimension, in: keys, isNull }: GivenFilter): Among {
  return { dimension: dimensionIn(model, dimension), keys: keys ?? undefined, isNull: isNull ?? undefined };
}
