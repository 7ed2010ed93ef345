import { columnOf, type ColumnModel, type EntityModel, type InverseModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import { isOpen } from "../schema/objects.ts";
import type { EntityTypes } from "../schema/entity-types.ts";
import type { Operator } from "../schema/filters.ts";
import { InputError } from "./input-error.ts";
import { anyIdOperand, anyIdOperands, idOperand, idOperands, operand, operands, textOperand, textOperands } from "./operands.ts";
import { collated } from "./order.ts";
import { searchOperand } from "./search.ts";
import { allOf, joined, where, type Sql } from "./sql.ts";

/** Hands out aliases that are used once in a plan; one for the table of an entity makes the plan depend on all its rows. */
export type Aliases = (entity?: EntityModel) => string;

/** What conditions are made with: a compilation has it. */
export interface FilterParts {
  readonly alias: Aliases;
  readonly types: Pick<EntityTypes, "readings">;
}

type Filter = Readonly<Record<string, unknown>>;

const FALSE = sql`false`;

/**
 * The condition of a filter on the rows of an alias. A comparison with a missing value is not fulfilled; `not` is the exact opposite.
 *
 * @param path where the filter stands, for messages: `["filter", "or"]`
 * @returns `undefined` when every row fulfils it
 * @throws InputError for an operand that is null
 */
export function condition(
  entity: EntityModel,
  alias: string,
  filter: Filter,
  parts: FilterParts,
  path: readonly string[],
): Sql | undefined {
  return allOf(
    Object.entries(filter).map(([name, given]) => {
      const at = [...path, name];
      if (given === undefined) return undefined;
      if (given === null) throw nullOperand(at);
      return part(entity, alias, name, given as Filter & readonly Filter[], parts, at);
    }),
  );
}

function part(
  entity: EntityModel,
  alias: string,
  name: string,
  given: Filter & readonly Filter[],
  parts: FilterParts,
  path: readonly string[],
): Sql | undefined {
  const each = (): readonly (Sql | undefined)[] =>
    given.map((filter, at) => condition(entity, alias, filter, parts, [...path.slice(0, -1), `${name}[${at}]`]));
  switch (name) {
    case "and":
      return allOf(each());
    case "or":
      return anyOf(each());
    case "not":
      return opposite(condition(entity, alias, given, parts, path));
    case "id":
      return idCondition(entity, alias, given, path);
  }
  const column = entity.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return columnCondition(column, alias, given, parts, path);
  const inverse = entity.inverses.find((candidate) => candidate.name === name);
  if (inverse !== undefined) return listCondition(inverse, alias, given, parts, path);
  throw new Error(`${entity.name} has nothing named ${name} to filter by.`);
}

function anyOf(conditions: readonly (Sql | undefined)[]): Sql | undefined {
  if (conditions.length === 0) return FALSE;
  const given = conditions.filter((one) => one !== undefined);
  return given.length < conditions.length ? undefined : sql`(${joined(given, sql` or `)})`;
}

function opposite(one: Sql | undefined): Sql {
  return one === undefined ? FALSE : sql`(${one}) is not true`;
}

function idCondition(entity: EntityModel, alias: string, operators: Filter, path: readonly string[]): Sql | undefined {
  const id = sql.id(alias, "id");
  return allOf(
    entriesOf(operators, path).map(([operator, value]) => {
      if (operator === "eq") return sql`${id} = ${idOperand(entity.name, value)}`;
      if (operator === "ne") return sql`${id} <> ${idOperand(entity.name, value)}`;
      if (operator === "in") return sql`${id} = any(${idOperands(entity.name, value)})`;
      return sql`${id} <> all(${idOperands(entity.name, value)})`;
    }),
  );
}

function columnCondition(column: ColumnModel, alias: string, given: Filter, parts: FilterParts, path: readonly string[]): Sql | undefined {
  const { target } = column;
  if (column.kind === "subject")
    return allOf(entriesOf(given, path).map(([name, value]) => subjectCondition(sql.id(alias, column.column), name, value)));
  if (target === undefined)
    return allOf(entriesOf(given, path).map(([name, value]) => comparison(column, sql.id(alias, column.column), parts, name, value)));
  if (column.kind === "entry")
    return allOf(entriesOf(given, path).map(([name, value]) => entryCondition(column, target, alias, parts, name, value)));
  const { isNull, ...rest } = given;
  if (isNull === null) throw nullOperand([...path, "isNull"]);
  const inner = parts.alias(target);
  const wanted = condition(target, inner, rest, parts, path);
  return allOf([
    isNull === undefined ? undefined : missing(column, target, alias, parts, isNull === true),
    wanted === undefined ? undefined : related(target, inner, sql`${sql.id(inner, "id")} = ${sql.id(alias, column.column)}`, wanted),
  ]);
}

/** A subject is compared by its global id. */
function subjectCondition(pointer: Sql, operator: Operator, given: unknown): Sql {
  switch (operator) {
    case "eq":
      return sql`${pointer} = ${anyIdOperand(given)}`;
    case "ne":
      return sql`${pointer} <> ${anyIdOperand(given)}`;
    case "in":
      return sql`${pointer} = any(${anyIdOperands(given)})`;
    case "notIn":
      return sql`${pointer} <> all(${anyIdOperands(given)})`;
    default:
      throw new Error(`A subject is not filtered by ${operator}.`);
  }
}

/** A reference to a row outside the viewer's scope reads as missing. */
function missing(column: ColumnModel, target: EntityModel, alias: string, parts: FilterParts, yes: boolean): Sql {
  const pointer = sql.id(alias, column.column);
  if (isOpen(target)) return yes ? sql`${pointer} is null` : sql`${pointer} is not null`;
  const inner = parts.alias(target);
  const found = related(target, inner, sql`${sql.id(inner, "id")} = ${pointer}`, undefined);
  return yes ? sql`not ${found}` : found;
}

function related(entity: EntityModel, alias: string, link: Sql, wanted: Sql | undefined): Sql {
  return sql`exists (select 1 from ${sql.id(entity.table)} as ${sql.id(alias)}${where(allOf([link, wanted]))})`;
}

/** That a row belongs to the list of those above it. @param above what its pointer is compared with: `= …`, `in (…)` */
export function linked(alias: string, { column, only }: Pick<InverseModel, "column" | "only">, above: Sql): Sql {
  const points = sql`${sql.id(alias, column.column)} ${above}`;
  return only === undefined ? points : sql`${points} and ${sql.id(alias, only.column.column)} = ${sql.lit(only.value)}`;
}

function listCondition(inverse: InverseModel, alias: string, given: Filter, parts: FilterParts, path: readonly string[]): Sql | undefined {
  return allOf(
    entriesOf<"some" | "every" | "none">(given, path).map(([quantifier, filter]) => {
      const inner = parts.alias(inverse.entity);
      const wanted = condition(inverse.entity, inner, filter as Filter, parts, [...path, quantifier]);
      const link = linked(inner, inverse, sql`= ${sql.id(alias, "id")}`);
      if (quantifier === "some") return related(inverse.entity, inner, link, wanted);
      if (quantifier === "none") return sql`not ${related(inverse.entity, inner, link, wanted)}`;
      return wanted === undefined ? undefined : sql`not ${related(inverse.entity, inner, link, opposite(wanted))}`;
    }),
  );
}

function comparison(column: ColumnModel, value: Sql, { types }: FilterParts, operator: Operator, given: unknown): Sql {
  switch (operator) {
    case "eq":
      return sql`${value} = ${operand(column, given)}`;
    case "ne":
      return sql`${value} <> ${operand(column, given)}`;
    case "in":
      return sql`${value} = any(${operands(column, given)})`;
    case "notIn":
      // of an empty list "<> all" is true for a missing value too
      return sql`(${value} is not null and ${value} <> all(${operands(column, given)}))`;
    case "lt":
      return sql`${collated(column, value)} < ${operand(column, given)}`;
    case "lte":
      return sql`${collated(column, value)} <= ${operand(column, given)}`;
    case "gt":
      return sql`${collated(column, value)} > ${operand(column, given)}`;
    case "gte":
      return sql`${collated(column, value)} >= ${operand(column, given)}`;
    case "contains":
      return sql`strpos(${value}, ${textOperand(given)}) > 0`;
    case "startsWith":
      return sql`starts_with(${value}, ${textOperand(given)})`;
    case "search":
      return sql`${value} collate "C" ~ all(${searchOperand(types.readings, given)})`;
    case "has":
      return sql`${textOperand(given)} = any(${value})`;
    case "isNull":
      return given === true ? sql`${value} is null` : sql`${value} is not null`;
  }
}

/** A dictionary's entry is compared by its code. */
function entryCondition(
  column: ColumnModel,
  entry: EntityModel,
  alias: string,
  parts: FilterParts,
  operator: Operator,
  given: unknown,
): Sql {
  const pointer = sql.id(alias, column.column);
  const inner = parts.alias(entry);
  const code = sql.id(inner, columnOf(entry, "code").column);
  const among = (wanted: Sql): Sql => sql`(select ${sql.id(inner, "id")} from ${sql.id(entry.table)} as ${sql.id(inner)} where ${wanted})`;
  switch (operator) {
    case "eq":
      return sql`${pointer} in ${among(sql`${code} = ${textOperand(given)}`)}`;
    case "ne":
      return sql`(${pointer} is not null and ${pointer} not in ${among(sql`${code} = ${textOperand(given)}`)})`;
    case "in":
      return sql`${pointer} in ${among(sql`${code} = any(${textOperands(given)})`)}`;
    case "notIn":
      return sql`(${pointer} is not null and ${pointer} not in ${among(sql`${code} = any(${textOperands(given)})`)})`;
    case "isNull":
      return given === true ? sql`${pointer} is null` : sql`${pointer} is not null`;
    default:
      throw new Error(`A dictionary entry is not filtered by ${operator}.`);
  }
}

/** The given operators, none of them null. */
function entriesOf<Name extends string = Operator>(given: Filter, path: readonly string[]): readonly [Name, unknown][] {
  return Object.entries(given).flatMap(([name, value]): [Name, unknown][] => {
    if (value === undefined) return [];
    if (value === null) throw nullOperand([...path, name]);
    return [[name as Name, value]];
  });
}

function nullOperand(path: readonly string[]): InputError {
  const at = path.join(".");
  return new InputError(
    `条件 ${at} 为 null：要找没有值的记录请用 isNull: true，不需要此条件请省略。`,
    `The condition ${at} is null: ask for missing values with isNull: true, or leave it out.`,
  );
}
