import type { Described } from "@xianmai/plugin-api";
import { stepEnum, stepValue, type ColumnModel, type EntityModel, type Model } from "@xianmai/plugin-api/model";
import { GraphQLEnumType } from "graphql";

import { about, both, describe } from "./describe.ts";
import { carrying } from "./meaning.ts";

/** The enums that lists are asked with. */
export interface CommonEnums {
  readonly direction: GraphQLEnumType;
  readonly bucket: GraphQLEnumType;
}

/** Makes `OrderDirection` and `DateBucket`. */
export function commonEnums(): CommonEnums {
  return {
    direction: new GraphQLEnumType({
      name: "OrderDirection",
      description: both("排序方向；空值总在最后。", "The direction of an order; missing values come last in both."),
      values: {
        ASC: { description: both("升序", "Ascending") },
        DESC: { description: both("降序", "Descending") },
      },
    }),
    bucket: new GraphQLEnumType({
      name: "DateBucket",
      description: both("按时间分组的粒度。", "How long the periods are into which dates are grouped."),
      values: {
        YEAR: { description: both('年："2023"', 'Year: "2023"') },
        QUARTER: { description: both('季度："2023-Q1"', 'Quarter: "2023-Q1"') },
        MONTH: { description: both('月："2023-03"', 'Month: "2023-03"') },
        DAY: { description: both('日："2023-03-01"', 'Day: "2023-03-01"') },
      },
    }),
  };
}

/** The enums of all choices and stages by name; what several columns share is one enum. */
export function valueEnums(model: Model): ReadonlyMap<string, GraphQLEnumType> {
  const enums = new Map<string, GraphQLEnumType>();
  for (const entity of model.entities) {
    for (const column of entity.columns) {
      const declared = valuesOf(column);
      if (declared === undefined || enums.has(declared.name)) continue;
      enums.set(
        declared.name,
        new GraphQLEnumType({
          name: declared.name,
          description: describe(declared.label),
          values: Object.fromEntries(Object.entries(declared.values).map(([name, label]) => [name, { description: describe(label) }])),
          extensions: carrying({ plugin: entity.plugin }),
        }),
      );
    }
  }
  return enums;
}

/** Makes the enum of an entity's steps, `START`, `MOVE_ON`; `undefined` where there are none. */
export function stepValues(entity: EntityModel): GraphQLEnumType | undefined {
  const steps = Object.entries(entity.stage?.lifecycle.steps ?? {});
  if (steps.length === 0) return undefined;
  return new GraphQLEnumType({
    name: stepEnum(entity.name),
    description: about(entity.label, "：步骤", ": steps"),
    values: Object.fromEntries(steps.map(([step, label]) => [stepValue(step), { description: describe(label) }])),
    extensions: carrying({ plugin: entity.plugin }),
  });
}

/** The enum's name, label and values of a choice or a stage; `undefined` for any other column. */
export function valuesOf(
  column: ColumnModel,
): { readonly name: string; readonly label: Described; readonly values: Readonly<Record<string, Described>> } | undefined {
  const { choices, lifecycle } = column.declared;
  if (choices !== undefined) return choices;
  return lifecycle === undefined ? undefined : { name: lifecycle.name, label: lifecycle.label, values: lifecycle.states };
}
