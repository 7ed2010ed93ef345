import { toBytes } from "@xianmai/database";
import { decimalText, Refusal, wanFromMoney, type Field } from "@xianmai/plugin-api";
import { columnOf } from "@xianmai/plugin-api/model";

import { isNonNullType, type GraphQLOutputType } from "graphql";

import type { PlannedPlace, Writer } from "../run/answer.ts";
import { rowCellOf } from "./cells.ts";
import type { Compilation } from "./compilation.ts";
import type { Source } from "./draft.ts";

/** An added field as it stands on its entity. */
export interface AddedField {
  readonly field: Field;
  /** Of the GraphQL field. Where it is another than the declared one, whoever put it there gives JSON of that type. */
  readonly type: GraphQLOutputType;
  /** Whether its code is told which rows may be written. */
  readonly writable: boolean;
  /** What it shows of what its code gives for a row; that itself unless given. */
  readonly shown?: (value: unknown) => unknown;
}

/** Plans a field that a plugin adds: what its code requires comes with the rows, and what it gives is written where it fits. */
export function addedWriter(
  compilation: Compilation,
  { field, type, writable, shown }: AddedField,
  source: Source,
  place: PlannedPlace,
): Writer {
  const id = source.id();
  const requires = field.requires.map((name) => {
    const column = columnOf(source.entity, name);
    const { select, read } = rowCellOf(column);
    return { key: column.rowKey, cell: source.cell(column, "row", select), read };
  });
  const writableCell = writable ? source.writable((key) => compilation.types.writable(source.entity, key)) : undefined;
  const certain = isNonNullType(type);
  const jsonOf = String(type) === TYPE[field.type] ? JSON_OF[field.type] : (value: unknown) => toBytes(JSON.stringify(value));
  compilation.added.push({ field, statement: source.draft.index, id, requires, writable: writableCell });
  return (row, answer) => {
    if (certain) answer.demand(field);
    const given = answer.added(field, row[id] ?? "", place);
    const value = given === undefined || given === null || shown === undefined ? given : shown(given);
    const json = value === undefined || value === null ? "null" : jsonOf(value);
    if (json === undefined) answer.fail(wrongValue(source.entity.name, field, value), place);
    answer.write(json ?? "null");
  };
}

/** The GraphQL type that a field of a type is declared with. */
const TYPE: Readonly<Record<Field["type"], string>> = {
  text: "String",
  integer: "Int",
  boolean: "Boolean",
  decimal: "Decimal",
  money: "Decimal",
};

const LARGEST_INT = 2_147_483_647;

/** The JSON of a value; `undefined` for one that is not of the type. */
const JSON_OF: Readonly<Record<Field["type"], (value: unknown) => string | undefined>> = {
  text: (value) => (typeof value === "string" ? toBytes(JSON.stringify(value)) : undefined),
  integer: (value) => (Number.isInteger(value) && Math.abs(value as number) <= LARGEST_INT ? String(value) : undefined),
  boolean: (value) => (typeof value === "boolean" ? String(value) : undefined),
  decimal: (value) => {
    const decimal = typeof value === "string" ? decimalText(value) : undefined;
    return decimal === undefined ? undefined : `"${decimal}"`;
  },
  money: (value) => (typeof value === "bigint" ? `"${wanFromMoney(value)}"` : undefined),
};

const WANTED: Readonly<Record<Field["type"], string>> = {
  text: "string",
  integer: "number, -2147483647 to 2147483647",
  boolean: "boolean",
  decimal: 'string, "97.16"',
  money: "bigint, 分",
};

function wrongValue(entity: string, { name, type }: Field, value: unknown): Refusal {
  const given = `${typeof value} ${String(value).slice(0, 80)}`;
  return new Refusal(
    "FIELD_VALUE_WRONG",
    {
      zh: `字段 ${entity}.${name} 的代码给出了 ${given}，它的类型是 ${type}。`,
      en: `The code of field ${entity}.${name} gave ${given}, and its type is ${type}.`,
    },
    { zh: `请给出 ${WANTED[type]}。`, en: `Give a ${WANTED[type]}.` },
  );
}
