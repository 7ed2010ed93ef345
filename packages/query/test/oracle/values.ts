import type { ColumnModel } from "@xianmai/plugin-api/model";

/** A piece of an operation: as it is written in the document, and as it is handed over among the variables. */
export interface Written {
  readonly literal: string;
  readonly json: unknown;
}

/** A value with the type of a variable that can hold it. */
export interface Value extends Written {
  readonly type: string;
}

/** What somebody may type to find a name, a code, a note. */
export const SEARCHES: readonly string[] =
  '光伏|gf|GFFD|ｇｆ|guangfu|f|发 光|fadian guang|gc修缮|nyy|e园|ABC|a b|zs|li|u1|P0 1||　|“|"|\\|%|_|.|^|[a]'.split("|");

/** The GraphQL type of a column's values in filters. */
export function typeName({ kind, declared }: ColumnModel): string {
  switch (kind) {
    case "integer":
      return "Int";
    case "boolean":
      return "Boolean";
    case "money":
    case "decimal":
    case "percent":
      return "Decimal";
    case "date":
      return "Date";
    case "yearMonth":
      return "YearMonth";
    case "dateTime":
      return "DateTime";
    case "choice":
    case "stage":
      return declared.choices?.name ?? declared.lifecycle!.name;
    default:
      return "String";
  }
}

export function text(value: string): Written {
  return { literal: JSON.stringify(value), json: value };
}

export function plain(value: unknown): Written {
  return { literal: String(value), json: value };
}

export function enumValue(name: string): Written {
  return { literal: name, json: name };
}

/** @param bare whether a list of one is written as its item, which GraphQL takes for the list unless it is a variable */
export function list(items: readonly Written[], bare = false): Written {
  const [only] = items;
  if (bare && only !== undefined && items.length === 1 && !only.literal.startsWith("$")) return { literal: only.literal, json: only.json };
  return { literal: `[${items.map(({ literal }) => literal).join(", ")}]`, json: items.map(({ json }) => json) };
}

export function object(parts: readonly (readonly [string, Written])[]): Written {
  return {
    literal: `{ ${parts.map(([name, { literal }]) => `${name}: ${literal}`).join(", ")} }`,
    json: Object.fromEntries(parts.map(([name, { json }]) => [name, json])),
  };
}
