import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import {
  GraphQLBoolean,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  type GraphQLEnumType,
  type GraphQLInputFieldConfig,
  type GraphQLInputFieldConfigMap,
  type GraphQLInputType,
} from "graphql";

import { about, both, describe, inverseLabel } from "./describe.ts";
import { valuesOf } from "./enums.ts";
import { carrying } from "./meaning.ts";
import type { Scalars } from "./scalars.ts";

/** What an operator is called and says. */
const OPERATORS = {
  eq: both("等于", "Equal to"),
  ne: both("有值且不等于", "Has a value, another one"),
  in: both("是其中之一", "One of these"),
  notIn: both("有值且不在其中", "Has a value, none of these"),
  lt: both("小于", "Less than"),
  lte: both("小于或等于", "At most"),
  gt: both("大于", "Greater than"),
  gte: both("大于或等于", "At least"),
  contains: both("包含这段文字", "Contains this text"),
  startsWith: both("以这段文字开头", "Starts with this text"),
  search: both(
    "含有每个词（以空白分隔，次序不限）：不分大小写、全角半角与空白；拼音首字母、全拼也可，如 gfdz、guangfu",
    "Has every word, in any order (separated by white space), whatever the case, width and spaces; letters also stand for pinyin: initials or whole syllables, gfdz or guangfu",
  ),
  has: both("列表中有这一项", "The list has this item"),
  isNull: both("是否没有值", "Whether the value is missing"),
} as const;

/** An operator of the filters. */
export type Operator = keyof typeof OPERATORS;

const EQUALITY: readonly Operator[] = ["eq", "ne", "in", "notIn", "isNull"];
const ORDER: readonly Operator[] = ["lt", "lte", "gt", "gte"];

/** The filters of columns, by kind and by enum. */
export interface OperatorFilters {
  readonly id: GraphQLInputObjectType;
  /** The filter of a column that holds its value itself. */
  of(column: ColumnModel): GraphQLInputObjectType;
  readonly all: readonly GraphQLInputObjectType[];
}

/** Makes one filter per kind of value. */
export function operatorFilters(scalars: Scalars, enums: ReadonlyMap<string, GraphQLEnumType>): OperatorFilters {
  const make = (
    name: string,
    type: GraphQLInputType,
    operators: readonly Operator[],
    extensions?: GraphQLEnumType["extensions"],
  ): GraphQLInputObjectType =>
    new GraphQLInputObjectType({
      name: `${name}Filter`,
      description: both(
        "一个字段的条件；多个条件须同时满足，省略的不算条件。",
        "Conditions on one field: all given ones hold, an omitted one is none.",
      ),
      fields: Object.fromEntries(operators.map((operator) => [operator, operand(operator, type)])),
      ...(extensions === undefined ? {} : { extensions }),
    });
  const id = make("Id", GraphQLID, ["eq", "ne", "in", "notIn"]);
  const text = make("Text", GraphQLString, [...EQUALITY, ...ORDER, "contains", "startsWith", "search"]);
  const texts = make("Texts", GraphQLString, ["has"]);
  const integer = make("Integer", GraphQLInt, [...EQUALITY, ...ORDER]);
  const decimal = make("Decimal", scalars.Decimal, [...EQUALITY, ...ORDER]);
  const date = make("Date", scalars.Date, [...EQUALITY, ...ORDER]);
  const yearMonth = make("YearMonth", scalars.YearMonth, [...EQUALITY, ...ORDER]);
  const dateTime = make("DateTime", scalars.DateTime, [...EQUALITY, ...ORDER]);
  const boolean = make("Boolean", GraphQLBoolean, ["eq", "ne", "isNull"]);
  const entry = make("Entry", GraphQLString, EQUALITY);
  const byEnum = new Map([...enums].map(([name, type]) => [name, make(name, type, EQUALITY, type.extensions)]));
  const byKind = { text, texts, integer, money: decimal, decimal, percent: decimal, date, yearMonth, dateTime, boolean, entry } as const;
  return {
    id,
    of: (column) => {
      if (column.kind === "subject") return id;
      const found = column.kind in byKind ? byKind[column.kind as keyof typeof byKind] : byEnum.get(valuesOf(column)?.name ?? "");
      if (found === undefined) throw new Error(`Column ${column.name} (${column.kind}) has no filter of its own.`);
      return found;
    },
    all: [id, text, texts, integer, decimal, date, yearMonth, dateTime, boolean, entry, ...byEnum.values()],
  };
}

function operand(operator: Operator, type: GraphQLInputType): GraphQLInputFieldConfig {
  const description = OPERATORS[operator];
  if (operator === "isNull") return { type: GraphQLBoolean, description };
  if (operator === "in" || operator === "notIn") return { type: new GraphQLList(new GraphQLNonNull(type)), description };
  return { type, description };
}

/** The three filters of an entity: of its rows, of a reference to it, of a list of its rows. */
export interface EntityFilters {
  readonly filter: GraphQLInputObjectType;
  readonly reference: GraphQLInputObjectType;
  readonly list: GraphQLInputObjectType;
}

/** Makes the filters of an entity. */
export function entityFilters(entity: EntityModel, operators: OperatorFilters, of: (entity: EntityModel) => EntityFilters): EntityFilters {
  const { name, label } = entity;
  const extensions = carrying({ plugin: entity.plugin });
  const several = (): GraphQLInputType => new GraphQLList(new GraphQLNonNull(of(entity).filter));
  const fields = (): GraphQLInputFieldConfigMap => ({
    id: { type: operators.id, description: both("全局标识", "Global id") },
    ...Object.fromEntries(
      entity.columns.map((column) => [
        column.name,
        {
          type: column.kind !== "entry" && column.target !== undefined ? of(column.target).reference : operators.of(column),
          description: column.kind === "entry" ? about(column.label, "（字典代码）", " (dictionary code)") : describe(column.label),
        },
      ]),
    ),
    ...Object.fromEntries(
      entity.inverses.map((inverse) => [
        inverse.name,
        {
          type: of(inverse.entity).list,
          description: about(inverseLabel(inverse), "", ""),
        },
      ]),
    ),
    and: { type: several(), description: both("全部满足", "All of them hold") },
    or: { type: several(), description: both("至少满足其一", "At least one of them holds") },
    not: { type: of(entity).filter, description: both("不满足", "It does not hold") },
  });
  return {
    filter: new GraphQLInputObjectType({
      name: `${name}Filter`,
      description: about(
        label,
        "的条件；多个条件须同时满足，省略的不算条件。",
        ": conditions on its rows. All given ones hold, an omitted one is none.",
      ),
      fields,
      extensions,
    }),
    reference: new GraphQLInputObjectType({
      name: `${name}ReferenceFilter`,
      description: about(label, "：对所引用记录的条件。", ": conditions on the row referred to."),
      fields: () => ({ isNull: { type: GraphQLBoolean, description: OPERATORS.isNull }, ...fields() }),
      extensions,
    }),
    list: new GraphQLInputObjectType({
      name: `${name}ListFilter`,
      description: about(label, "：对一组关联记录的条件。", ": conditions on a list of related rows."),
      fields: () => ({
        some: { type: of(entity).filter, description: both("至少有一条满足", "At least one row fulfils it") },
        every: {
          type: of(entity).filter,
          description: both("每一条都满足（没有记录也算）", "Every row fulfils it, also where there is none"),
        },
        none: { type: of(entity).filter, description: both("没有一条满足", "No row fulfils it") },
      }),
      extensions,
    }),
  };
}
