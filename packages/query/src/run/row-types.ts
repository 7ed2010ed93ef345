import { decimalText } from "@xianmai/plugin-api";
import { types, type CustomTypesConfig } from "pg";

const INT8 = 20;
const NUMERIC = 1700;
const DATE = 1082;
const TIMESTAMPTZ = 1184;

/** Reads what PostgreSQL sends as the values of `Row` in plugin-api, for kysely and MikroORM alike. */
export const ROW_TYPES: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary"): unknown => {
    switch (oid) {
      case INT8:
        return BigInt;
      case NUMERIC:
        return (text: string) => decimalText(text) ?? text;
      case DATE:
        return (text: string) => text;
      case TIMESTAMPTZ:
        return moment;
      default:
        return types.getTypeParser(oid, format);
    }
  }) as CustomTypesConfig["getTypeParser"],
};

const readMoment = types.getTypeParser(TIMESTAMPTZ) as (text: string) => unknown;

function moment(text: string): unknown {
  const value = readMoment(text);
  return value instanceof Date ? value.toISOString() : text;
}
