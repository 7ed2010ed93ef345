import { calendarDate, decimalText, instant, yearMonth } from "@xianmai/plugin-api";
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from "graphql";

import { both } from "./describe.ts";
import { inZone } from "./time-zone.ts";

/** The platform's own scalars. Values inside are text, exact: see `values.ts` of plugin-api. */
export interface Scalars {
  readonly Decimal: GraphQLScalarType<string, string>;
  readonly Date: GraphQLScalarType<string, string>;
  readonly DateTime: GraphQLScalarType<string, string>;
  readonly YearMonth: GraphQLScalarType<string, string>;
}

/** More digits than any figure of a county has, few enough to be read in no time. */
const LONGEST_DECIMAL = 100;

/**
 * Makes the scalars of one composition.
 *
 * @param timeZone IANA name of the county's time zone: in it `DateTime` is shown
 */
export function createScalars(timeZone: string): Scalars {
  const show = inZone(timeZone);
  return {
    Decimal: textScalar("Decimal", {
      description: both(
        "十进制精确数，以字符串表示，不带末尾的零；金额以万元计，最多六位小数。",
        "An exact decimal as a string, without trailing zeros; money is in 万元 (10,000 yuan) with up to six decimals.",
      ),
      example: '"12.5"',
      read: (text) => (text.length > LONGEST_DECIMAL ? undefined : decimalText(text)),
      numbers: true,
    }),
    Date: textScalar("Date", {
      description: both("日期，YYYY-MM-DD。", "A calendar date, YYYY-MM-DD."),
      example: '"2023-03-01"',
      read: calendarDate,
    }),
    DateTime: textScalar("DateTime", {
      description: both("时刻，RFC 3339，三位毫秒，带本县时区偏移。", "A moment: RFC 3339 with three decimals and the county's offset."),
      example: '"2023-11-20T09:00:00.000+08:00"',
      read: instant,
      show,
    }),
    YearMonth: textScalar("YearMonth", {
      description: both("月份，YYYY-MM。", "A calendar month, YYYY-MM."),
      example: '"2023-03"',
      read: yearMonth,
    }),
  };
}

interface TextScalar {
  readonly description: string;
  readonly example: string;
  readonly read: (text: string) => string | undefined;
  /** How a value is shown; as it stands unless given. */
  readonly show?: (text: string) => string;
  /** Whether numbers are taken where they are exact: digits in a document, whole numbers in variables. */
  readonly numbers?: boolean;
}

function textScalar(name: string, { description, example, read, show, numbers = false }: TextScalar): GraphQLScalarType<string, string> {
  const refuse = (value: string): GraphQLError =>
    new GraphQLError(`${name}: ${value} 不是合法的值，应形如 ${example}。 ${value} is no ${name}: write it like ${example}.`);
  const parse = (text: string): string => {
    const value = read(text);
    if (value === undefined) throw refuse(JSON.stringify(text));
    return value;
  };
  return new GraphQLScalarType({
    name,
    description,
    serialize: (value) => {
      if (typeof value !== "string") throw refuse(String(value));
      return show === undefined ? value : show(value);
    },
    parseValue: (value) => {
      if (typeof value === "string") return parse(value);
      if (numbers && Number.isSafeInteger(value)) return parse(String(value));
      throw refuse(JSON.stringify(value));
    },
    parseLiteral: (node) => parse(literalText(node, numbers) ?? unreadable(node, refuse)),
  });
}

function literalText(node: ValueNode, numbers: boolean): string | undefined {
  if (node.kind === Kind.STRING) return node.value;
  return numbers && (node.kind === Kind.INT || node.kind === Kind.FLOAT) ? node.value : undefined;
}

function unreadable(node: ValueNode, refuse: (value: string) => GraphQLError): never {
  throw refuse("value" in node ? String(node.value) : node.kind);
}
