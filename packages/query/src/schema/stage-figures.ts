import type { EntityModel } from "@xianmai/plugin-api/model";
import {
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLInputObjectType,
  type GraphQLOutputType,
} from "graphql";

import { about, both } from "./describe.ts";
import { carrying } from "./meaning.ts";
import { byResponseKey } from "./response-key.ts";
import type { Scalars } from "./scalars.ts";

/** What the type of the figures of a stage is made with. */
export interface StageFigureParts {
  readonly scalars: Scalars;
  readonly enums: ReadonlyMap<string, GraphQLEnumType>;
  /** Whether there is a work calendar to count by. */
  readonly worksByCalendar: boolean;
}

/** Makes `<Entity>StageFigures`; `undefined` for an entity without a stage. */
export function stageFiguresType(
  entity: EntityModel,
  { scalars, enums, worksByCalendar }: StageFigureParts,
): GraphQLObjectType | undefined {
  const stage = enums.get(entity.stage?.lifecycle.name ?? "");
  if (stage === undefined) return undefined;
  const count = new GraphQLNonNull(GraphQLInt);
  const days = (zh: string, en: string): GraphQLFieldConfig<unknown, unknown> =>
    part(scalars.Decimal, `${zh}；没有离开的则为空`, `${en}; null where none has left`);
  return new GraphQLObjectType({
    name: `${entity.name}StageFigures`,
    description: about(entity.label, "在某一阶段的数字。", ": figures of one of its stages."),
    extensions: carrying({ plugin: entity.plugin }),
    fields: {
      period: part(
        GraphQLString,
        '所属的期间，如 "2023-Q1"；未按 by 划分则为空',
        'The period, such as "2023-Q1"; null where it was not divided by by',
      ),
      stage: part(new GraphQLNonNull(stage), "阶段", "The stage"),
      count: part(count, "期末处于该阶段的记录数", "How many rows are in it at the end of the period"),
      entered: part(count, "期内进入该阶段的次数", "How often rows came into it in the period"),
      left: part(count, "期内离开该阶段的次数", "How often rows left it in the period"),
      began: part(count, "期内新增、以该阶段开始的记录数", "How many rows began in it in the period"),
      reached: part(
        count,
        "期内新增的记录中，至今到过该阶段的",
        "Of all rows that began in the period, in whatever stage: how many have ever been in it",
      ),
      reachedRate: part(
        scalars.Decimal,
        "到过该阶段的占期内新增的百分比；期内没有新增则为空",
        "Those in percent of all that began in the period; null where none did",
      ),
      averageDays: days(
        "期内离开的平均停留天数（日历日）",
        "Days of the calendar that those which left it in the period had spent in it, on average",
      ),
      medianDays: days("期内离开的停留天数的中位数（日历日）", "The median of those days"),
      ...(worksByCalendar
        ? {
            averageWorkingDays: days("期内离开的平均停留工作日", "The same in working days, on average"),
            medianWorkingDays: days("期内离开的停留工作日的中位数", "The median in working days"),
          }
        : {}),
    },
  });
}

/** The root field of the figures of an entity's stages; `undefined` for an entity without a stage. */
export function stageFiguresField(
  entity: EntityModel,
  figures: GraphQLObjectType | undefined,
  filter: GraphQLInputObjectType,
  { scalars, bucket }: { readonly scalars: Scalars; readonly bucket: GraphQLEnumType },
): GraphQLFieldConfig<unknown, unknown> | undefined {
  if (figures === undefined) return undefined;
  const day = (zh: string, en: string) => ({ type: scalars.Date, description: both(zh, en) });
  return {
    type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(figures))),
    description: about(entity.label, "：各阶段的数字，按阶段次序", ": figures of its stages, in the order of the stages"),
    args: {
      filter: { type: filter, description: both("条件", "Conditions") },
      from: day("期间的第一天；不写则从头计", "The first day of the period; from the beginning unless given"),
      by: {
        type: bucket,
        description: both(
          "把期间划分为年、季、月或日，逐期给出；不写则为一期",
          "Divides the period into years, quarters, months or days, each with its figures; one period unless given",
        ),
      },
      to: day("期间的最后一天；不写则计至现在", "The last day of the period; until now unless given"),
    },
    resolve: byResponseKey,
    extensions: carrying({ kind: "stages", entity }),
  };
}

function part(type: GraphQLOutputType, zh: string, en: string): GraphQLFieldConfig<unknown, unknown> {
  return { type, description: both(zh, en), resolve: byResponseKey, extensions: carrying({ kind: "part" }) };
}
