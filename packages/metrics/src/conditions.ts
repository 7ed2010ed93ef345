import { columnOf, type ColumnModel } from "@xianmai/plugin-api/model";
import type { Expression, ReferenceExpression, SqlBool } from "kysely";

import type { Condition, MeasureModel, MetricModel } from "./metric-model.ts";
import { dayAfter, firstDay, january, monthsLater, yearOf, type Window } from "./months.ts";
import { reference, sourcesOf, type AnyTables, type Builder } from "./tables.ts";

/** Something that holds of a row, or not. */
export type Holds = Expression<SqlBool>;

/** What must hold of a counted row whatever the window, conditions of the whole metric first. */
export function standing(build: Builder, metric: MetricModel, measure: MeasureModel): readonly Holds[] {
  const { counted, owner } = sourcesOf(metric.entity, measure);
  const of = (table: string, conditions: readonly Condition[]): readonly Holds[] =>
    conditions.filter(({ operator }) => operator !== "reached").map((one) => compared(build, table, one));
  const { summed } = measure;
  return [
    ...of(owner, metric.where),
    ...of(counted, measure.where),
    ...(summed === undefined || !isOptional(summed) ? [] : [build(reference(counted, summed), "is not", null)]),
  ];
}

function isOptional({ required }: ColumnModel): boolean {
  return !required;
}

/** What must hold of a counted row in a window; empty where all windows count the same. */
export function within(build: Builder, metric: MetricModel, measure: MeasureModel, window: Window): readonly Holds[] {
  const { counted, owner } = sourcesOf(metric.entity, measure);
  const reached = (table: string, conditions: readonly Condition[]): readonly Holds[] =>
    conditions
      .filter(({ operator }) => operator === "reached")
      .map(({ column, operand }) => hasCome(build, reference(table, column), column, window, operand === true));
  const { period } = measure;
  return [
    ...(period === undefined ? [] : inPeriod(build, reference(counted, period.column), period, window)),
    ...(period === undefined || measure.measure.aggregate !== "last" ? [] : [isLast(build, counted, measure, period, window)]),
    ...reached(owner, metric.where),
    ...reached(counted, measure.where),
  ];
}

/** Whether a row is the last of its list that counts in the window. The last ones are found once, not for each row. */
function isLast(
  build: Builder,
  counted: string,
  { counted: { table }, link, summed, where }: MeasureModel,
  { column, wholeYear }: NonNullable<MeasureModel["period"]>,
  window: Window,
): Holds {
  if (link === undefined) throw new Error("What came last is told of a list.");
  const [owner, time] = [reference("one", link), reference("one", column)];
  const last = build
    .selectFrom(`${table} as one`)
    .select((inner) => [inner.ref(owner).as("owner"), inner.fn.max(time).as("last")])
    .where((inner) =>
      inner.and([
        ...inPeriod(inner, time, { column, wholeYear }, window),
        ...where.map((condition) =>
          condition.operator === "reached"
            ? hasCome(inner, reference("one", condition.column), condition.column, window, condition.operand === true)
            : compared(inner, "one", condition),
        ),
        ...(summed === undefined || !isOptional(summed) ? [] : [inner(reference("one", summed), "is not", null)]),
      ]),
    )
    .groupBy(owner);
  return build(build.refTuple(reference(counted, link), reference(counted, column)), "in", last.$asTuple("owner", "last"));
}

type Ref = ReferenceExpression<AnyTables, string>;

function inPeriod(
  build: Builder,
  value: Ref,
  { column, wholeYear }: NonNullable<MeasureModel["period"]>,
  { from, through }: Window,
): readonly Holds[] {
  if (column.kind === "integer") return [build(value, "=", yearOf(through))];
  const first = wholeYear ? january(through) : from;
  const last = wholeYear ? monthsLater(january(through), 11) : through;
  if (column.kind === "yearMonth") return [build(value, ">=", first), build(value, "<=", last)];
  // a moment is compared in the county's time zone, in which the session stands
  return [build(value, ">=", firstDay(first)), build(value, "<", dayAfter(last))];
}

function hasCome(build: Builder, value: Ref, { kind }: ColumnModel, { through }: Window, yes: boolean): Holds {
  const [after, limit] = kind === "yearMonth" ? ([">", through] as const) : ([">=", dayAfter(through)] as const);
  if (yes) return kind === "yearMonth" ? build(value, "<=", limit) : build(value, "<", limit);
  return build.or([build(value, "is", null), build(value, after, limit)]);
}

const COMPARISONS = { eq: "=", ne: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

function compared(build: Builder, table: string, { column, operator, operand }: Condition): Holds {
  const value = reference(table, column);
  if (operator === "isNull") return operand === true ? build(value, "is", null) : build(value, "is not", null);
  const given: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (operator === "in" || operator === "notIn" || column.kind === "entry") {
    const among = operator === "in" || operator === "eq";
    if (given.length === 0) return among ? build.lit(false) : build(value, "is not", null);
    return build(value, among ? "in" : "not in", column.kind === "entry" ? entries(build, column, given) : given);
  }
  if (operator === "reached") throw new Error(`${column.name}: whether a time has come depends on the window.`);
  return build(value, COMPARISONS[operator], given[0]);
}

/** The entries of a dictionary by their codes. */
function entries(build: Builder, { target }: ColumnModel, codes: readonly unknown[]) {
  if (target === undefined) throw new Error("An entry refers to a dictionary.");
  return build
    .selectFrom(target.table)
    .select(`${target.table}.id`)
    .where(reference(target.table, columnOf(target, "code")), "in", codes);
}
