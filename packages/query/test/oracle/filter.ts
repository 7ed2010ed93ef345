import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import { Decimal } from "@xianmai/plugin-api";

import { compareValues } from "./compare.ts";
import { isFound } from "./search.ts";
import type { Row, Tables } from "./rows.ts";

type Filter = Readonly<Record<string, unknown>>;

/** Whether a row fulfils a filter, said once more in plain words. */
export function fulfils(tables: Tables, entity: EntityModel, row: Row, filter: Filter): boolean {
  return Object.entries(filter).every(([name, given]) => {
    if (name === "and") return (given as Filter[]).every((one) => fulfils(tables, entity, row, one));
    if (name === "or") return (given as Filter[]).some((one) => fulfils(tables, entity, row, one));
    if (name === "not") return !fulfils(tables, entity, row, given as Filter);
    if (name === "id") return Object.entries(given as Filter).every(([operator, value]) => idHolds(entity, row.id, operator, value));
    const column = entity.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return columnHolds(tables, column, row[column.rowKey], given as Filter);
    const inverse = entity.inverses.find((candidate) => candidate.name === name)!;
    const children = tables[inverse.entity.name]!.filter((child) => child[inverse.column.rowKey] === row.id);
    return Object.entries(given as Filter).every(([quantifier, one]) => {
      const matches = children.map((child) => fulfils(tables, inverse.entity, child, one as Filter));
      if (quantifier === "some") return matches.includes(true);
      return quantifier === "none" ? !matches.includes(true) : !matches.includes(false);
    });
  });
}

function idHolds(entity: EntityModel, id: string, operator: string, value: unknown): boolean {
  const given = (Array.isArray(value) ? (value as string[]) : [String(value)]).map((one) => one.slice(entity.name.length + 1));
  return (operator === "eq" || operator === "in") === given.includes(id);
}

function columnHolds(tables: Tables, column: ColumnModel, value: unknown, given: Filter): boolean {
  const { target } = column;
  if (column.subject !== undefined) {
    const named = column.subject.entities.find(({ name }) => tables[name]!.some(({ id }) => id === value))!;
    return Object.entries(given).every(([operator, operand]) => {
      const ids = Array.isArray(operand) ? (operand as string[]) : [String(operand)];
      return (operator === "eq" || operator === "in") === ids.includes(`${named.name}:${String(value)}`);
    });
  }
  if (target !== undefined && column.kind !== "entry") {
    const { isNull, ...rest } = given;
    if (isNull !== undefined && isNull !== (value === null)) return false;
    if (Object.keys(rest).length === 0) return true;
    // without an effective condition even a missing row is as good as any
    const row = tables[target.name]!.find(({ id }) => id === value);
    return isVoid(rest) || (row !== undefined && fulfils(tables, target, row, rest));
  }
  const seen = column.kind === "entry" ? (tables["DictionaryEntry"]!.find(({ id }) => id === value)?.["code"] ?? null) : value;
  return Object.entries(given).every(([operator, operand]) => holds(column, seen, operator, operand));
}

/** Whether a filter says nothing at all. */
function isVoid(filter: Filter): boolean {
  return Object.entries(filter).every(([name, given]) => {
    if (name === "and") return (given as Filter[]).every(isVoid);
    if (name === "or") return (given as Filter[]).some(isVoid);
    if (name === "not" || name === "some" || name === "none") return false;
    return typeof given === "object" && given !== null && !Array.isArray(given) && isVoid(given as Filter);
  });
}

function holds(column: ColumnModel, value: unknown, operator: string, operand: unknown): boolean {
  if (operator === "isNull") return operand === (value === null);
  if (operator === "search" && (operand as string).trim() === "") return true;
  if (value === null) return false;
  if (operator === "search") return isFound(value as string, operand as string);
  if (operator === "has") return (value as string[]).includes(operand as string);
  if (operator === "contains") return (value as string).includes(operand as string);
  if (operator === "startsWith") return (value as string).startsWith(operand as string);
  const same = (one: unknown): boolean => compare(column, value, one) === 0;
  if (operator === "eq") return same(operand);
  if (operator === "ne") return !same(operand);
  if (operator === "in") return (operand as unknown[]).some(same);
  if (operator === "notIn") return !(operand as unknown[]).some(same);
  const order = compare(column, value, operand);
  if (operator === "lt") return order < 0;
  if (operator === "lte") return order <= 0;
  return operator === "gt" ? order > 0 : order >= 0;
}

function compare(column: ColumnModel, value: unknown, operand: unknown): number {
  if (column.kind === "entry") return value === operand ? 0 : 1;
  if (column.kind === "money") return new Decimal(String(value)).cmp(new Decimal(String(operand)).times(new Decimal("1000000")));
  if (column.kind === "dateTime") return Date.parse(String(value)) - Date.parse(String(operand));
  if (column.kind === "boolean") return value === operand ? 0 : 1;
  return compareValues(column, value, operand);
}
