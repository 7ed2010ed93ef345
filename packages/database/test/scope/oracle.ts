import type { Client } from "pg";

/** A row with its declared columns alone: what the platform keeps in it is none of the oracle's business. */
export type Row = Readonly<Record<string, string | null>>;

/** All rows, by table and key. */
export type Rows = Readonly<Record<TableName, ReadonlyMap<string, Row>>>;

export const TABLES = ["unit", "project", "report", "remark", "loan", "payment", "review", "notice", "reply", "holiday", "mark"] as const;
export type TableName = (typeof TABLES)[number];

/** Whose a row is: everyone's, or that of some units. */
export type Whose = "everyone" | ReadonlySet<string>;

/** Reads everything as the owner. */
export async function readAll(owner: Client): Promise<Rows> {
  const read = async (table: TableName) => {
    const { rows } = await owner.query<Row & { id: string }>(`select t.*, xm_from::text from app.${table} t`);
    return [table, new Map(rows.map((row) => [row.id, row]))] as const;
  };
  const tables: (readonly [TableName, ReadonlyMap<string, Row>])[] = [];
  for (const table of TABLES) tables.push(await read(table));
  return Object.fromEntries(tables) as Rows;
}

/** Whose rows are, told from the rows themselves by the plain words of the sample's declarations. */
export function whose(rows: Rows, table: TableName, row: Row, right: "read" | "write"): Whose {
  const above = (of: TableName, key: string | null | undefined): Whose => {
    const found = key === null || key === undefined ? undefined : rows[of].get(key);
    return found === undefined ? new Set() : whose(rows, of, found, right);
  };
  const units = (...keys: readonly (string | null | undefined)[]): Whose =>
    new Set(keys.filter((key) => key !== null && key !== undefined));
  switch (table) {
    case "unit":
    case "holiday":
      return "everyone";
    case "project":
      return units(row["responsible_id"], row["township_id"]);
    case "report":
      return above("project", row["project_id"]);
    case "remark":
      return above("report", row["report_id"]);
    case "loan":
      return union(above("project", row["from_id"]), above("project", row["to_id"]), units(row["broker_id"]));
    case "payment":
      return above("loan", row["loan_id"]);
    case "review":
      return right === "write" ? units(row["office_id"]) : union(above("project", row["project_id"]), units(row["office_id"]));
    case "notice":
      return right === "write" ? units(row["unit_id"]) : "everyone";
    case "reply":
      return above("notice", row["notice_id"]);
    case "mark":
      return above((row["subject_type"] ?? "").toLowerCase() as TableName, row["subject_id"]);
  }
}

function union(...parts: readonly Whose[]): Whose {
  return parts.some((part) => part === "everyone") ? "everyone" : new Set(parts.flatMap((part) => (part === "everyone" ? [] : [...part])));
}

/** The units of some codes with all below them, by walking up from every unit. */
export function unitsUnder(rows: Rows, codes: readonly string[]): ReadonlySet<string> {
  const under = (id: string): boolean => {
    const seen = new Set<string>();
    for (let at: string | null | undefined = id; at !== null && at !== undefined && !seen.has(at); at = rows.unit.get(at)?.["parent_id"]) {
      seen.add(at);
      if (codes.includes(rows.unit.get(at)?.["code"] ?? "")) return true;
    }
    return false;
  };
  return new Set([...rows.unit.keys()].filter(under));
}

/** Whether what is whose-ever is theirs who have these units. */
export function theirs(units: ReadonlySet<string>, of: Whose): boolean {
  return of === "everyone" || [...of].some((unit) => units.has(unit));
}
