import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";

/** An identifier as SQL needs it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table, unqualified: the search path of the session says which schema. */
export function tableOf(entity: EntityModel): string {
  return quoted(entity.table);
}

/** A column of table `t` in the one text form in which values are compared: `Value` for null and text, JSON for a list. */
export function asText(column: ColumnModel): string {
  const name = `t.${quoted(column.column)}`;
  switch (column.kind) {
    case "text":
    case "choice":
    case "stage":
    case "yearMonth":
      return name;
    case "decimal":
    case "percent":
      return `trim_scale(${name})::text`;
    case "date":
      return `to_char(${name}, 'YYYY-MM-DD')`;
    case "dateTime":
      return `to_char(${name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    case "texts":
      return `array_to_json(${name})::text`;
    case "integer":
    case "money":
    case "boolean":
    case "entry":
    case "reference":
    case "self":
    case "subject":
      return `${name}::text`;
  }
}

/** Rows handed over as one JSON parameter, `$1`, as relation `r` with the columns' own types. */
export function recordset(columns: readonly { readonly column: string; readonly sqlType: string }[]): string {
  return `json_to_recordset($1::json) as r(${columns.map(({ column, sqlType }) => `${quoted(column)} ${sqlType}`).join(", ")})`;
}
