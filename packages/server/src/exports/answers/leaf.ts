import type { Language } from "@xianmai/plugin-api";
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  type GraphQLEnumType,
  type GraphQLLeafType,
  type GraphQLOutputType,
} from "graphql";
import type { CellFormat, WrittenCell } from "@xianmai/sheets";

import { halves } from "./labels.ts";

/** How the values of a field stand in cells. */
export interface LeafCells {
  readonly format: CellFormat;
  readonly read: (value: unknown) => WrittenCell;
}

/** Formats of the scalars that are not text. */
const FORMATS: Readonly<Record<string, CellFormat>> = {
  Int: "integer",
  Float: "decimal",
  Decimal: "decimal",
  Date: "date",
  DateTime: "moment",
  YearMonth: "month",
  Boolean: "word",
};

/** How a field of values is written. @param percent whether its numbers are percentages */
export function leafCells(type: GraphQLOutputType, language: Language, percent: boolean): LeafCells {
  const named = getNamedType(type) as GraphQLLeafType;
  const one = readerOf(named, language);
  if (isListType(getNullableType(type))) return { format: "text", read: (value) => listText(value, one, language) };
  const format = isEnumType(named) ? "word" : (FORMATS[named.name] ?? "text");
  return { format: percent && format === "decimal" ? "percent" : format, read: (value) => (isNothing(value) ? null : one(value)) };
}

function readerOf(type: GraphQLLeafType, language: Language): (value: unknown) => string {
  if (isEnumType(type)) return enumReader(type, language);
  switch (type.name) {
    case "Boolean":
      return (value) => (language === "zh" ? (value === true ? "是" : "否") : value === true ? "Yes" : "No");
    case "DateTime":
      // as the county's clocks showed it: the offset is the county's own
      return (value) => String(value).slice(0, 23);
    default:
      return (value) => (typeof value === "string" ? value : JSON.stringify(value));
  }
}

function enumReader(type: GraphQLEnumType, language: Language): (value: unknown) => string {
  const labels = new Map(type.getValues().map(({ name, description }) => [name, halves(description ?? "")[language] || name]));
  return (value) => labels.get(String(value)) ?? String(value);
}

function listText(value: unknown, one: (item: unknown) => string, language: Language): WrittenCell {
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.map((item) => (isNothing(item) ? "" : one(item))).join(language === "zh" ? "、" : ", ");
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === "";
}
