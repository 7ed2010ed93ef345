import type { ColumnModel } from "@xianmai/plugin-api/model";
import { Decimal } from "@xianmai/plugin-api";

const chinese = new Intl.Collator("zh");

/** Compares two values that are there, as the conventions order them. */
export function compareValues(column: ColumnModel | undefined, a: unknown, b: unknown): number {
  if (column === undefined) return bytes(String(a), String(b));
  switch (column.kind) {
    case "integer":
      return Number(a) - Number(b);
    case "money":
      return Number((a as bigint) > (b as bigint)) - Number((a as bigint) < (b as bigint));
    case "decimal":
    case "percent":
      return new Decimal(String(a)).cmp(new Decimal(String(b)));
    case "boolean":
      return Number(a) - Number(b);
    case "choice":
    case "stage":
      return column.values!.indexOf(String(a)) - column.values!.indexOf(String(b));
    case "text":
      return column.declared.options.collation === "zh" ? chinese.compare(String(a), String(b)) : bytes(String(a), String(b));
    default:
      return bytes(String(a), String(b));
  }
}

export function bytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** 分 as 万元; millionths of anything as that thing. */
export function millionths(value: bigint): string {
  return new Decimal(value.toString()).div(new Decimal("1000000")).toFixed();
}
