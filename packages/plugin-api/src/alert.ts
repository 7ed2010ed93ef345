import type { ColumnOf, Columns, Entity, EntityDefinition } from "./entity.ts";
import type { Described } from "./label.ts";
import type { RowFilter } from "./metric.ts";
import type { CalendarDate, YearMonth } from "./values.ts";

/** How grave an alert is: yellow (黄色) warns, red (红色) says that it has happened. */
export type AlertSeverity = "YELLOW" | "RED";

/** The days that a condition may speak of, in the county's time zone. What it asks for is when it is looked at anew: each midnight, or never. */
export interface AlertDays {
  readonly today: CalendarDate;
  /** The month of today. */
  readonly thisMonth: YearMonth;
  /** Another day: -3 is three days ago. */
  readonly daysFromToday: (days: number) => CalendarDate;
}

type ColumnsOf<Declared> = Declared extends { readonly definition: EntityDefinition<string, infer C> } ? C : never;
type ColumnCondition<Own extends Columns, Name extends keyof Own & string> = Omit<NonNullable<RowFilter<Own>[Name]>, "reached">;
type ColumnConditions<Own extends Columns> = { readonly [Name in keyof Own & string]?: ColumnCondition<Own, Name> };

/** The lists of an entity that a condition looks into: the name of an inverse, and whose rows are in it. */
export type AlertLists = Readonly<Record<string, Entity>>;

/** Of the rows of a list. */
export interface ListCondition<Listed extends Columns = Columns> {
  readonly some?: ColumnConditions<Listed>;
  readonly every?: ColumnConditions<Listed>;
  readonly none?: ColumnConditions<Listed>;
}

/**
 * What must hold of a row for the alert to stand, written as filters are: all that is named must hold. Money is in 万元, a moment may be compared
 * with a day, which is then its first moment.
 */
export type AlertCondition<Own extends Columns = Columns, Lists extends AlertLists = Readonly<Record<never, Entity>>> = {
  readonly [Name in (keyof Own & string) | (keyof Lists & string) | "and" | "or" | "not"]?: Name extends "and" | "or"
    ? readonly AlertCondition<Own, Lists>[]
    : Name extends "not"
      ? AlertCondition<Own, Lists>
      : Name extends keyof Own & string
        ? ColumnCondition<Own, Name>
        : ListCondition<ColumnsOf<Lists[Name]>>;
};

/** A unit or an official that a row refers to, or that a row refers to which it refers to: `"leader"`, `"project.leader"`. */
export type AlertConcern<Own extends Columns = Columns> =
  | ColumnOf<Own, "reference" | "self">
  | `${ColumnOf<Own, "reference" | "self">}.${string}`;

/** A condition as it is kept: filters by the days. */
export type AlertWhen = (days: AlertDays) => Readonly<Record<string, unknown>>;

/** A declared alert (预警). */
export interface Alert {
  readonly entity: Entity;
  /** camelCase, unique among the enabled plugins. */
  readonly name: string;
  readonly label: Described;
  readonly severity: AlertSeverity;
  readonly concerns: readonly string[];
  readonly lists: AlertLists;
  readonly when: AlertWhen;
}

/** An alert as its author writes it. */
export interface AlertDeclaration<Own extends Columns, Lists extends AlertLists> extends Described {
  readonly severity: AlertSeverity;
  /** Whom it concerns: each unit and official gets an item in the inbox (待办). The first is the unit that the alert names. */
  readonly concerns: readonly AlertConcern<Own>[];
  /** The lists that the condition looks into: `{ reports: ProgressReport }`. */
  readonly lists?: Lists;
}

/**
 * Declares an alert over the rows of an entity. It is raised for a row when its condition comes to hold, by a change or by time, and cleared when it
 * holds no longer.
 *
 * @param name by which it is known: `startOverdue`
 * @param when what must hold: `({ today }) => ({ actualStart: { isNull: true }, startDeadline: { lt: today } })`
 */
export function alert<
  Watched extends Entity,
  const Wanted extends AlertCondition<ColumnsOf<Watched>, Lists>,
  const Lists extends AlertLists = Readonly<Record<never, Entity>>,
>(
  entity: Watched,
  name: string,
  declared: AlertDeclaration<ColumnsOf<Watched>, Lists>,
  when: (days: AlertDays) => Wanted & OnlyNames<Wanted, keyof AlertCondition<ColumnsOf<Watched>, Lists>>,
): Alert {
  const { severity, concerns, lists, ...label } = declared;
  return Object.freeze({ entity, name, label, severity, concerns, lists: lists ?? {}, when: when as AlertWhen });
}

/** That a condition names nothing else: a type that is inferred is not checked for more than it should have. */
type OnlyNames<Given, Names> = [Exclude<keyof Given, Names>] extends [never]
  ? unknown
  : { readonly [Name in Exclude<keyof Given, Names>]: never };
