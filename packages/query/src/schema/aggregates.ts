import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import {
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
} from "graphql";

import { snakeCase } from "@xianmai/plugin-api/model";

import { about, both, describe } from "./describe.ts";
import { carrying } from "./meaning.ts";
import { leafType } from "./objects.ts";
import { byResponseKey } from "./response-key.ts";
import type { Scalars } from "./scalars.ts";

const DIMENSIONS: ReadonlySet<string> = new Set([
  "choice",
  "stage",
  "entry",
  "reference",
  "self",
  "boolean",
  "integer",
  "date",
  "yearMonth",
  "dateTime",
]);
const MEASURES: ReadonlySet<string> = new Set(["money", "decimal", "percent", "integer"]);
const PERIODS: ReadonlySet<string> = new Set(["date", "yearMonth", "dateTime"]);

/** Columns that rows can be grouped by. */
function dimensionsOf(entity: EntityModel): readonly ColumnModel[] {
  return entity.columns.filter((column) => DIMENSIONS.has(column.kind));
}

/** Columns that can be summed. */
export function measuresOf(entity: EntityModel): readonly ColumnModel[] {
  return entity.columns.filter((column) => MEASURES.has(column.kind));
}

/** Whether a dimension is grouped into periods. */
export function isPeriod(column: ColumnModel): boolean {
  return PERIODS.has(column.kind);
}

/** The types of figures over one column. */
export interface FigureTypes {
  readonly integer: GraphQLObjectType;
  readonly decimal: GraphQLObjectType;
}

/** Makes `IntegerAggregate` and `DecimalAggregate`. */
export function figureTypes(scalars: Scalars): FigureTypes {
  const make = (name: string, label: string, value: GraphQLOutputType): GraphQLObjectType =>
    new GraphQLObjectType({
      name,
      description: label,
      fields: {
        sum: figure(scalars.Decimal, both("合计；没有值则为空", "The sum; null where no row has a value")),
        avg: figure(scalars.Decimal, both("平均，四舍五入到六位小数", "The mean, rounded half up to six decimals")),
        min: figure(value, both("最小", "The least")),
        max: figure(value, both("最大", "The greatest")),
      },
    });
  return {
    integer: make(
      "IntegerAggregate",
      both("整数字段的汇总；空值不计。", "Figures over a column of whole numbers; missing values do not count."),
      GraphQLInt,
    ),
    decimal: make(
      "DecimalAggregate",
      both("小数或金额字段的汇总；空值不计。", "Figures over a column of decimals or money; missing values do not count."),
      scalars.Decimal,
    ),
  };
}

function figure(type: GraphQLOutputType, description: string): GraphQLFieldConfig<unknown, unknown> {
  return { type, description, resolve: byResponseKey };
}

/** What the aggregates of an entity are made with. */
export interface AggregateParts {
  readonly scalars: Scalars;
  readonly enums: ReadonlyMap<string, GraphQLEnumType>;
  readonly bucket: GraphQLEnumType;
  readonly figures: FigureTypes;
  object(entity: EntityModel): GraphQLObjectType;
}

/** The types of the aggregates of an entity; those of grouping are missing where it has no dimension. */
export interface AggregateTypes {
  readonly group: GraphQLObjectType;
  readonly grouping?: { readonly dimension: GraphQLEnumType; readonly groupBy: GraphQLInputObjectType; readonly key: GraphQLObjectType };
}

/** Makes the aggregate types of an entity. */
export function aggregateTypes(entity: EntityModel, parts: AggregateParts): AggregateTypes {
  const extensions = carrying({ plugin: entity.plugin });
  const grouping = groupingTypes(entity, parts);
  const group = new GraphQLObjectType({
    name: `${entity.name}Group`,
    description: about(entity.label, "：一组记录的汇总。", ": figures over a group of rows."),
    extensions,
    fields: () => ({
      ...(grouping === undefined
        ? {}
        : {
            key: figure(
              new GraphQLNonNull(grouping.key),
              both("分组的键：只有分组所用的维度有值", "The group's key: only the dimensions grouped by have a value"),
            ),
          }),
      count: figure(new GraphQLNonNull(GraphQLInt), both("记录数", "How many rows")),
      ...Object.fromEntries(
        measuresOf(entity).map((column) => [
          column.name,
          figure(new GraphQLNonNull(column.kind === "integer" ? parts.figures.integer : parts.figures.decimal), describe(column.label)),
        ]),
      ),
    }),
  });
  return grouping === undefined ? { group } : { group, grouping };
}

function groupingTypes(entity: EntityModel, parts: AggregateParts): AggregateTypes["grouping"] {
  const dimensions = dimensionsOf(entity);
  if (dimensions.length === 0) return undefined;
  const extensions = carrying({ plugin: entity.plugin });
  const dimension = new GraphQLEnumType({
    name: `${entity.name}Dimension`,
    description: about(entity.label, "的分组维度。", ": what its rows can be grouped by."),
    values: Object.fromEntries(
      dimensions.map((column) => [snakeCase(column.name).toUpperCase(), { value: column.name, description: describe(column.label) }]),
    ),
    extensions,
  });
  const groupBy = new GraphQLInputObjectType({
    name: `${entity.name}GroupBy`,
    description: about(entity.label, "：一个分组维度。", ": one dimension to group by."),
    fields: {
      dimension: { type: new GraphQLNonNull(dimension), description: both("维度", "The dimension") },
      by: {
        type: parts.bucket,
        description: both(
          "时间粒度，仅用于日期；不写则按日，月份按月",
          "The period, for dates alone; days unless given, months of a month",
        ),
      },
    },
    extensions,
  });
  const key = new GraphQLObjectType({
    name: `${entity.name}GroupKey`,
    description: about(entity.label, "：分组的键。", ": the key of a group."),
    fields: () => Object.fromEntries(dimensions.map((column) => [column.name, figure(keyType(column, parts), describe(column.label))])),
    extensions,
  });
  return { dimension, groupBy, key };
}

function keyType(column: ColumnModel, parts: AggregateParts): GraphQLOutputType {
  if (column.kind === "entry" || isPeriod(column)) return GraphQLString;
  return column.target === undefined ? leafType(column, parts.scalars, parts.enums) : parts.object(column.target);
}

/** The type and the arguments of a field of aggregates. */
export type AggregateField = Required<Pick<GraphQLFieldConfig<unknown, unknown>, "type" | "args">>;

/** Makes the type and the arguments of a field of aggregates. */
export function aggregateField({ group, grouping, filter }: AggregateTypes & { readonly filter: GraphQLInputObjectType }): AggregateField {
  return {
    type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(group))),
    args: {
      filter: { type: filter, description: both("条件", "Conditions") },
      ...(grouping === undefined
        ? {}
        : {
            groupBy: {
              type: new GraphQLList(new GraphQLNonNull(grouping.groupBy)),
              description: both("分组维度；不写则为一组", "The dimensions to group by; one group without"),
            },
          }),
    },
  };
}
